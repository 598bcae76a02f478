"""Days on which a loss or drawdown limit was passed.

What it finds: a daily row of the performance metrics whose loss is above the daily loss limit of an
active risk limit, or whose drawdown is above the drawdown limit.

Why a trader cares: a limit that is passed and does not stop the engine is none.

What to do: find out why trading went on that day. Stop the engine if it is today's row.

Tolerance and false positives: the limits are those of today and may be younger than the day. A row
that names a connection is held against that connection's limit, a row of the whole portfolio
against the portfolio's. Where a portfolio has limits for single connections only, its whole loss is
held against their sum and its drawdown against the highest: past that, at least one of them was
passed. That counts on every connection of the portfolio having a limit, hence "likely".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Confidence, Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import Answer, ask_sorted, counted

_LIMITS: Final = """
    SELECT portfolio_id, connection_id, min(max_daily_loss) AS loss,
        min(max_drawdown_percent) AS drawdown, 'certain' AS confidence
    FROM risk_limits WHERE is_active = 1 GROUP BY portfolio_id, connection_id
    UNION ALL
    SELECT portfolio_id, NULL AS connection_id,
        CASE WHEN count(*) = count(max_daily_loss) THEN total(max_daily_loss) END AS loss,
        CASE WHEN count(*) = count(max_drawdown_percent) THEN max(max_drawdown_percent) END
            AS drawdown, 'likely' AS confidence
    FROM risk_limits WHERE is_active = 1
    GROUP BY portfolio_id HAVING count(*) = count(connection_id)
"""
_SQL: Final = f"""
    SELECT m.id, m.portfolio_id, m.connection_id, m.period_start, m.pnl, l.loss AS loss_limit,
        m.max_drawdown_percent, l.drawdown AS drawdown_limit, l.confidence AS verdict
    FROM performance_metrics AS m
    JOIN ({_LIMITS}) AS l
        ON l.portfolio_id = m.portfolio_id AND l.connection_id IS m.connection_id
    WHERE m.period = 'daily'
    AND (m.pnl < -l.loss * (1 + 1e-9) OR m.max_drawdown_percent > l.drawdown * (1 + 1e-9))
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for limits that were passed, one for those that must have been."""
    answers = ask_sorted(
        context,
        _SQL,
        {
            "performance_metrics": "id portfolio_id period period_start pnl",
            "risk_limits": "portfolio_id is_active max_daily_loss",
        },
        optional={
            "performance_metrics": "connection_id max_drawdown_percent",
            "risk_limits": "connection_id max_drawdown_percent",
        },
        key="performance_metrics",
    )
    if "certain" in answers:
        yield _finding(answers["certain"], "past a loss or drawdown limit", "certain")
    if "likely" in answers:
        yield _finding(answers["likely"], "past the limits of all connections together", "likely")


def _finding(answer: Answer, where: str, confidence: Confidence) -> Finding:
    metrics = answer.table("performance_metrics")
    return RULE.finding(
        object=metrics,
        table=metrics,
        cause=where,
        title=f"{counted(answer.total, 'day')} {where}",
        detail=(
            "On these days the loss or the drawdown was larger than the risk limits of today "
            "allow. Either nothing stopped the engine, or the limits are younger than the day."
        ),
        recommendation=(
            "Find out why trading went on. If the last of these days is today, stop the engine."
        ),
        evidence=answer.evidence,
        sql=answer.sql,
        confidence=confidence,
    )


RULE = Rule(
    id="PF-03",
    title="Loss or drawdown limit passed",
    category="ledger",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
