"""Tells the story of a position or an order: one event a row, with what is held after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import Any, Final

from cts_console.sqlite import SqliteValue
from cts_console.statement.numbers import EXACT, ZERO, decimal_text, read_amount
from cts_console.trace.book import Book
from cts_console.trace.compare import (
    compare_closed,
    compare_gain,
    compare_open,
    compare_order,
    compare_trade,
)
from cts_console.trace.fills import Fill, Pair, read_instant
from cts_console.trace.model import Compared, EventKind, TraceEvent
from cts_console.trace.reading import LogRow, OrderRow, PositionRow, Source, told
from cts_console.trace.timeline import ENDED, Point, Rows, is_over, line_up, order_end_ms

SETTLING_MS: Final = 60_000
"""What changed in the last minute is not judged: the rest may be on its way."""
OPENING_MS: Final = 60_000
"""A first trade that came later than this after the opening is not the first."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the telling goes by."""

    pair: Pair
    """The pair of all amounts."""
    now_ms: int
    """Milliseconds since the epoch."""
    is_cut: bool
    """Whether rows are missing because there were too many."""
    links_trades: bool
    """Whether the file says to which order a trade belongs."""
    source: Callable[[str], Source]
    """Where a relation lies."""
    was_recorded: Callable[[OrderRow | PositionRow], bool]
    """Whether the trades of what ended then were recorded at all."""


@dataclass(slots=True)
class Story:
    """What was told."""

    book: Book
    """The book after the last trade."""
    events: list[TraceEvent] = field(default_factory=list)
    pnl: Decimal | None = None
    """Realised profit after fees and funding."""
    remarks: list[str] = field(default_factory=list)
    """What could not be known or placed."""


def tell(rows: Rows, ground: Ground) -> Story:
    """Return the story of the rows.

    A position whose trades are not all here, and do not fit, leaves quantity, average and profit
    unknown: from its opening where the first trade came late, else from the first trade that is
    not linked to it.
    """
    with localcontext(EXACT):
        story = _Telling(rows, ground).run()
        reason = _incomplete(rows)
        if not reason or not any(_is_of_position(event) for event in story.events):
            return story
        again = _Telling(rows, ground)
        again.loses_track = True
        if _started_late(rows):
            again.book.lose_track()
        story = again.run()
        story.remarks.append(reason)
        return story


