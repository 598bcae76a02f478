"""Trace one position or one order of a file, beside the programs that write it.

The rows are read in one snapshot, by their ids and within a short time limit: a position has few
rows, and an index of the CTS schema leads to each of them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import replace
from decimal import localcontext
from pathlib import Path
from typing import Final

from cts_console.errors import CtsError
from cts_console.maintenance import open_look
from cts_console.progress import CancelToken, ProgressCallback
from cts_console.sqlite import Connection, SqliteValue, read_transaction, resolve_database_path
from cts_console.statement.numbers import EXACT, ZERO, read_amount
from cts_console.statement.reading import read_context
from cts_console.trace.fills import Fill, Pair, read_fill, read_instant, read_pair
from cts_console.trace.model import OrderHead, PositionHead, Trace, TraceEvent, TraceSubject
from cts_console.trace.reading import (
    MOST_EVENTS,
    LogRow,
    OrderRow,
    PositionRow,
    TraceReader,
    TradeRow,
    told,
)
from cts_console.trace.timeline import Rows
from cts_console.trace.walk import Ground, Story, tell

WAL_LIMIT_S: Final = 5.0
"""The longest that reading may take in WAL mode, where a reader holds up nobody."""
ROLLBACK_LIMIT_S: Final = 0.5
"""The longest in any other mode, where a reader keeps writers from committing."""
_SKEW_MS: Final = 5_000


def read_trace(
    path: str | os.PathLike[str],
    subject: TraceSubject,
    *,
    cancel: CancelToken | None = None,
    on_progress: ProgressCallback | None = None,
) -> Trace:
    """Return the story of a position or an order of the database at `path`.

    Raises `CtsError`: not_found for a row that is not there, foreign_file where the file does not
    keep what a trace needs, timeout where no index leads to the rows and the file is large,
    cancelled, and what opening the file raises.
    """
    original = resolve_database_path(path)
    with open_look(path, on_progress=on_progress, cancel=cancel) as look:
        return replace(
            trace_on(look, subject, cancel=cancel, on_progress=on_progress), database=original
        )


def trace_on(
    connection: Connection,
    subject: TraceSubject,
    *,
    cancel: CancelToken | None = None,
    on_progress: ProgressCallback | None = None,
) -> Trace:
    """Return a trace of an open database, as `read_trace` does."""
    stop = cancel or CancelToken()
    now_ms = time.time_ns() // 1_000_000
    with connection.guard(cancel=stop):
        context = read_context(connection, now_ms, stop, on_progress or (lambda _: None))
    limit_s = WAL_LIMIT_S if context.header.is_wal else ROLLBACK_LIMIT_S
    reading = _Reading(TraceReader(context), now_ms)
    try:
        with connection.guard(cancel=stop, timeout_s=limit_s), read_transaction(connection):
            reading.read(subject)
    except CtsError as error:
        if error.code != "timeout":
            raise
        raise CtsError(
            "timeout",
            "The rows were not found in time",
            f"{connection.path}: the rows of {subject.kind} {told(subject.id)} were not found "
            f"within {limit_s} s: the file is large and no index leads to them, or the disk is "
            "slow.",
            "Trace it in a backup that has an index on trades(position_id), trades(order_id) and "
            "orders(position_id).",
        ) from error
    return reading.trace(connection.path)


class _Reading:
    """Reads the rows of one trace, then tells them."""

    def __init__(self, reader: TraceReader, now_ms: int) -> None:
        self._reader = reader
        self._now_ms = now_ms
        self._firsts: dict[str, int | None] = {}
        self._pairs: dict[str, Pair] = {}

    def read(self, subject: TraceSubject) -> None:
        """Read everything that is to be told; inside a read transaction."""
        reader = self._reader
        if subject.kind == "position":
            reader.check_positions_are_linked()
        self._subject = replace(subject, id=reader.find(subject), is_rowid=False)
        self._order: OrderRow | None = None
        if subject.kind == "order":
            (self._order,) = reader.orders((self._subject.id,))
            position = self._position_of(self._order)
        else:
            position = self._subject.id
        self._position = None if position is None else reader.position(position)
        self._read_rows()

    def trace(self, path: Path) -> Trace:
        """Return the trace."""
        story = tell(self._rows, self._ground())
        events = [event for event in story.events if self._is_told(event)]
        market = self._pair.market
        return Trace(
            database=path,
            subject=self._subject,
            position=self._position_head(story),
            order=None if self._order is None else self._order_head(self._order),
            symbol=market.symbol,
            quote=market.quote,
            events=tuple(events[:MOST_EVENTS]),
            is_cut=self._reader.is_cut or len(events) > MOST_EVENTS,
            remarks=tuple(story.remarks),
        )

    def _position_of(self, order: OrderRow) -> SqliteValue:
        """Return the position of an order: its own word, or else that of its trades."""
        if order.position is not None:
            return order.position
        named = {trade.position for trade in self._reader.trades_of_orders((order.id,))}
        return named.pop() if len(named) == 1 else None

    def _read_rows(self) -> None:
        reader, position, order = self._reader, self._position, self._order
        own = [] if position is None else reader.trades_of(position.id)
        orders = [] if position is None else reader.orders_of(position.id)
        missing = {trade.order for trade in own} - {row.id for row in orders}
        if order is not None:
            missing.add(order.id)
        orders += reader.orders(missing - {row.id for row in orders})
        every = {trade.id: trade for trade in own}
        for trade in reader.trades_of_orders(row.id for row in orders):
            every.setdefault(trade.id, trade)
        booked = {trade.id for trade in own} if position is not None else set(every)
        self._pair = self._main_pair(every.values())
        fills = tuple(read_fill(trade, self._pair_of(trade)) for trade in every.values())
        self._rows = Rows(position, tuple(orders), fills, frozenset(booked), ())
        self._rows = replace(self._rows, logs=tuple(self._read_logs(fills)))
        self._read_firsts()

    def _read_logs(self, fills: tuple[Fill, ...]) -> list[LogRow]:
        """Return the log entries: of a position all, of an order its own."""
        if self._order is not None:
            own = self._rows.fills_of(self._order)
            return self._reader.logs(
                {"order": [self._order.id], "trade": [fill.row.id for fill in own]}
            )
        return self._reader.logs(
            {
                "position": [self._subject.id],
                "order": [order.id for order in self._rows.orders],
                "trade": [fill.row.id for fill in fills],
            }
        )

    def _read_pair(self, pair: SqliteValue) -> Pair:
        if str(pair) not in self._pairs:
            self._pairs[str(pair)] = read_pair(pair, self._reader.pair(pair))
        return self._pairs[str(pair)]

    def _pair_of(self, trade: TradeRow) -> Pair:
        return self._pair if trade.pair is None else self._read_pair(trade.pair)

    def _main_pair(self, trades: Iterable[TradeRow]) -> Pair:
        """Return the pair of the position or the order, or else the first that a trade names."""
        owner = self._position or self._order
        pair = None if owner is None else owner.pair
        if pair is None:
            pair = next((trade.pair for trade in trades if trade.pair is not None), None)
        return self._read_pair(pair)

    def _read_firsts(self) -> None:
        """Look up since when trades are recorded, where something has none."""
        rows = self._rows
        without: list[OrderRow | PositionRow] = [
            order for order in rows.orders if not rows.fills_of(order)
        ]
        if rows.position is not None and not rows.booked:
            without.append(rows.position)
        for connection in {row.connection for row in without}:
            first = self._reader.first_trade_at(connection)
            self._firsts[str(connection)] = read_instant(first)

    def _was_recorded(self, row: OrderRow | PositionRow) -> bool:
        """Return whether trades of its time are recorded: ORD-01, POS-15."""
        first = self._firsts.get(str(row.connection))
        if isinstance(row, PositionRow):
            opened = read_instant(row.opened_at)
            return first is None or opened is None or opened >= first - _SKEW_MS
        updated = read_instant(row.updated_at)
        return first is not None and updated is not None and updated >= first - _SKEW_MS

    def _ground(self) -> Ground:
        return Ground(
            pair=self._pair,
            now_ms=self._now_ms,
            is_cut=self._reader.is_cut,
            links_trades=self._reader.has("trades", "order_id"),
            source=self._reader.source,
            was_recorded=self._was_recorded,
        )

    def _is_told(self, event: TraceEvent) -> bool:
        """Return whether an event belongs to the subject: of an order, its own alone."""
        if self._order is None or event.kind == "log":
            return True
        if event.kind == "trade":
            own = {fill.row.id for fill in self._rows.fills_of(self._order)}
            return event.key in own
        return event.kind.startswith("order") and event.key == self._order.id

    def _position_head(self, story: Story) -> PositionHead | None:
        row = self._position
        if row is None:
            return None
        return PositionHead(
            id=row.id,
            side=told(row.side),
            status=told(row.status),
            opened_at_ms=read_instant(row.opened_at),
            closed_at_ms=read_instant(row.closed_at),
            stored_pnl=read_amount(row.realized_pnl),
            computed_pnl=None if self._reader.is_cut else story.pnl,
        )

    def _order_head(self, row: OrderRow) -> OrderHead:
        amounts = [fill.amount for fill in self._rows.fills_of(row)]
        is_known = self._reader.has("trades", "order_id") and not self._reader.is_cut
        with localcontext(EXACT):
            filled = sum((amount for amount in amounts if amount is not None), ZERO)
        return OrderHead(
            id=row.id,
            side=told(row.side),
            order_type=told(row.order_type),
            status=told(row.status),
            created_at_ms=read_instant(row.created_at),
            stored_filled=read_amount(row.filled),
            computed_filled=filled if is_known and None not in amounts else None,
        )
