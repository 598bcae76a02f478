"""Both sides of a comparison in a private file, so that a million trades need little memory.

The database is read in short slices of its index: looking holds nobody up. Its trades are
append-only, so that what comes meanwhile is more, never something else; before anything is
imported, each trade is looked for once more under the write lock.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from typing import Final, TypeVar

from cts_console.progress import CancelToken, Progress, ProgressSampler
from cts_console.sqlite import Connection, Row, transaction
from cts_console.transfer.files import Position
from cts_console.transfer.trades.model import Account, FileTrade, UnreadableLine
from cts_console.transfer.trades.pairs import Markets
from cts_console.transfer.trades.reading import TradeFile
from cts_console.transfer.trades.values import number_key

MARGIN_MS: Final = 15 * 3_600_000
"""So far beyond the file's span the database is looked at: for times of another zone."""
FILE_ID: Final = "file:"
"""Begins the id of a trade that came from a file without ids, followed by its resolution."""
MOST_SHOWN: Final = 1_000

_SLICE_ROWS: Final = 2_000
_LOOKED_UP: Final = 200
_MOST_UNKNOWN: Final = 1_000
_FILE_ID: Final = re.compile(rf"{FILE_ID}(1000|60000):[0-9a-f]+")
_SCHEMA: Final = """
CREATE TABLE file (
  id INTEGER PRIMARY KEY, line INTEGER, pair INTEGER, side TEXT, price TEXT, amount TEXT, fee TEXT,
  fee_currency TEXT, at_ms INTEGER, resolution_ms INTEGER, trade_id TEXT, order_id TEXT,
  price_key TEXT, amount_key TEXT, symbol TEXT, contract_size TEXT,
  -- only, same, different, repeated or conflict
  verdict TEXT NOT NULL DEFAULT 'only', partner INTEGER, fields TEXT
) STRICT;
CREATE TABLE base (
  id INTEGER PRIMARY KEY, pair INTEGER, side TEXT, price TEXT, amount TEXT, fee TEXT,
  fee_currency TEXT, at_ms INTEGER, resolution_ms INTEGER, trade_id TEXT, order_id TEXT,
  price_key TEXT, amount_key TEXT, symbol TEXT, is_in_span INTEGER, partner INTEGER
) STRICT;
CREATE TABLE matches (file INTEGER, base INTEGER, verdict TEXT, fields TEXT) STRICT;
CREATE TABLE unreadable (line INTEGER, reason TEXT) STRICT;
"""
_INDEXES: Final = """
CREATE INDEX file_ids ON file (pair, trade_id, side) WHERE trade_id IS NOT NULL;
CREATE INDEX base_ids ON base (pair, trade_id, side) WHERE trade_id IS NOT NULL;
CREATE INDEX base_keys ON base (pair, side, price_key, amount_key);
"""
_BASE: Final = """
SELECT t.id, t.trading_pair_id, t.side, t.price, t.amount, t.fee, t.fee_currency, t.executed_at,
       t.exchange_trade_id, o.exchange_order_id
FROM trades t LEFT JOIN orders o ON o.id = t.order_id
"""
_BASE_SLICE: Final = f"""{_BASE}
WHERE t.connection_id = :account AND (t.executed_at, t.id) > (:at, :id) AND t.executed_at < :until
ORDER BY t.executed_at, t.id LIMIT {_SLICE_ROWS}
"""
_INSERT_FILE: Final = f"""
INSERT INTO file (line, pair, side, price, amount, fee, fee_currency, at_ms, resolution_ms,
  trade_id, order_id, price_key, amount_key, symbol, contract_size)
VALUES ({",".join("?" * 15)})
"""
_INSERT_BASE: Final = f"INSERT OR IGNORE INTO base VALUES ({','.join('?' * 15)}, NULL)"


_T = TypeVar("_T")