class _Telling:
    """One pass over the rows."""

    def __init__(self, rows: Rows, ground: Ground) -> None:
        self._rows = rows
        self._ground = ground
        self._orders = {str(order.id): order for order in rows.orders}
        self._funding = ZERO
        self._unplaced = 0
        self._remarks: list[str] = []
        self.book = Book(ground.pair)
        self.loses_track = False

    def run(self) -> Story:
        """Tell every row."""
        story = Story(self.book)
        tellers: dict[str, Callable[[Any], TraceEvent | None]] = {
            "position opens": self._opening,
            "order placed": self._order_placed,
            "trade": self._trade,
            "log": self._log,
            "order ends": self._order_ended,
            "funding": self._pay_funding,
            "position ends": self._position_ended,
        }
        for point in line_up(self._rows):
            event = tellers[point.moment](point)
            if event is not None:
                story.events.append(event)
                self._unplaced += event.at_ms is None
        story.pnl = self._pnl()
        story.remarks = self._remarked()
        return story

    def _remarked(self) -> list[str]:
        found = list(self._remarks)
        if self._unplaced:
            found.append(
                f"{self._unplaced:,} of the rows have no time that can be read and are told last, "
                "by their keys; averages and profit after a trade among them are not known."
            )
        if self.book.other_fee_currencies:
            names = ", ".join(sorted(name or "?" for name in self.book.other_fee_currencies))
            found.append(f"Fees in {names} are not converted: profit after them is not known.")
        market = self._ground.pair.market
        if market.is_inverse:
            found.append(
                "The contract is, or may be, settled in its base currency: average and profit are "
                "not computed."
            )
        elif market.quote is None:
            found.append("The file does not describe the pair: profit is not computed.")
        return found

    def _pnl(self) -> Decimal | None:
        pnl = self.book.pnl
        return None if pnl is None else pnl - self._funding

    def _event(
        self,
        kind: EventKind,
        at_ms: int | None,
        relation: str,
        key: SqliteValue,
        text: str,
        compared: list[Compared] | None = None,
        **values: Any,
    ) -> TraceEvent:
        source, book = self._ground.source(relation), self.book
        return TraceEvent(
            at_ms=at_ms,
            kind=kind,
            table=source.table,
            key_column=source.key,
            key=key,
            text=text,
            quantity=book.quantity,
            average=book.average,
            gross=book.gross,
            pnl=self._pnl(),
            compared=tuple(compared or ()),
            **values,
        )

    def _opening(self, point: Point) -> TraceEvent:
        row = point.row
        assert isinstance(row, PositionRow)
        text = f"{told(row.side)} position {told(row.id)} opened"
        return self._event("position opened", point.at_ms, "positions", row.id, text)

    def _order_placed(self, point: Point) -> TraceEvent:
        row = point.row
        assert isinstance(row, OrderRow)
        words = [told(word) for word in (row.order_type, row.side) if word is not None]
        return self._event(
            "order placed",
            point.at_ms,
            "orders",
            row.id,
            f"order {told(row.id)}: {' '.join(words)}",
            price=read_amount(row.price),
            amount=read_amount(row.amount),
        )

    def _order_ended(self, point: Point) -> TraceEvent:
        row = point.row
        assert isinstance(row, OrderRow)
        kind: EventKind = "order closed" if is_over(row) else "order kept"
        text = f"order {told(row.id)}: {told(row.status)}"
        if row.reject_reason is not None:
            text += f", {told(row.reject_reason)}"
        fills = self._rows.fills_of(row)
        judged = fills if self._is_judged(row, fills) else None
        compared = compare_order(row, judged, self._ground.pair)
        return self._event(kind, point.at_ms, "orders", row.id, text, compared)

    def _is_judged(self, order: OrderRow, fills: list[Fill]) -> bool:
        """Return whether the trades of an order can be held against it."""
        ground = self._ground
        at_ms = read_instant(order.updated_at)
        if at_ms is None:
            at_ms = order_end_ms(order)
        if ground.is_cut or not ground.links_trades or not self._is_settled(at_ms):
            return False
        return bool(fills) or ground.was_recorded(order)

    def _is_settled(self, at_ms: int | None) -> bool:
        return at_ms is None or at_ms < self._ground.now_ms - SETTLING_MS

    def _trade(self, point: Point) -> TraceEvent:
        fill = point.row
        assert isinstance(fill, Fill)
        row = fill.row
        order = self._orders.get(str(row.order))
        text = f"trade {told(row.id)}: {told(row.side)}"
        compared = compare_trade(row, fill, order)
        if row.id in self._rows.booked:
            before = self.book.quantity
            self.book.apply(fill)
            if self.book.is_whole:
                compared += compare_gain(row, fill, self.book)
                compared += self._turned(before)
            elif not fill.is_readable:
                text += ", cannot be read"
        else:
            text, linked = self._elsewhere(text, fill)
            compared += linked
        return self._event(
            "trade",
            point.at_ms,
            "trades",
            row.id,
            text,
            compared,
            price=fill.price,
            amount=fill.amount,
            fee=None if fill.fee is None else fill.fee.amount,
            fee_currency=None if fill.fee is None else fill.fee.currency,
        )

    def _elsewhere(self, text: str, fill: Fill) -> tuple[str, list[Compared]]:
        """Return what is told of a trade that an order of the position has, and it has not."""
        if fill.row.position is not None:
            return f"{text}, of position {told(fill.row.position)}", []
        if self.loses_track:
            self.book.lose_track()
        position = self._rows.position
        if position is None or not self._is_settled(fill.at_ms):
            return f"{text}, linked to no position", []
        linked = Compared("position_id", None, str(position.id), differs=True)
        return f"{text}, linked to no position", [linked]

    def _turned(self, before: Decimal | None) -> list[Compared]:
        """Compare the side of the position, where a trade turned it round by more than dust."""
        position, now = self._rows.position, self.book.quantity
        if position is None or now is None or before is None:
            return []
        sign = {"long": 1, "short": -1}.get(str(position.side))
        pair, book = self._ground.pair, self.book
        dust = max(pair.step or ZERO, pair.least or ZERO, abs(book.base_fees))
        dust = max(dust, Decimal("1e-9") * max(book.bought, book.sold))
        if sign is None or now * sign >= -dust or before * sign < -dust:
            return []
        side = "short" if now < 0 else "long"
        return [Compared("side", str(position.side), side, differs=True)]

    def _log(self, point: Point) -> TraceEvent:
        row = point.row
        assert isinstance(row, LogRow)
        return self._event("log", point.at_ms, row.relation, row.id, row.text)

    def _pay_funding(self, point: Point) -> TraceEvent | None:
        row = point.row
        assert isinstance(row, PositionRow)
        funding = read_amount(row.funding_paid)
        if not funding:
            return None
        self._funding = funding
        way = "paid" if funding > 0 else "received"
        text = f"funding {way}, the position's own sum; single payments are not kept"
        return self._event("funding", point.at_ms, "positions", row.id, text, amount=funding)

    def _why_not_compared(self, row: PositionRow) -> str:
        """Return why the position cannot be held against its trades; "" where it can."""
        if self._ground.is_cut:
            return "The position is not compared with its trades: there are too many rows."
        if self._rows.booked:
            return ""
        if row.status != "open":
            return "No trade is linked to the position: nothing can be compared with it."
        if not self._ground.was_recorded(row):
            return "The position is older than the first trade of its connection: not compared."
        if any(order.status not in ENDED and _is_entry(row, order) for order in self._rows.orders):
            return "The position waits for its first trade."
        return ""

    def _position_ended(self, point: Point) -> TraceEvent:
        row = point.row
        assert isinstance(row, PositionRow)
        is_open = row.status == "open"
        compared: list[Compared] = []
        times = [f.at_ms for f in self._rows.fills if f.at_ms and f.row.id in self._rows.booked]
        closed = read_instant(row.closed_at)
        last = max((*times, closed or 0, (read_instant(row.opened_at) or 0) if is_open else 0))
        reason = self._why_not_compared(row)
        if reason:
            self._remarks.append(reason)
        elif self._is_settled(last or None):
            pair = self._ground.pair
            compared = (
                compare_open(row, self.book, pair)
                if is_open
                else compare_closed(row, self.book, pair, self._funding)
            )
        kind: EventKind = "position kept" if is_open else "position closed"
        text = f"{told(row.side)} position {told(row.id)}: {told(row.status)}"
        quantity = read_amount(row.quantity)
        if quantity is not None:
            text += f", quantity {decimal_text(quantity)}"
        return self._event(kind, point.at_ms, "positions", row.id, text, compared)


