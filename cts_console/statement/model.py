"""What a statement is made of, and what it says. Amounts are exact decimals (`numbers`)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from cts_console.sqlite import SqliteValue
from cts_console.statement.inventory import Holding, Method
from cts_console.statement.period import Period

BookSide = Literal["long", "short", "net"]
SealState = Literal["as_sealed", "differs", "unknown"]


@dataclass(frozen=True, slots=True)
class Rate:
    """What a person says one currency is worth in another, for fees."""

    currency: str
    """In which fees were paid."""
    quote: str
    """The quote currency in which they are counted."""
    price: Decimal
    """One `currency` in `quote`."""


@dataclass(frozen=True, slots=True)
class Market:
    """A trading pair, as far as the file tells."""

    symbol: str
    """Its name."""
    base: str | None
    """What is bought and sold; None where the name does not tell."""
    quote: str | None
    """What it is paid in; None where the name does not tell."""
    is_spot: bool | None
    """Whether the coin itself changes hands; None where the file does not tell."""
    contract_size: SqliteValue
    """Base currency in one unit of amount."""
    is_inverse: bool
    """Whether it is, or may be, settled in its base currency."""


@dataclass(frozen=True, slots=True)
class TradeRow:
    """An execution as the file has it."""

    id: SqliteValue
    connection: SqliteValue
    pair: SqliteValue
    side: SqliteValue
    price: SqliteValue
    amount: SqliteValue
    fee: SqliteValue
    fee_currency: SqliteValue
    base_fee: SqliteValue
    executed_at: SqliteValue
    position: SqliteValue
    has_exchange_id: SqliteValue
    position_side: SqliteValue
    position_mode: SqliteValue
    connection_name: SqliteValue


@dataclass(frozen=True, slots=True)
class Entry:
    """A trade of the period, booked."""

    at_ms: int
    """When; milliseconds since the epoch, UTC."""
    id: SqliteValue
    """Its id in the file."""
    connection: str
    """Name, or else id, of its connection."""
    symbol: str
    """Its pair."""
    book: BookSide
    """The book it was booked in."""
    side: str
    """buy or sell."""
    price: Decimal
    """In quote currency."""
    amount: Decimal
    """As the file has it."""
    cost: Decimal
    """price × amount × contract size, in quote currency."""
    fee: Decimal
    """Signed: a rebate is below 0."""
    fee_currency: str | None
    """What the fee was paid in."""
    realised: Decimal | None
    """Profit before fees, in quote currency; None where the trade left nothing."""
    position: Decimal
    """What the book holds after it; below 0 for a short."""


@dataclass(frozen=True, slots=True)
class SymbolLine:
    """The period of one pair on one connection."""

    connection: str
    symbol: str
    quote: str | None
    trades: int
    bought: Decimal
    sold: Decimal
    turnover: Decimal
    gross: Decimal
    """Realised profit before fees."""
    fees: Decimal
    """Fees in the quote currency, or counted in it at a given rate."""
    net: Decimal
    """`gross` less `fees`."""


@dataclass(frozen=True, slots=True)
class QuoteTotal:
    """The sum of all pairs of one quote currency."""

    quote: str | None
    trades: int
    turnover: Decimal
    gross: Decimal
    fees: Decimal
    net: Decimal
    funding: Decimal
    """Funding of positions closed in the period; above 0 was paid. No part of `net`."""


@dataclass(frozen=True, slots=True)
class FeeLine:
    """Fees of one currency, by what became of them."""

    currency: str | None
    treatment: Literal["subtracted", "converted", "taken from the amount", "not converted"]
    trades: int
    amount: Decimal
    in_quote: tuple[tuple[str, Decimal], ...]
    """What was counted of it in each quote currency."""


@dataclass(frozen=True, slots=True)
class PositionLine:
    """What a book held before the period and what it holds at its end."""

    connection: str
    symbol: str
    book: BookSide
    opening: Holding
    closing: Holding


@dataclass(frozen=True, slots=True)
class Remark:
    """Trades that are not like others: what was done about them."""

    kind: str
    """A word for scripts."""
    text: str
    """What it means, for a person."""
    is_incomplete: bool
    """Whether the totals lack something because of it."""
    trades: int | None
    """How many, up to the end of the period; None where it is not about single trades."""
    of_period: int | None
    """How many of them lie in the period."""
    ids: tuple[SqliteValue, ...]
    """The first of them."""


@dataclass(frozen=True, slots=True)
class PositionCheck:
    """The file's own realised profit of positions closed in the period, beside ours."""

    closed: int
    """Positions closed in the period."""
    compared: int
    """Those with a profit of their own and trades that could all be counted."""
    equal: int
    """Those that differ by no more than the tolerance."""
    convention: str
    """Whether the file keeps it before or after fees and funding: what fits most."""
    largest_difference: Decimal
    """Ours less theirs, where that is farthest from 0."""
    largest_of: SqliteValue
    """The position that it belongs to; None without any."""