class Staging:
    """The private file of one comparison."""

    def __init__(self, connection: Connection) -> None:
        self.connection: Final = connection
        """A connection to it."""
        self.lines = 0
        """Lines of the file that are not empty."""
        self.unknown: Counter[str] = Counter()
        """Pairs that the database does not describe, with their lines."""
        self._symbols: dict[int, str] = {}
        connection.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        connection.execute(_SCHEMA)

    @property
    def span(self) -> tuple[int, int] | None:
        """The earliest and the end of the latest trade of the file; None without any."""
        row = self.connection.read_row("SELECT min(at_ms), max(at_ms + resolution_ms) FROM file")
        if row is None or row[0] is None:
            return None
        return int(str(row[0])), int(str(row[1]))

    def add_file(
        self,
        file: TradeFile,
        markets: Markets,
        sampler: ProgressSampler,
        cancel: CancelToken,
    ) -> None:
        """Take the lines of the file."""
        with transaction(self.connection):
            for chunk in in_batches(file.read(markets), _SLICE_ROWS):
                cancel.raise_if_cancelled()
                self.lines += len(chunk)
                self.connection.execute_many(_INSERT_FILE, self._file_rows(chunk))
                self.connection.execute_many(
                    "INSERT INTO unreadable VALUES (?, ?)",
                    [(row.line, row.reason) for row in chunk if isinstance(row, UnreadableLine)],
                )
                sampler.report(_progress(self.lines, file.position))
            self.connection.execute(_INDEXES)

    def add_base(
        self, database: Connection, account: Account, sampler: ProgressSampler, cancel: CancelToken
    ) -> None:
        """Take the account's trades of the file's span and pairs, and those with its ids."""
        span = self.span
        if span is None:
            return
        last: dict[str, int] = {"at": span[0] - MARGIN_MS, "id": -1}
        done = 0
        with transaction(self.connection):
            while rows := database.read_rows(
                _BASE_SLICE, {"account": account.id, "until": span[1] + MARGIN_MS, **last}
            ):
                cancel.raise_if_cancelled()
                self._add_base_rows(rows, span)
                last = {"at": int(str(rows[-1][7])), "id": int(str(rows[-1][0]))}
                done += len(rows)
                sampler.report(Progress(done, None, "trades", "reading the database"))
            self._add_by_id(database, account, span, cancel)

    def _file_rows(self, chunk: Iterable[FileTrade | UnreadableLine]) -> Iterator[Row]:
        for trade in chunk:
            if isinstance(trade, UnreadableLine):
                continue
            market = trade.market
            if market is None or market.is_inverse:
                name = trade.pair if len(self.unknown) < _MOST_UNKNOWN else "others"
                self.unknown[name] += 1
                continue
            self._symbols[market.id] = market.symbol
            yield (
                trade.line,
                market.id,
                trade.side,
                str(trade.price),
                str(trade.amount),
                None if trade.fee is None else str(trade.fee),
                trade.fee_currency,
                trade.at_ms,
                trade.resolution_ms,
                trade.exchange_trade_id,
                trade.exchange_order_id,
                number_key(trade.price),
                number_key(trade.amount),
                market.symbol,
                market.contract_size,
            )

    def _add_by_id(
        self, database: Connection, account: Account, span: tuple[int, int], cancel: CancelToken
    ) -> None:
        """Take trades that have an id of the file at another time, in a clock gone wrong, say."""
        ids = self.connection.read_rows(
            "SELECT DISTINCT trade_id FROM file AS f WHERE trade_id IS NOT NULL AND NOT EXISTS "
            "(SELECT 1 FROM base AS b WHERE b.pair = f.pair AND b.trade_id = f.trade_id)"
        )
        for some in in_batches(ids, _LOOKED_UP):
            cancel.raise_if_cancelled()
            marks = ",".join("?" * len(some))
            rows = database.read_rows(
                f"{_BASE} WHERE t.connection_id = ? AND t.exchange_trade_id IN ({marks})",
                (account.id, *(name for (name,) in some)),
            )
            self._add_base_rows(rows, span)

    def _add_base_rows(self, rows: Iterable[Row], span: tuple[int, int]) -> None:
        found = (self._base_row(row, span) for row in rows)
        self.connection.execute_many(_INSERT_BASE, [row for row in found if row is not None])

    def _base_row(self, row: Row, span: tuple[int, int]) -> Row | None:
        trade, pair, side, price, amount, fee, currency, at_ms, name, order = row
        symbol = self._symbols.get(int(str(pair)))
        if symbol is None:
            return None
        at = int(str(at_ms))
        return (
            trade,
            pair,
            side,
            _text(price),
            _text(amount),
            # A fee is there once its currency is.
            None if currency is None else _text(fee),
            currency,
            at,
            kept_resolution_ms(None if name is None else str(name)),
            name or None,
            order or None,
            number_key(float(str(price))),
            number_key(float(str(amount))),
            symbol,
            int(span[0] <= at < span[1]),
        )


def in_batches(rows: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Yield `rows` in lists of at most `size`."""
    stream = iter(rows)
    while batch := list(islice(stream, size)):
        yield batch


def kept_resolution_ms(trade_id: str | None) -> int:
    """Return how exact the time of a trade of the database is: a file's by its id, else 1 ms."""
    found = _FILE_ID.fullmatch(trade_id or "")
    return int(found[1]) if found else 1


def _progress(lines: int, position: Position | None) -> Progress:
    progress = Progress(lines, None, "lines", "reading the file")
    if position is None:
        return progress
    return replace(progress, bytes_done=position.done_bytes, bytes_total=position.total_bytes)


def _text(value: object) -> str:
    """Return a REAL as its shortest decimal text."""
    return format(Decimal(repr(float(str(value)))), "f")
