"""A database with accounts at four exchanges, and its trades as each exchange would export them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from cts_console.sqlite import Connection, open_database
from cts_console.startup import run_startup

ACCOUNTS = {"binance": 1, "bybit": 2, "coinbase": 3, "kraken": 4}
START_MS = 1_700_000_000_000


@dataclass(frozen=True)
class Fill:
    """A trade of the account of `exchange`, before it is written anywhere."""

    number: int
    side: str = "buy"
    price: str = "40000.5"
    amount: str = "0.001"
    fee: str = "0.04"
    at_ms: int = START_MS
    base: str = "BTC"
    quote: str = "USDT"

    @property
    def cost(self) -> str:
        return str(Decimal(self.price) * Decimal(self.amount))


def make_fills(count: int) -> list[Fill]:
    """Return trades that differ, some of them twice in one second."""
    fills = [
        Fill(
            n,
            side="buy" if n % 3 else "sell",
            price=f"{40_000 + n % 50}.{n % 10}",
            amount=f"0.{n % 9 + 1:03d}",
            fee=f"0.0{n % 7 + 1}",
            at_ms=START_MS + n * 61_000 + n % 1_000,
        )
        for n in range(count)
    ]
    return [*fills, *(replace(fill, number=fill.number + 1_000_000) for fill in fills[::10])]


def make_book(path: Path) -> None:
    """Make an empty book: an account at each exchange, and pairs."""
    run_startup(path)
    with open_database(path, "read_write") as connection:
        connection.execute("INSERT INTO users (id, username, password_hash) VALUES (1, 'o', '$x$')")
        for exchange, number in ACCOUNTS.items():
            of = connection.read_int("SELECT id FROM exchanges WHERE name = ?", (exchange,))
            connection.execute(
                "INSERT INTO exchange_connections (id, user_id, exchange_id, name, is_enabled) "
                "VALUES (?, 1, ?, ?, 1)",
                (number, of, f"Main at {exchange}"),
            )
            for base, quote in (("DOGE", "EUR"), ("BTC", "EUR"), ("1INCH", "USDT"), ("XLM", "BTC")):
                connection.execute(
                    "INSERT INTO trading_pairs (exchange_id, symbol, base_currency, "
                    "quote_currency) VALUES (?, ?, ?, ?)",
                    (of, f"{base}/{quote}", base, quote),
                )


def add_fills(path: Path, exchange: str, fills: Iterable[Fill]) -> None:
    """Write trades as an engine does: an order for each, ids of the exchange."""
    account = ACCOUNTS[exchange]
    with open_database(path, "read_write") as connection:
        for fill in fills:
            pair = pair_of(connection, exchange, fill)
            order = connection.read_int(
                "INSERT INTO orders (connection_id, trading_pair_id, client_order_id, "
                "exchange_order_id, side, order_type, amount, filled, average_price, fee_total, "
                "status, created_at, updated_at, submitted_at, closed_at) "
                "VALUES (?, ?, ?, ?, ?, 'market', ?, ?, ?, ?, 'filled', ?, ?, ?, ?) RETURNING id",
                (
                    account,
                    pair,
                    f"engine-{fill.number}",
                    order_id(fill),
                    fill.side,
                    float(fill.amount),
                    float(fill.amount),
                    float(fill.price),
                    float(fill.fee),
                    *[fill.at_ms] * 4,
                ),
            )
            connection.execute(
                "INSERT INTO trades (connection_id, order_id, trading_pair_id, exchange_trade_id, "
                "side, price, amount, cost, fee, fee_currency, executed_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    account,
                    order,
                    pair,
                    trade_id(fill),
                    fill.side,
                    float(fill.price),
                    float(fill.amount),
                    float(fill.cost),
                    float(fill.fee),
                    fill.quote,
                    fill.at_ms,
                ),
            )


def pair_of(connection: Connection, exchange: str, fill: Fill) -> int:
    return connection.read_int(
        "SELECT t.id FROM trading_pairs t JOIN exchanges e ON e.id = t.exchange_id "
        "WHERE e.name = ? AND base_currency = ? AND quote_currency = ?",
        (exchange, fill.base, fill.quote),
    )


def order_id(fill: Fill) -> str:
    return f"ORDER-{fill.number:09d}"


def trade_id(fill: Fill) -> str:
    return f"TRADE-{fill.number:09d}"


def read_ledger(path: Path) -> tuple[list[object], list[object]]:
    """Return every order and every trade."""
    with open_database(path) as connection:
        return (
            list(connection.read_rows("SELECT * FROM orders ORDER BY id")),
            list(connection.read_rows("SELECT * FROM trades ORDER BY id")),
        )


def at(fill: Fill, form: str) -> str:
    text = datetime.fromtimestamp(fill.at_ms / 1000, UTC).strftime(form)
    return text.replace("%ms", f"{fill.at_ms % 1000:03d}")


def table(header: str, rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return out.getvalue()


def binance(fills: Iterable[Fill]) -> str:
    return table(
        "Date(UTC),Pair,Side,Price,Executed,Amount,Fee",
        (
            (
                at(f, "%Y-%m-%d %H:%M:%S"),
                f.base + f.quote,
                f.side.upper(),
                f.price,
                f.amount + f.base,
                f.cost + f.quote,
                f.fee + f.quote,
            )
            for f in fills
        ),
    )


def old_binance(fills: Iterable[Fill]) -> str:
    return table(
        "Date(UTC),Market,Type,Price,Amount,Total,Fee,Fee Coin",
        (
            (
                at(f, "%Y-%m-%d %H:%M:%S"),
                f.base + f.quote,
                f.side.upper(),
                f.price,
                f.amount,
                f.cost,
                f.fee,
                f.quote,
            )
            for f in fills
        ),
    )


def bybit(fills: Iterable[Fill]) -> str:
    header = (
        "Spot Pairs,Order Type,Direction,feeCoin,ExecFeeV2,Filled Value,Filled Price,"
        "Filled Quantity,Fees,Transaction ID,Order No.,Timestamp (UTC)"
    )
    return table(
        header,
        (
            (
                f.base + f.quote,
                "LIMIT",
                f.side.upper(),
                f.quote,
                f.fee,
                f.cost,
                f.price,
                f.amount,
                "--",
                trade_id(f),
                " 04058112",
                at(f, "%H:%M %Y-%m-%d"),
            )
            for f in fills
        ),
    )


def coinbase(fills: Iterable[Fill]) -> str:
    header = (
        "portfolio,trade id,product,side,created at,size,size unit,price,fee,total,"
        "price/fee/total unit"
    )
    return table(
        header,
        (
            (
                "default",
                trade_id(f),
                f"{f.base}-{f.quote}",
                f.side.upper(),
                at(f, "%Y-%m-%dT%H:%M:%S.%%msZ"),
                f.amount,
                f.base,
                f.price,
                f.fee,
                f"-{f.cost}",
                f.quote,
            )
            for f in fills
        ),
    )


def kraken(fills: Iterable[Fill]) -> str:
    return table(
        "txid,ordertxid,pair,time,type,ordertype,price,cost,fee,vol,margin,misc,ledgers",
        (
            (
                trade_id(f),
                order_id(f),
                f"{f.base.replace('BTC', 'XBT')}/{f.quote}",
                at(f, "%Y-%m-%d %H:%M:%S.%%ms0"),
                f.side,
                "limit",
                f.price,
                f.cost,
                f.fee,
                f.amount,
                "0.0",
                "",
                "L1,L2",
            )
            for f in fills
        ),
    )


EXPORTS: dict[str, tuple[str, Callable[[Iterable[Fill]], str]]] = {
    "binance spot": ("binance", binance),
    "binance spot, older": ("binance", old_binance),
    "bybit spot with fee coin": ("bybit", bybit),
    "coinbase fills": ("coinbase", coinbase),
    "kraken trades": ("kraken", kraken),
}