def _is_entry(position: PositionRow, order: OrderRow) -> bool:
    return (position.side, order.side) in (("long", "buy"), ("short", "sell"))


def _is_of_position(event: TraceEvent) -> bool:
    """Return whether an event says that the trades do not make the position."""
    return event.kind in ("position closed", "position kept") and bool(event.differs)


def _started_late(rows: Rows) -> bool:
    position = rows.position
    opened = None if position is None else read_instant(position.opened_at)
    times = [
        at_ms
        for fill in rows.fills
        if fill.row.id in rows.booked and (at_ms := _ordered_ms(fill)) is not None
    ]
    return opened is not None and bool(times) and min(times) > opened + OPENING_MS


def _ordered_ms(fill: Fill) -> int | None:
    ordered = read_instant(fill.row.ordered_at)
    return fill.at_ms if ordered is None else ordered


def _incomplete(rows: Rows) -> str:
    """Return why the trades of a position may not all be here; "" where nothing says so."""
    if rows.position is None:
        return ""
    if _started_late(rows):
        return (
            "The first trade came more than a minute after the position was opened, and the "
            "trades do not make the position: some of them are not recorded. What was held and "
            "earned is not known."
        )
    if any(fill.row.position is None for fill in rows.fills):
        return (
            "An order has trades that are linked to no position, and the others do not make the "
            "position: what was held and earned after them is not known."
        )
    return ""
