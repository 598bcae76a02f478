"""Orders around the fills: how the executions of an account may have come about.

The sample knows no orders. Neighbouring executions of one position and one side, at most a second
apart, are taken for the fills of one order; its type, limit and end are invented by counting, so
that every kind occurs and no rule is broken. Some orders without a fill are added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from cts_console.demo.accounts import (
    CYCLE_BOT,
    HOLDING_BOT,
    LEDGER_PAIR,
    MARGIN,
    PORTFOLIO,
    SPOT,
)
from cts_console.demo.positions import Fill
from cts_console.demo.rows import OrderRow, PositionRow, TradeRow

SAME_ORDER_MS = 1_000
"""Executions further apart than this belong to different orders."""
RESTING = ("GTC", "GTX")
"""Times in force that let a limit order wait in the book."""

Group = list[tuple[int, Fill]]
"""The fills of one order, each with its number in the sample, counted from 0."""


def derive_orders(
    fills: Sequence[Fill], positions: Sequence[PositionRow]
) -> tuple[list[OrderRow], list[TradeRow]]:
    """Return orders and trades, numbered in the order of creation and of execution."""
    by_id = {position.id: position for position in positions}
    drafts = list(
        chain.from_iterable(
            _draft(number, group, by_id[group[0][1].position_id])
            for number, group in enumerate(_group(fills), 1)
        )
    )
    drafts.sort(key=lambda draft: draft[0].created_at)
    orders, trades = [], []
    for order_id, (draft, group) in enumerate(drafts, 1):
        order = _with_names(draft, order_id)
        orders.append(order)
        trades += [_as_trade(number, fill, order) for number, fill in group]
    trades.sort(key=lambda trade: trade.id)
    return orders, trades


def _group(fills: Sequence[Fill]) -> list[Group]:
    groups: list[Group] = []
    latest: dict[tuple[int, bool], Group] = {}
    for number, fill in enumerate(fills):
        key = (fill.position_id, fill.is_entry)
        group = latest.get(key)
        if group is None or not _belongs(fill, group):
            group = latest[key] = []
            groups.append(group)
        group.append((number, fill))
    return groups


def _belongs(fill: Fill, group: Group) -> bool:
    now = fill.execution
    # Equal fills of one millisecond look like one recorded twice: each gets an order of its own.
    alike = any(
        (now.executed_at, now.price, now.amount)
        == (old.execution.executed_at, old.execution.price, old.execution.amount)
        for _, old in group
    )
    return not alike and now.executed_at - group[-1][1].execution.executed_at <= SAME_ORDER_MS


def _draft(number: int, group: Group, position: PositionRow) -> Iterator[tuple[OrderRow, Group]]:
    order = _filled_order(number, group, position)
    yield order, group
    if number % 40 == 0:
        yield _unfilled_order(number // 40, order), []


def _filled_order(number: int, group: Group, position: PositionRow) -> OrderRow:
    fills = [fill for _, fill in group]
    first, last = fills[0].execution, fills[-1].execution
    filled = sum(fill.execution.amount for fill in fills)
    order_type, limit, in_force, stop_price = _choose_type(number, fills, position)
    status = "filled"
    if in_force == "IOC" and number % 7 == 0:
        status = "expired"
    elif in_force == "GTC" and order_type == "limit" and number % 17 == 0:
        status = "cancelled"
    amount = filled if status == "filled" else filled + max(1, filled // 2)
    # A resting order was there before its first fill; the others are hit within milliseconds.
    is_resting = order_type == "limit" and in_force in RESTING
    created_at = first.executed_at - (2_000 + number % 30 * 1_000 if is_resting else 40)
    closed_at = last.executed_at + (45_000 if status == "cancelled" else 15)
    return OrderRow(
        id=0,
        connection_id=position.connection_id,
        portfolio_id=PORTFOLIO,
        trading_pair_id=LEDGER_PAIR,
        position_id=position.id,
        bot_id=HOLDING_BOT if position.connection_id == SPOT else CYCLE_BOT,
        client_order_id="",
        exchange_order_id="",
        side=first.side,
        order_type=order_type,
        price=limit,
        amount=float(amount),
        filled=float(filled),
        remaining=float(amount - filled),
        average_price=sum(f.execution.price * f.execution.amount for f in fills) / filled,
        fee_total=round(sum(fill.fee for fill in fills), 8),
        status=status,
        created_at=created_at,
        updated_at=closed_at,
        submitted_at=created_at + 5,
        closed_at=closed_at,
        time_in_force=in_force,
        stop_price=stop_price,
        reduce_only=int(not fills[0].is_entry and position.connection_id == MARGIN),
        reject_reason=None,
    )


def _choose_type(
    number: int, fills: Sequence[Fill], position: PositionRow
) -> tuple[str, float | None, str, float | None]:
    """Return type, limit price, time in force and stop price."""
    prices = [fill.execution.price for fill in fills]
    if fills[-1].execution.executed_at == position.closed_at:
        kind = "take_profit" if position.realized_pnl > 0 else "stop_market"
        return kind, None, "GTC", prices[0]
    worst = max(prices) if fills[0].execution.side == "buy" else min(prices)
    is_instant = fills[0].execution.executed_at == fills[-1].execution.executed_at
    if is_instant and (len(set(prices)) > 1 or number % 10 == 1):
        return ("market", None, "GTC", None) if number % 2 else ("limit", worst, "IOC", None)
    if len(set(prices)) == 1 and number % 10 == 2:
        return "limit", worst, "GTX", None
    if is_instant and number % 10 in (3, 4):
        return "limit", worst, "IOC" if number % 10 == 3 else "FOK", None
    return "limit", worst, "GTC", None


def _unfilled_order(number: int, like: OrderRow) -> OrderRow:
    """Return an order beside `like` that found nobody, was refused, or was taken back."""
    away = 0.995 if like.side == "buy" else 1.005
    created_at = like.created_at + 1
    status = ("cancelled", "rejected", "expired")[number % 3]
    closed_at = created_at + {"cancelled": 60_000, "rejected": 20, "expired": 35}[status]
    return like._replace(
        exchange_order_id=None if status == "rejected" else "",
        position_id=None,
        order_type="limit",
        price=round((like.average_price or 0.0) * away, 8),
        filled=0.0,
        remaining=like.amount,
        average_price=None,
        fee_total=0.0,
        status=status,
        created_at=created_at,
        submitted_at=created_at + 5,
        updated_at=closed_at,
        closed_at=closed_at,
        time_in_force="FOK" if status == "expired" else "GTC",
        stop_price=None,
        reduce_only=0,
        reject_reason="insufficient balance" if status == "rejected" else None,
    )


def _with_names(draft: OrderRow, order_id: int) -> OrderRow:
    is_known = draft.exchange_order_id is not None
    return draft._replace(
        id=order_id,
        client_order_id=f"cts-demo-{order_id:05d}",
        exchange_order_id=f"demo-{order_id:05d}" if is_known else None,
    )


def _as_trade(number: int, fill: Fill, order: OrderRow) -> TradeRow:
    now = fill.execution
    return TradeRow(
        id=number + 1,
        connection_id=order.connection_id,
        order_id=order.id,
        trading_pair_id=LEDGER_PAIR,
        exchange_trade_id=now.exchange_id,
        side=now.side,
        price=now.price,
        amount=float(now.amount),
        cost=now.cost,
        fee=fill.fee,
        fee_currency="ETH",
        is_maker=int(order.time_in_force in RESTING and now.price == order.price),
        executed_at=now.executed_at,
        recorded_at=now.executed_at + 30 + number % 50,
        position_id=fill.position_id,
        realized_pnl=fill.realized_pnl,
    )
