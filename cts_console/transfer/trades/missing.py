"""What a comparison offers for import: the trades that the database lacks, order by order.

Where the file has no id, one is derived from the trade itself and its number among its equals, so
that the same trade of another copy of the file gets the same one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from cts_console.sqlite import Connection, Row
from cts_console.transfer.trades.model import Account
from cts_console.transfer.trades.staging import FILE_ID, Staging

IMPORT_MARK: Final = "import:"
"""Begins the client_order_id of an order that was made up for trades without one."""

MISSING_TABLE: Final = """
CREATE TABLE missing (
  id INTEGER PRIMARY KEY, line INTEGER, pair INTEGER, side TEXT, price TEXT, amount TEXT, fee TEXT,
  fee_currency TEXT, at_ms INTEGER, resolution_ms INTEGER, trade_id TEXT, order_id TEXT,
  price_key TEXT, amount_key TEXT, symbol TEXT, contract_size TEXT, equals INTEGER, unit TEXT,
  started INTEGER
) STRICT
"""

_RANKED: Final = """
INSERT INTO missing
SELECT f.id, f.line, f.pair, f.side, f.price, f.amount, f.fee, f.fee_currency, f.at_ms,
  f.resolution_ms, f.trade_id, f.order_id, f.price_key, f.amount_key, f.symbol, f.contract_size,
  -- How many equal trades the database has when it is this one's turn, in the order of _UNITS.
  (SELECT count(*) FROM base AS b
   WHERE b.pair = f.pair AND b.side = f.side AND b.price_key = f.price_key
     AND b.amount_key = f.amount_key
     AND b.at_ms / max(f.resolution_ms, b.resolution_ms)
       = f.at_ms / max(f.resolution_ms, b.resolution_ms)
  ) + row_number() OVER (
    PARTITION BY f.pair, f.side, f.price_key, f.amount_key, f.at_ms / f.resolution_ms,
      f.resolution_ms ORDER BY u.started, f.pair, f.side, u.unit, f.at_ms, f.id
  ) - 1 AS equals,
  u.unit, u.started
FROM file AS f JOIN (
  SELECT id, coalesce(order_id, 'line ' || id) AS unit,
    min(at_ms) OVER (PARTITION BY pair, side, coalesce(order_id, 'line ' || id)) AS started
  FROM file WHERE verdict = 'only'
) AS u ON u.id = f.id
"""
_UNITS: Final = """
SELECT pair, side, unit, line, price, amount, fee, fee_currency, at_ms, resolution_ms, trade_id,
  order_id, price_key, amount_key, symbol, contract_size, equals
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
    equals: int
    """Equal trades that the database has when it is this one's turn."""


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


def rank_missing(staging: Staging) -> int:
    """Prepare what is missing for `read_units`; return how many trades that is."""
    connection = staging.connection
    connection.execute("DROP TABLE IF EXISTS missing")
    connection.execute(MISSING_TABLE)
    connection.execute(_RANKED)
    return connection.read_int("SELECT count(*) FROM missing")


def read_units(connection: Connection, account: Account) -> Iterator[OrderUnit]:
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
            trades=tuple(_missing(row, account) for row in trades),
        )


def _missing(row: Row, account: Account) -> MissingTrade:
    line, price, amount, fee, currency, at_ms, resolution, name = row[3:11]
    _, price_key, amount_key, symbol, contract_size, equals = row[11:]
    return MissingTrade(
        line=int(str(line)),
        price=str(price),
        amount=str(amount),
        fee=None if fee is None else str(fee),
        fee_currency=None if currency is None else str(currency),
        at_ms=int(str(at_ms)),
        resolution_ms=int(str(resolution)),
        trade_id=str(name)
        if name is not None
        else f"{FILE_ID}{int(str(resolution))}:"
        + _digest(account.exchange, symbol, row[1], price_key, amount_key, at_ms, equals),
        price_key=str(price_key),
        amount_key=str(amount_key),
        contract_size=str(contract_size),
        equals=int(str(equals)),
    )


def _digest(*parts: object) -> str:
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()
