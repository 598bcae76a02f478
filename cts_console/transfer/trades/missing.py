"""What a comparison offers for import: the trades that the database lacks, order by order.

Where the file has no id, one is derived from the trade itself and its number among its equals, so
that the same trade of another copy of the file gets the same one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from cts_console.sqlite import Connection, Row, SqliteValue
from cts_console.transfer.trades.model import Account
from cts_console.transfer.trades.staging import FILE_ID, Staging

IMPORT_MARK: Final = "import:"
"""Begins the client_order_id of an order that was made up for trades without one."""

MISSING_TABLE: Final = """
CREATE TABLE missing (
  id INTEGER PRIMARY KEY, line INTEGER, pair INTEGER, side TEXT, price TEXT, amount TEXT, fee TEXT,
  fee_currency TEXT, at_ms INTEGER, resolution_ms INTEGER, trade_id TEXT, order_id TEXT,
  price_key TEXT, amount_key TEXT, symbol TEXT, contract_size TEXT,
  -- How many equal trades the database has, and this one's number among them and its own equals.
  equals INTEGER, number INTEGER, unit TEXT, started INTEGER
) STRICT;
CREATE INDEX missing_ids ON missing (trade_id)
"""

_RANKED: Final = """
INSERT INTO missing
SELECT f.id, f.line, f.pair, f.side, f.price, f.amount, f.fee, f.fee_currency, f.at_ms,
  f.resolution_ms, f.trade_id, f.order_id, f.price_key, f.amount_key, f.symbol, f.contract_size,
  (SELECT count(*) FROM base AS b
   WHERE b.pair = f.pair AND b.side = f.side AND b.price_key = f.price_key
     AND b.amount_key = f.amount_key
     AND b.at_ms / max(f.resolution_ms, b.resolution_ms)
       = f.at_ms / max(f.resolution_ms, b.resolution_ms)
  ),
  row_number() OVER (
    PARTITION BY f.pair, f.side, f.price_key, f.amount_key, f.at_ms ORDER BY f.id
  ),
  u.unit, u.started
FROM file AS f JOIN (
  SELECT id, coalesce(order_id, 'line ' || id) AS unit,
    min(at_ms) OVER (PARTITION BY pair, side, coalesce(order_id, 'line ' || id)) AS started
  FROM file WHERE verdict = 'only'
) AS u ON u.id = f.id
"""
_NAMELESS: Final = """
SELECT id, pair, resolution_ms, symbol, side, price_key, amount_key, at_ms, number
FROM missing WHERE trade_id IS NULL LIMIT 2000
"""
_UNITS: Final = """
SELECT pair, side, unit, line, price, amount, fee, fee_currency, at_ms, resolution_ms, trade_id,
  order_id, price_key, amount_key, symbol, contract_size, number
FROM missing ORDER BY started, pair, side, unit, at_ms, id
"""


@dataclass(frozen=True, slots=True)
class MissingTrade:
    """A trade that the database lacks."""

    line: int
    """Its row in the file."""
    price: str
    """Exact decimal text."""
    amount: str
    """Exact decimal text."""
    fee: str | None
    """None where the file does not tell."""
    fee_currency: str | None
    """What the fee is in."""
    at_ms: int
    """When, milliseconds since the epoch."""
    resolution_ms: int
    """How exact that is."""
    trade_id: str
    """The exchange's name of it, or one derived from the trade."""
    price_key: str
    """What equal prices share."""
    amount_key: str
    """What equal amounts share."""
    contract_size: str
    """Of its pair, as decimal text."""
    number: int
    """Its number, from 1, among its equals: those of the database first, then the missing ones."""


@dataclass(frozen=True, slots=True)
class OrderUnit:
    """The missing trades of one order; they are imported together or not at all."""

    pair: int
    """Row of `trading_pairs`."""
    symbol: str
    """The pair's name."""
    side: str
    """buy or sell."""
    order_id: str | None
    """The exchange's name of the order; None where the file has none."""
    trades: tuple[MissingTrade, ...]
    """In the order of time."""

    @property
    def client_order_id(self) -> str:
        """The name of an order that is made up for them: the same for the same trades."""
        what = self.order_id or self.trades[0].trade_id
        return f"{IMPORT_MARK}{_digest(self.symbol, self.side, what)}"


def rank_missing(staging: Staging, account: Account) -> int:
    """Prepare what is missing for `read_units`; return how many trades that is."""
    connection = staging.connection
    connection.execute("DROP TABLE IF EXISTS missing")
    connection.execute(MISSING_TABLE)
    connection.execute(_RANKED)
    connection.execute("UPDATE missing SET number = number + equals")
    _name_missing(connection, account)
    return connection.read_int("SELECT count(*) FROM missing")


def _name_missing(connection: Connection, account: Account) -> None:
    """Derive an id for each trade that has none."""
    while rows := connection.read_rows(_NAMELESS):
        taken: set[str] = set()
        named = []
        for name, pair, resolution, *contents, number in rows:
            own = int(str(number))
            # Where one of its equals was taken back, its number is that of another one.
            while (found := _derived_id(account, resolution, contents, own)) in taken or _is_used(
                connection, pair, found
            ):
                own += 1
            taken.add(found)
            named.append((found, name))
        connection.execute_many("UPDATE missing SET trade_id = ? WHERE id = ?", named)


def _derived_id(
    account: Account, resolution: SqliteValue, contents: Sequence[SqliteValue], number: int
) -> str:
    digest = _digest(account.exchange, *contents, number)
    return f"{FILE_ID}{int(str(resolution))}:{digest}"


def _is_used(connection: Connection, pair: SqliteValue, trade_id: str) -> bool:
    in_base = "SELECT 1 FROM base WHERE pair = ? AND trade_id = ?"
    return is_missing_id(connection, trade_id) or (
        connection.read_row(in_base, (pair, trade_id)) is not None
    )


def is_missing_id(connection: Connection, trade_id: str | None) -> bool:
    """Return whether a trade of this id is among the missing ones of a file."""
    sql = "SELECT 1 FROM missing WHERE trade_id = ?"
    return trade_id is not None and connection.read_row(sql, (trade_id,)) is not None


def read_units(connection: Connection) -> Iterator[OrderUnit]:
    """Yield the orders of a file with a table `missing`, as they began."""
    rows = connection.stream_rows(_UNITS)
    for (pair, side, _unit), group in groupby(rows, key=lambda row: row[:3]):
        trades = list(group)
        symbol = str(trades[0][14])
        yield OrderUnit(
            pair=int(str(pair)),
            symbol=symbol,
            side=str(side),
            order_id=None if trades[0][11] is None else str(trades[0][11]),
            trades=tuple(map(_missing, trades)),
        )


def _missing(row: Row) -> MissingTrade:
    line, price, amount, fee, currency, at_ms, resolution, name = row[3:11]
    price_key, amount_key, _symbol, contract_size, number = row[12:]
    return MissingTrade(
        line=int(str(line)),
        price=str(price),
        amount=str(amount),
        fee=None if fee is None else str(fee),
        fee_currency=None if currency is None else str(currency),
        at_ms=int(str(at_ms)),
        resolution_ms=int(str(resolution)),
        trade_id=str(name),
        price_key=str(price_key),
        amount_key=str(amount_key),
        contract_size=str(contract_size),
        number=int(str(number)),
    )


def _digest(*parts: object) -> str:
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()
