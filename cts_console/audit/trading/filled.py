"""How much of an order was filled, as the order says it or as its trades add up to it.

CTS, its legacy files and freqtrade keep `filled` in the order; hummingbot keeps the trades alone.
The rules that compare `filled` with something ask here, so that they hold for all of them.
"""

from __future__ import annotations

from typing import Final

from cts_console.audit.finding import Confidence
from cts_console.audit.rule import AuditContext, NotCheckedError
from cts_console.audit.trading.answer import Answer, ask


def number(column: str) -> str:
    """Return SQL for a number that may be kept as text; other text and blobs are NULL."""
    return (
        f"CASE WHEN typeof({column}) IN ('integer', 'real')"
        f" OR typeof({column}) = 'text' AND {column} GLOB '*[0-9]*' THEN {column} + 0.0 END"
    )


# A step larger than the order is not the one that was in force when it was placed.
AMOUNT_SLACK: Final = (
    "max(CASE WHEN p.amount_step <= o.amount THEN p.amount_step / 2 ELSE 0 END,"
    " 1e-9 * abs(o.amount))"
)
"""The tolerance for an amount of order `o` of pair `p`, which may be unknown."""

# The trades are read only where an order says nothing itself.
_ORDERS: Final = """
    SELECT {columns}, {amount} AS amount, coalesce({filled}, t.amount, 0) AS filled,
        {slack} AS slack,
        CASE WHEN o.filled IS NULL THEN coalesce(t.trades, 0) ELSE 0 END AS summed,
        CASE WHEN o.filled IS NULL THEN :grain * (coalesce(t.trades, 0) + 1) ELSE 0 END AS cut
    FROM orders AS o
    LEFT JOIN trading_pairs AS p ON p.id = o.trading_pair_id
    LEFT JOIN (
        SELECT order_id, sum({traded}) AS amount, count(*) AS trades FROM trades
        WHERE EXISTS (SELECT 1 FROM orders WHERE filled IS NULL) GROUP BY order_id
    ) AS t ON t.order_id = o.id
"""


def ask_about_filled(
    context: AuditContext, where: str, columns: str, *, optional: str = ""
) -> Answer:
    """Return the orders for which `where` holds, with their `id`, `amount`, `filled` and `columns`.

    `where` is SQL over these, over the `optional` columns, and over

    - `slack`: by how much two amounts of the order may differ;
    - `summed`: how many trades were added up; 0 where the order itself says what was filled;
    - `cut`: how much the digits that the file does not keep may have taken from that sum.
    """
    names = ["id", *columns.split(), *optional.split()]
    orders = _ORDERS.format(
        columns=", ".join(f"o.{name}" for name in names),
        amount=number("o.amount"),
        filled=number("o.filled"),
        traded=number("amount"),
        slack=AMOUNT_SLACK,
    )
    shown = ", ".join(["id", "amount", "filled", *(_shown(name) for name in columns.split())])
    answer = ask(
        context,
        f"SELECT {shown} FROM ({orders}) WHERE {where}",
        {"orders": f"id trading_pair_id amount {columns}"},
        optional={
            "orders": f"filled {optional}",
            "trades": "order_id amount",
            "trading_pairs": "id amount_step",
        },
        key="orders",
    )
    if not is_filled_kept(answer) and "trades" not in answer.bound:
        table = answer.table("orders")
        raise NotCheckedError(f"{table} has nothing for filled, and there are no trades to add up")
    return answer


def is_filled_kept(answer: Answer) -> bool:
    """Return whether the file's orders say themselves how much of them was filled."""
    return "filled" in answer.bound["orders"].columns


def filled_confidence(answer: Answer) -> Confidence:
    """Return how sure a finding over `filled` is: a sum of trades may lack one."""
    return "certain" if is_filled_kept(answer) else "likely"


def _shown(name: str) -> str:
    is_time = name.endswith("_at")
    return f"datetime({name} / 1000, 'unixepoch') AS {name}_utc" if is_time else name
