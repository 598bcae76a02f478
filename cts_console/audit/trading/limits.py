"""Which orders the limits of their pairs can be held against.

Exchanges change limits and steps, and a pair's row keeps the last ones alone. So an order is judged
by them where it was created after the row was last updated.
"""

from __future__ import annotations

from typing import Final

from cts_console.audit.rule import AuditContext, NotCheckedError
from cts_console.audit.trading.answer import ask

LIMITED_ORDERS: Final = """
    orders AS o JOIN trading_pairs AS p
    ON p.id = o.trading_pair_id AND o.created_at >= p.updated_at
"""
"""Orders `o` with their pairs `p`, for a FROM."""

_NONE_SQL: Final = f"""
    SELECT 1 WHERE EXISTS (SELECT 1 FROM orders) AND NOT EXISTS (SELECT 1 FROM {LIMITED_ORDERS})
"""


def check_limits_known(context: AuditContext) -> None:
    """Raise `NotCheckedError` where there are orders, and limits for none of them."""
    answer = ask(
        context,
        _NONE_SQL,
        {"orders": "trading_pair_id created_at", "trading_pairs": "id updated_at"},
    )
    if answer.total:
        raise NotCheckedError(
            f"no order in {answer.table('orders')} is younger than the limits of its pair, and "
            "older limits are not kept"
        )
