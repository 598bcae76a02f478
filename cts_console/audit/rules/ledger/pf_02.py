"""Metric rows that count other trades than the positions show.

What it finds: an hourly or daily row of the performance metrics whose `total_trades` is neither the
number of positions that were closed in its time nor the number of trades that were executed in it.

Why a trader cares: win rate and profit per trade are divided by this number.

What to do: compute the row again. If it comes out the same, look for positions that were closed or
removed afterwards.

Tolerance and false positives: hours and days are those of UTC; rows that begin at another moment
(a local day) are not judged, nor are weeks and months. What happened within a minute of either end
may count or not. A row that was computed before its time was over is left alone. A row that names
a connection counts that connection alone. Profit is not compared: the metrics' profit may hold
what is not realised yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask_sorted, counted, raise_left_out

_LENGTHS: Final = (
    "(SELECT 'hourly' AS period, 3600000 AS ms UNION ALL SELECT 'daily' AS period, 86400000 AS ms)"
)
_CLOSED: Final = "SELECT portfolio_id, connection_id, closed_at AS at FROM positions"
_TRADED: Final = """
    SELECT p.portfolio_id, p.connection_id, x.executed_at AS at
    FROM executions AS x JOIN positions AS p ON p.id = x.position_id
"""


def _counts(events: str) -> str:
    """Return SQL for the least and most events of each period, per portfolio and per connection.

    An event near an end counts in both periods, but is sure in neither.
    """
    return f"""
        SELECT portfolio_id, connection_id, period, start, sum(sure) AS least, count(*) AS most
        FROM (
            SELECT e.portfolio_id, CASE WHEN s.single THEN e.connection_id END AS connection_id,
                l.period, (e.at + g.lag) / l.ms * l.ms AS start,
                (e.at - 60000) / l.ms = (e.at + 60000) / l.ms AS sure, g.lag
            FROM ({events}) AS e
            JOIN {_LENGTHS} AS l
            JOIN (SELECT 0 AS single UNION ALL SELECT 1 AS single) AS s
            JOIN (SELECT -60000 AS lag UNION ALL SELECT 60000 AS lag) AS g
            WHERE e.at IS NOT NULL AND (s.single = 0 OR e.connection_id IS NOT NULL)
        )
        WHERE lag < 0 OR NOT sure
        GROUP BY portfolio_id, connection_id, period, start
    """


def _differing(events: str) -> str:
    """Return SQL for the rows that do not count these events."""
    return f"""
        SELECT m.id, m.portfolio_id, m.connection_id, m.period, m.period_start, m.total_trades,
            coalesce(n.most, 0) AS happened,
            CASE WHEN m.period_start % l.ms <> 0 THEN 'local' ELSE 'found' END AS verdict
        FROM performance_metrics AS m
        JOIN {_LENGTHS} AS l ON l.period = m.period
        LEFT JOIN ({_counts(events)}) AS n ON n.portfolio_id = m.portfolio_id
            AND n.connection_id IS m.connection_id AND n.period = m.period
            AND n.start = m.period_start
        WHERE m.period_start + l.ms <= coalesce(m.calculated_at, :now)
        AND NOT m.total_trades BETWEEN coalesce(n.least, 0) AND coalesce(n.most, 0)
    """


# SQLite counts the trades only where closed positions do not explain a row.
_SQL: Final = f"""
    SELECT * FROM ({_differing(_CLOSED)})
    WHERE verdict <> 'found' OR id IN (SELECT id FROM ({_differing(_TRADED)}))
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such rows."""
    answers = ask_sorted(
        context,
        _SQL,
        {
            "performance_metrics": "id portfolio_id period period_start total_trades",
            "positions": "id portfolio_id closed_at",
        },
        optional={
            "performance_metrics": "connection_id calculated_at",
            "positions": "connection_id",
            "executions": "position_id executed_at",
        },
        key="performance_metrics",
    )
    if "found" in answers:
        answer = answers["found"]
        yield RULE.finding(
            object=answer.place("performance_metrics", "total_trades"),
            table=answer.table("performance_metrics"),
            cause="counts neither closed positions nor trades",
            title=f"{counted(answer.total, 'metric row')} counting other trades than there are",
            detail=(
                "The number of trades in these rows is neither the number of positions that were "
                "closed in that time nor that of the trades. Win rate and profit per trade are "
                "divided by it."
            ),
            recommendation=(
                "Compute these rows again. If they come out the same, look for positions that "
                "were closed or removed afterwards."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
            confidence="likely",
        )
    raise_left_out(answers, {"local": "its time does not begin with one of UTC"}, "metric row")


RULE = Rule(
    id="PF-02",
    title="Metric row counts other trades than there are",
    category="ledger",
    severity="info",
    profile="standard",
    needs=Needs(),
    check=check,
)
