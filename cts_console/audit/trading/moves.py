"""What moved each position: the SQL that the rules over positions and their trades share.

`MOVES` joins positions `p` with their executions `x` and their pair `c`, to be grouped by `p.id`;
`SUMS` are the sums over them. A position without any execution is not among them: that is POS-15.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MOVES: Final = """
    FROM positions AS p
    JOIN executions AS x ON x.position_id = p.id
    LEFT JOIN trading_pairs AS c ON c.id = p.trading_pair_id
    LEFT JOIN (
        SELECT DISTINCT o.position_id
        FROM executions AS t JOIN orders AS o ON o.id = t.order_id
        WHERE t.position_id IS NULL AND o.position_id IS NOT NULL
    ) AS u ON u.position_id = p.id
"""

SUMS: Final = """
    total(CASE x.side WHEN 'buy' THEN x.amount END) AS bought,
    total(CASE x.side WHEN 'sell' THEN x.amount END) AS sold,
    total(coalesce(x.base_fee, CASE WHEN c.market_type = 'spot'
        AND x.fee_currency = c.base_currency THEN x.fee END)) AS base_fee,
    max(x.executed_at) AS last_at,
    coalesce(min(coalesce(x.ordered_at, x.executed_at)) > p.opened_at + 60000, 0)
        OR u.position_id IS NOT NULL AS incomplete
"""
"""`base_fee` is what fees took from a bought coin. `incomplete` is 1 where executions are missing:
the first that is known came long after the opening, or one of the position's orders has trades
that are linked to no position."""

POSITION: Final = "id trading_pair_id side status opened_at"
EXECUTION: Final = "position_id side amount executed_at"
EXTRAS: Final[Mapping[str, str]] = {
    "executions": "order_id trading_pair_id base_fee fee fee_currency ordered_at",
    "orders": "id position_id",
    "trading_pairs": (
        "id symbol base_currency quote_currency market_type price_tick amount_step min_amount "
        "contract_size"
    ),
}
"""What `MOVES` and `SUMS` read, for `ask`."""

IS_ENTRY: Final = (
    "CASE WHEN p.side = 'long' THEN x.side = 'buy' WHEN p.side = 'short' THEN x.side = 'sell' END"
)
"""Whether an execution made the position larger."""

INCOMPLETE: Final = "does not fit its trades, but some of them are not recorded or not linked"
"""Why a position was left out, for "not checked"."""