@dataclass(frozen=True, slots=True)
class NotChecked:
    """Rules that the audit did not check, or not in full, for one reason."""

    outcome: str
    """not checked, in part, errored or not asked."""
    reason: str
    """Why."""
    rules: tuple[str, ...]
    """Which."""


@dataclass(frozen=True, slots=True)
class AuditSummary:
    """The last audit of the database that was kept."""

    started_at: str
    profile: str
    summary: dict[str, Any]
    not_checked: tuple[NotChecked, ...] = ()
    is_older: bool = False
    """Whether trades of the period came after it."""


@dataclass(frozen=True, slots=True)
class SealCheck:
    """The kept seal of the table of the trades, and what comparing the two showed just now."""

    table: str
    """The table, as the file calls it."""
    state: SealState
    """What was measured."""
    reason: str = ""
    """Why it is unknown; "" where it was measured."""
    root: str | None = None
    """The root, hex; None where the seal cannot be read."""
    made_at_ms: int | None = None
    """When it was made, milliseconds since the epoch, UTC; None as above."""
    rows: int | None = None
    """How many rows it covers; None as above."""
    blocks: int | None = None
    """In how many blocks; None as above."""
    blocks_differing: int = 0
    """How many of them are not as sealed."""
    differing: tuple[str, ...] = ()
    """Keys of the first rows that differ."""
    missing: tuple[str, ...] = ()
    """Keys of the first rows that are gone."""
    what: str = ""
    """What else is not as it was sealed, in words; "" for nothing."""
    rows_after: int | None = None
    """Rows of the table that came since; None where that is unknown."""
    of_period_after: int | None = None
    """Trades of the period among them; None where that is unknown."""
    columns_left_out: tuple[str, ...] = ()
    """Columns that it does not cover."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement over a period."""

    database: Path
    period: Period
    method: Method
    made_at_ms: int
    trades: int
    symbols: tuple[SymbolLine, ...]
    totals: tuple[QuoteTotal, ...]
    fees: tuple[FeeLine, ...]
    positions: tuple[PositionLine, ...]
    check: PositionCheck
    remarks: tuple[Remark, ...]
    assumptions: tuple[str, ...]
    audit: AuditSummary | None
    seals: tuple[SealCheck, ...]
    """One for the table of the trades; empty where no seal of it is kept."""
    notes: tuple[str, ...]
    entries: tuple[Entry, ...] = ()
    """The first trades of the period, as many as were asked for."""
    audit_error: str = ""
    """Why the last audit is not known; "" where it is known whether there was one."""
    csv: Path | None = None
    """The file that all trades of the period were written into; None for none."""

    @property
    def is_complete(self) -> bool:
        """Whether no remark says that the totals lack something."""
        return not any(remark.is_incomplete for remark in self.remarks)
