"""The rows of a trace in the order in which they are told."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from cts_console.sqlite import SqliteValue
from cts_console.trace.fills import Fill, read_instant
from cts_console.trace.reading import LogRow, OrderRow, PositionRow

Moment = Literal[
    "position opens", "order placed", "trade", "log", "order ends", "funding", "position ends"
]
_MOMENTS: Final[tuple[Moment, ...]] = (
    "position opens",
    "order placed",
    "trade",
    "log",
    "order ends",
    "funding",
    "position ends",
)
"""The order of what happened at the same time."""
ENDED: Final = ("filled", "cancelled", "rejected", "expired")
"""States in which nothing more is filled."""


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of one trace."""

    position: PositionRow | None
    orders: tuple[OrderRow, ...]
    fills: tuple[Fill, ...]
    """The trades of the position, and those of its orders."""
    booked: frozenset[SqliteValue]
    """Ids of the trades that count."""
    logs: tuple[LogRow, ...]
    by_order: dict[str, list[Fill]] = field(init=False)
    """The trades of each order, by its id as text."""

    def __post_init__(self) -> None:
        found: dict[str, list[Fill]] = {}
        for fill in self.fills:
            if fill.row.order is not None:
                found.setdefault(str(fill.row.order), []).append(fill)
        object.__setattr__(self, "by_order", found)

    def fills_of(self, order: OrderRow) -> list[Fill]:
        """Return the trades of an order."""
        return self.by_order.get(str(order.id), [])


@dataclass(frozen=True, slots=True)
class Point:
    """A row at its moment."""

    moment: Moment
    at_ms: int | None
    """The time that the row names."""
    row: OrderRow | Fill | LogRow | PositionRow
    place: tuple[float, int, tuple[int, float, str]]
    """Where it belongs: the time, the kind of moment, the key."""


def order_end_ms(order: OrderRow) -> int | None:
    """Return when an order was closed, or else updated last."""
    closed = read_instant(order.closed_at)
    return read_instant(order.updated_at) if closed is None else closed


def is_over(order: OrderRow) -> bool:
    """Return whether nothing more is filled of an order."""
    return order.closed_at is not None or order.status in ENDED


def line_up(rows: Rows) -> list[Point]:
    """Return every moment of the rows in the order of time.

    What closes an order or a position is told after its trades, also where those came late. What
    has no time comes last, before the end of the position.
    """
    return sorted(_points(rows), key=lambda point: point.place)


def _points(rows: Rows) -> Iterator[Point]:
    for order in rows.orders:
        yield _point("order placed", order, order.id, read_instant(order.created_at))
        at_ms = order_end_ms(order)
        after = _latest(rows.fills_of(order))
        yield _point("order ends", order, order.id, at_ms, after)
    for fill in rows.fills:
        yield _point("trade", fill, fill.row.id, fill.at_ms)
    for log in rows.logs:
        yield _point("log", log, log.id, read_instant(log.created_at))
    if rows.position is not None:
        yield from _position_points(rows.position, rows)


def _position_points(position: PositionRow, rows: Rows) -> Iterator[Point]:
    opened, closed = read_instant(position.opened_at), read_instant(position.closed_at)
    booked = [fill for fill in rows.fills if fill.row.id in rows.booked]
    first = min((fill.at_ms for fill in booked if fill.at_ms is not None), default=math.inf)
    yield _point("position opens", position, position.id, opened, before=first)
    end = read_instant(position.updated_at) if closed is None else closed
    after = math.inf if closed is None else _latest(booked)
    if position.funding_paid is not None:
        yield _point("funding", position, position.id, end, after)
    yield _point("position ends", position, position.id, end, after)


def _latest(fills: Iterable[Fill]) -> float:
    """Return the time of the last of these trades, the end of time where one has none."""
    return max((math.inf if f.at_ms is None else f.at_ms for f in fills), default=-math.inf)


def _point(
    moment: Moment,
    row: OrderRow | Fill | LogRow | PositionRow,
    key: SqliteValue,
    at_ms: int | None,
    after: float = -math.inf,
    before: float = math.inf,
) -> Point:
    time = min(max(math.inf if at_ms is None else at_ms, after), before)
    rank = _MOMENTS.index(moment)
    return Point(moment, at_ms, row, (time, rank, _key_order(key)))


def _key_order(key: SqliteValue) -> tuple[int, float, str]:
    if isinstance(key, int | float):
        return (0, key, "")
    return (1, 0, str(key))
