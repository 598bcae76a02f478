"""What a trade history holds, and what comparing it with a database says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Generic, Literal, TypeVar

from cts_console.transfer.trades.pairs import MarketPair

Side = Literal["buy", "sell"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FileTrade:
    """One execution, as an exchange's file tells it."""

    line: int
    """The line of the file on which it begins, or its row in a sheet, from 1."""
    pair: str
    """The pair, as the file writes it."""
    market: MarketPair | None
    """The database's pair; None where it has none such."""
    side: Side
    """What was done."""
    price: Decimal
    """Quote currency for one unit."""
    amount: Decimal
    """Units, in base currency or contracts."""
    cost: Decimal | None
    """What the file says it cost, in quote currency."""
    fee: Decimal | None
    """Below 0 a rebate; None where the file does not tell."""
    fee_currency: str | None
    """What the fee is in."""
    at_ms: int
    """When, milliseconds since the epoch; cut to `resolution_ms`."""
    resolution_ms: int
    """How exact that is: 1, 1,000 or 60,000."""
    exchange_trade_id: str | None
    """The exchange's name of it; None where the file has none."""
    exchange_order_id: str | None
    """The exchange's name of its order."""


@dataclass(frozen=True, slots=True)
class UnreadableLine:
    """A line that is no trade."""

    line: int
    """The line of the file on which it begins, or its row in a sheet, from 1."""
    reason: str
    """What is wrong with it."""


@dataclass(frozen=True, slots=True)
class Account:
    """The exchange connection whose trades the file is compared with."""

    id: int
    """Its row in `exchange_connections`."""
    name: str
    """Its owner's name for it."""
    exchange: str
    """The exchange's key, such as `binance`."""
    exchange_id: int
    """The row of its exchange."""
    is_testnet: bool
    """Whether it trades on a test network."""


@dataclass(frozen=True, slots=True)
class ComparedTrade:
    """A trade on one of the two sides."""

    where: int
    """Of the file its line, of the database its `trades.id`."""
    pair: str
    """The pair's symbol in the database."""
    side: str
    """buy or sell."""
    price: str
    """Exactly as its side has it."""
    amount: str
    """Exactly as its side has it."""
    fee: str | None
    """None where it is not known."""
    fee_currency: str | None
    """What the fee is in."""
    at_ms: int
    """When, milliseconds since the epoch."""
    exchange_trade_id: str | None
    """The exchange's name of it."""
    exchange_order_id: str | None
    """The exchange's name of its order."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One trade that both sides have, and what they tell differently of it."""

    file: ComparedTrade
    """What the file says."""
    database: ComparedTrade
    """What the database says."""
    fields: tuple[str, ...]
    """What differs: price, amount, side, fee, executed_at, exchange_trade_id; empty for none."""


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """Some of many: all are counted, the first are shown."""

    total: int
    """How many there are."""
    shown: tuple[T, ...]
    """The first of them."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A trade history beside a database."""

    database: Path
    """The resolved path of the database."""
    file: Path
    """The history."""
    format: str
    """Which of `EXCHANGE_FORMATS` it is."""
    account: Account
    """Whose trades."""
    lines: int
    """Lines of the file that are not empty, the header not counted."""
    since_ms: int | None
    """The earliest trade of the file."""
    until_ms: int | None
    """The end of the latest one's second or minute; in between the database was looked at."""
    same: int
    """Trades that both sides tell alike."""
    same_shown: tuple[Difference, ...]
    """The first of them, each as both sides write it."""
    repeated: int
    """Lines that say a trade of an earlier line once more, with the same id."""
    only_in_file: Part[ComparedTrade]
    """What the database lacks: this is offered for import."""
    only_in_database: Part[ComparedTrade]
    """What the file lacks, of its own pairs and its own span of time."""
    different: Part[Difference]
    """What both sides have and tell differently; never imported."""
    unreadable: Part[UnreadableLine]
    """Lines that are no trade."""
    unknown_pairs: tuple[tuple[str, int], ...]
    """Pairs that the database does not describe, with the number of their lines; not imported."""
    shift_ms: int | None
    """By how much the file's clock seems to be off; None where it does not."""
    notes: tuple[str, ...]
    """What a person should know."""

    @property
    def is_equal(self) -> bool:
        """Whether both sides tell the same, and every line could be read and compared."""
        return not (
            self.only_in_file.total
            or self.only_in_database.total
            or self.different.total
            or self.unreadable.total
            or self.unknown_pairs
        )
