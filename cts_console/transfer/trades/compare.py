"""Compare an exchange's trade history with a database; the database is only looked at."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cts_console.maintenance import open_look
from cts_console.maintenance.private_folders import make_private_file, private_folder
from cts_console.progress import CancelToken, ProgressCallback, ProgressSampler
from cts_console.sqlite import Connection, Row, open_database, resolve_database_path
from cts_console.transfer.trades.accounts import check_is_cts, choose_account
from cts_console.transfer.trades.matching import find_shift_ms, match_trades
from cts_console.transfer.trades.model import (
    Account,
    ComparedTrade,
    Comparison,
    Difference,
    Part,
    UnreadableLine,
)
from cts_console.transfer.trades.pairs import read_markets
from cts_console.transfer.trades.reading import TradeFile, open_trades
from cts_console.transfer.trades.staging import MOST_SHOWN, Staging

# A line of the file takes about so much in the staging file, for each of its own bytes.
_STAGED_PER_BYTE: Final = 4
_COLUMNS: Final = (
    "symbol, {x}.side, {x}.price, {x}.amount, {x}.fee, {x}.fee_currency, {x}.at_ms, "
    "{x}.trade_id, {x}.order_id"
)
_FILE_COLUMNS: Final = f"f.line, f.{_COLUMNS.format(x='f')}"
_BASE_COLUMNS: Final = f"b.id, b.{_COLUMNS.format(x='b')}"
_FIELDS: Final = """
trim(f.fields || CASE f.fields WHEN 'contents' THEN
  CASE WHEN f.price_key <> b.price_key THEN ' price' ELSE '' END ||
  CASE WHEN f.amount_key <> b.amount_key THEN ' amount' ELSE '' END ELSE '' END)
