"""Our positions against the exchange's: the SQL that the rules over both share.

A slot is what the exchange keeps apart: a side of a pair in hedge mode, the pair itself in one-way
mode, where long and short net out. Where the mode is not known the net is compared, because it
holds in both. Spot accounts keep balances, not positions, and have no slots.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cts_console.audit.trading.terms import SIGN

_PLACED: Final = """
    JOIN trading_pairs AS c ON c.id = p.trading_pair_id
    LEFT JOIN exchange_connections AS k ON k.id = p.connection_id
    WHERE c.market_type <> 'spot' AND coalesce(k.api_type, '') <> 'spot'
    AND p.side IN ('long', 'short')
"""
_SLOT: Final = "CASE k.position_mode WHEN 'hedge' THEN p.side ELSE 'net' END"

OURS: Final = f"""(
    SELECT p.*, {_SLOT} AS slot, ({SIGN}) * p.quantity AS signed, c.amount_step
    FROM positions AS p {_PLACED} AND p.status = 'open' AND p.quantity <> 0
)"""
"""Open positions of derivatives, each with its slot and its signed size."""

THEIRS: Final = f"""(
    SELECT p.*, {_SLOT} AS slot, ({SIGN}) * p.quantity AS signed, c.amount_step,
        coalesce(p.synced_at, p.updated_at) AS told_at
    FROM exchange_positions AS p {_PLACED} AND p.quantity <> 0
)"""
"""What the exchange says of derivatives, the same way; `told_at` is when it last said so."""

CHANGED_ORDERS: Final = """(
    SELECT connection_id, trading_pair_id, max(updated_at) AS changed_at FROM orders GROUP BY 1, 2
)"""
"""When an order of a pair last changed: what it did may be known on one side only."""

NEEDS: Final[Mapping[str, str]] = {
    "exchange_positions": "id connection_id trading_pair_id side quantity",
    "positions": "id connection_id trading_pair_id side status quantity updated_at",
    "trading_pairs": "id market_type amount_step",
}
OPTIONAL: Final[Mapping[str, str]] = {
    "exchange_positions": "synced_at updated_at sync_status",
    "exchange_connections": "id api_type position_mode",
    "orders": "connection_id trading_pair_id updated_at",
}
"""What `OURS`, `THEIRS` and `CHANGED_ORDERS` read, for `ask`."""
