"""What a trace is made of: what happened to one position or one order, in the order of time.

Amounts are exact decimals (`statement.numbers`); what is not known is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from cts_console.sqlite import SqliteValue

SubjectKind = Literal["position", "order"]
EventKind = Literal[
    "position opened",
    "order placed",
    "trade",
    "log",
    "order closed",
    "order kept",
    "funding",
    "position closed",
    "position kept",
]
"""`order kept` and `position kept` are what the file says of those that are not closed."""


@dataclass(frozen=True, slots=True)
class TraceSubject:
    """What is traced."""

    kind: SubjectKind
    """Whether it is a position or an order."""
    id: SqliteValue
    """Its id in the file; text that names an integer will do."""
    is_rowid: bool = False
    """Whether `id` is the rowid of its row in the place of its id."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A value that a row stores, beside the one that the trades come to."""

    name: str
    """The column, as the CTS schema calls it."""
    stored: Decimal | str | None
    """What the row says; None for NULL."""
    computed: Decimal | str | None
    """What it should be; None for nothing."""
    differs: bool
    """Whether they are farther apart than the audit's rule tolerates."""


@dataclass(frozen=True, slots=True)
class TraceEvent:
    """One row of the story."""

    at_ms: int | None
    """When; milliseconds since the epoch, UTC; None where the file has no time that can be read."""
    kind: EventKind
    """What happened."""
    table: str
    """The table that tells it, as the file calls it."""
    key_column: str
    """The column that `key` is of: id or rowid."""
    key: SqliteValue
    """The row."""
    text: str
    """What happened, in words; may hold text of the file."""
    price: Decimal | None = None
    """Of an order its limit, of a trade what was paid."""
    amount: Decimal | None = None
    """Of an order what is wanted, of a trade what was traded, of funding what was paid."""
    fee: Decimal | None = None
    """Of a trade; a rebate is below 0."""
    fee_currency: str | None = None
    """What the fee was paid in."""
    quantity: Decimal | None = None
    """What is held after it; below 0 for a short."""
    average: Decimal | None = None
    """Average price of what is held after it; None where nothing is held."""
    gross: Decimal | None = None
    """Profit realised so far, before fees, in quote currency."""
    pnl: Decimal | None = None
    """Profit realised so far, after fees and funding, in quote currency."""
    compared: tuple[Compared, ...] = ()
    """What the row stores, beside what was computed."""

    @property
    def differs(self) -> tuple[Compared, ...]:
        """Where the stored and the computed story part."""
        return tuple(each for each in self.compared if each.differs)


@dataclass(frozen=True, slots=True)
class PositionHead:
    """A position as its own row has it, and what its trades made."""

    id: SqliteValue
    side: str
    status: str
    opened_at_ms: int | None
    closed_at_ms: int | None
    stored_pnl: Decimal | None
    """Realised profit as the file keeps it; None where it keeps none."""
    computed_pnl: Decimal | None
    """Realised profit after fees and funding; None where it is not known."""


@dataclass(frozen=True, slots=True)
class OrderHead:
    """An order as its own row has it."""

    id: SqliteValue
    side: str
    order_type: str
    status: str
    created_at_ms: int | None
    stored_filled: Decimal | None
    """What the order says was filled."""
    computed_filled: Decimal | None
    """What its trades add up to; None where they are not all known."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The story of a position, or of an order within its position."""

    database: Path
    """The file."""
    subject: TraceSubject
    """What was asked for, with the id that the file itself has."""
    position: PositionHead | None
    """The position; of an order the one that it belongs to, None for none."""
    order: OrderHead | None
    """The order; None for the trace of a position."""
    symbol: str
    """The pair."""
    quote: str | None
    """In what profit is counted; None where it is not known."""
    events: tuple[TraceEvent, ...]
    """In the order of time; what has no time comes after what has one."""
    is_cut: bool
    """Whether there are more events than are told."""
    remarks: tuple[str, ...]
    """What could not be known or placed."""

    @property
    def first_difference(self) -> int | None:
        """Index of the first event at which stored and computed story part; None for none."""
        return next((at for at, event in enumerate(self.events) if event.differs), None)

    @property
    def compared(self) -> int:
        """How many stored values were compared with computed ones."""
        return sum(len(event.compared) for event in self.events)