"""


@dataclass(frozen=True, slots=True)
class OpenComparison:
    """A comparison whose private file is still there."""

    comparison: Comparison
    """What it says."""
    staging: Staging
    """Both sides, with the verdicts."""


def compare_trades(
    path: str | os.PathLike[str],
    file: str | os.PathLike[str],
    *,
    connection_id: int | None = None,
    part: str | None = None,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> Comparison:
    """Return what the history `file` and the database at `path` tell differently.

    `connection_id` names the exchange connection whose trades they are; without it, it is the only
    one of the file's exchange that is enabled. `part` names the sheet of a workbook (else the first
    one) or the file of a zip that holds several. A million trades need little memory, and a private
    file on disk.

    Raises `CtsError`: usage for an unknown format or an account that is not clear, foreign_file for
    a database that is not CTS's, damaged for a file that cannot be read, disk_full, cancelled, and
    what opening the database raises.
    """
    with open_comparison(
        path, file, connection_id=connection_id, part=part, on_progress=on_progress, cancel=cancel
    ) as opened:
        return opened.comparison


@contextmanager
def open_comparison(
    path: str | os.PathLike[str],
    file: str | os.PathLike[str],
    *,
    connection_id: int | None = None,
    part: str | None = None,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> Iterator[OpenComparison]:
    """Compare as `compare_trades` does, and keep both sides until the block ends."""
    stop = cancel or CancelToken()
    history = Path(file)
    # A database that will not do is told first.
    with open_look(path, on_progress=on_progress, cancel=stop) as look:
        check_is_cts(look)
    with open_trades(history, part, stop) as trades:
        size_bytes = history.stat().st_size
        with private_folder("reconcile", _STAGED_PER_BYTE * size_bytes) as folder:
            make_private_file(folder / "trades.db")
            with open_database(folder / "trades.db", "read_write", create=True) as staged:
                staging = Staging(staged)
                with open_look(path, on_progress=on_progress, cancel=stop) as look:
                    comparison = _compare(
                        look,
                        resolve_database_path(path),
                        history,
                        trades,
                        staging,
                        connection_id,
                        ProgressSampler(on_progress),
                        stop,
                    )
                yield OpenComparison(comparison, staging)


def _compare(
    look: Connection,
    database: Path,
    file: Path,
    trades: TradeFile,
    staging: Staging,
    connection_id: int | None,
    sampler: ProgressSampler,
    stop: CancelToken,
) -> Comparison:
    exchange = trades.format.exchange
    account = choose_account(look, exchange, connection_id)
    markets = read_markets(look, account.exchange_id, old_names=exchange == "kraken")
    staging.add_file(trades, markets, sampler, stop)
    staging.add_base(look, account, sampler, stop)
    match_trades(staging, stop)
    return _told(staging, database, file, trades.format.name, account, look.note)


def _told(
    staging: Staging, database: Path, file: Path, format: str, account: Account, note: str
) -> Comparison:
    connection = staging.connection
    span = staging.span
    shift_ms = find_shift_ms(staging)
    return Comparison(
        database=database,
        file=file.absolute(),
        format=format,
        account=account,
        lines=staging.lines,
        since_ms=span[0] if span else None,
        until_ms=span[1] if span else None,
        same=_count(connection, "file WHERE verdict = 'same'"),
        same_shown=_pairs(connection, "same"),
        repeated=_count(connection, "file WHERE verdict = 'repeated'"),
        only_in_file=Part(
            _count(connection, "file WHERE verdict = 'only'"),
            tuple(
                ComparedTrade(*row)  # type: ignore[arg-type]  # STRICT columns
                for row in _first(
                    connection, f"{_FILE_COLUMNS} FROM file AS f WHERE verdict = 'only'", "line"
                )
            ),
        ),
        only_in_database=Part(
            _count(connection, "base WHERE partner IS NULL AND is_in_span"),
            tuple(
                ComparedTrade(*row)  # type: ignore[arg-type]  # STRICT columns
                for row in _first(
                    connection,
                    f"{_BASE_COLUMNS} FROM base AS b WHERE partner IS NULL AND is_in_span",
                    "at_ms, id",
                )
            ),
        ),
        different=Part(
            _count(connection, "file WHERE verdict = 'different'"), _pairs(connection, "different")
        ),
        unreadable=Part(
            _count(connection, "unreadable"),
            tuple(
                UnreadableLine(int(str(line)), str(reason))
                for line, reason in _first(connection, "line, reason FROM unreadable", "line")
            ),
        ),
        unknown_pairs=tuple(sorted(staging.unknown.items())),
        shift_ms=shift_ms,
        notes=tuple(_notes(staging, account, shift_ms, note)),
    )


def _pairs(connection: Connection, verdict: str) -> tuple[Difference, ...]:
    rows = _first(
        connection,
        f"{_FIELDS}, {_FILE_COLUMNS}, {_BASE_COLUMNS} FROM file AS f JOIN base AS b "
        f"ON b.id = f.partner WHERE f.verdict = '{verdict}'",
        # In the order of the lines, and without sorting a million of them.
        "f.id",
    )
    return tuple(
        Difference(
            ComparedTrade(*row[1:11]),  # type: ignore[arg-type]  # STRICT columns
            ComparedTrade(*row[11:]),  # type: ignore[arg-type]  # STRICT columns
            tuple(name for name in str(row[0]).split() if name != "contents"),
        )
        for row in rows
    )


def _notes(staging: Staging, account: Account, shift_ms: int | None, note: str) -> Iterator[str]:
    if note:
        yield note
    coarsest = staging.connection.read_value("SELECT max(resolution_ms) FROM file")
    if coarsest in (1_000, 60_000):
        unit = "second" if coarsest == 1_000 else "minute"
        yield (
            f"The file tells times to the {unit}: trades of one {unit}, price and amount are "
            "counted, and an imported one stands at its beginning."
        )
    if shift_ms is not None:
        yield (
            f"Trades of the file are in the database {abs(shift_ms) / 3_600_000:g} hours "
            f"{'earlier' if shift_ms > 0 else 'later'}: its times are probably not UTC. Importing "
            "them would make each twice."
        )
    if staging.unknown:
        yield (
            "Pairs that the database does not describe, or that a name does not tell from another, "
            "and contracts settled in their base currency are not compared."
        )
    if account.is_testnet:
        yield f"Connection {account.id} trades on a test network."


def _count(connection: Connection, rows: str) -> int:
    return connection.read_int(f"SELECT count(*) FROM {rows}")


def _first(connection: Connection, rows: str, order: str) -> list[Row]:
    return connection.read_rows(f"SELECT {rows} ORDER BY {order} LIMIT {MOST_SHOWN}")
