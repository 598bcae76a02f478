"""Open positions without any trade.

What it finds: an open position of some size to which no trade is linked.

Why a trader cares: nothing says how it came to be. Its size, its entry price and its profit cannot
be checked, and it may not exist at the exchange at all.

What to do: compare with the exchange. If the position is there, bring in its trades or link them
(TRD-12); if not, close it here.

Tolerance and false positives: a position of the last minute is left alone, and so is one that waits
for its first execution: one of its opening orders is still live. A position that was opened before
the first trade of its connection was recorded is not judged: its trades were never here. Positions
that were taken over by hand are reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask_sorted, counted, raise_left_out

_SQL: Final = """
    SELECT p.id, p.connection_id, p.trading_pair_id, p.side, p.quantity, p.opened_at,
        CASE WHEN p.opened_at < f.first_at - 5000 THEN 'older' ELSE 'found' END AS verdict
    FROM positions AS p
    LEFT JOIN (SELECT position_id, count(*) AS trades FROM executions GROUP BY 1) AS x
        ON x.position_id = p.id
    LEFT JOIN (SELECT connection_id, min(executed_at) AS first_at FROM executions GROUP BY 1) AS f
        ON f.connection_id = p.connection_id
    LEFT JOIN (
        SELECT position_id, max(side = 'buy') AS buys, max(side = 'sell') AS sells FROM orders
        WHERE coalesce(status NOT IN ('filled', 'cancelled', 'rejected', 'expired'), 1)
        GROUP BY 1
    ) AS w ON w.position_id = p.id
    WHERE p.status = 'open' AND x.position_id IS NULL AND coalesce(p.quantity, 1) <> 0
    AND coalesce(p.opened_at < :now - 60000, 1)
    AND NOT coalesce(CASE p.side WHEN 'long' THEN w.buys WHEN 'short' THEN w.sells END, 0)
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such positions."""
    answers = ask_sorted(
        context,
        _SQL,
        {"positions": "id trading_pair_id side status quantity", "executions": "position_id"},
        optional={
            "positions": "connection_id opened_at",
            "executions": "connection_id executed_at",
            "orders": "position_id side status",
        },
        key="positions",
    )
    if "found" in answers:
        answer = answers["found"]
        positions = answer.table("positions")
        yield RULE.finding(
            object=positions,
            table=positions,
            cause="no trade",
            title=f"{counted(answer.total, 'open position')} without any trade",
            detail=(
                "No trade is linked to these positions. Where their size and entry price come "
                "from cannot be seen, and they may not exist at the exchange."
            ),
            recommendation=(
                "Compare them with the exchange. Bring in or link their trades, or close here "
                "what is not there."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )
    reason = "without a trade, but opened before the first trade of the connection was recorded"
    raise_left_out(answers, {"older": reason}, "open position")


RULE = Rule(
    id="POS-15",
    title="Open position without any trade",
    category="ledger",
    severity="critical",
    profile="standard",
    needs=Needs(),
    check=check,
)
