"""Archived rows that are also live, or cleanup runs whose counts are not true.

What it finds: candles (or ticks) that stand in the archive and in the live table, and archiving
runs whose `rows_archived` is not the number of archived rows that name the run.

Why a trader cares: whoever reads archive and live table together counts such a candle twice. A
run that says more than it moved may have lost candles for good.

What to do: of doubles, remove one side. For a run that says more than there is, look in the last
backup before it for the rows that are missing.

Tolerance and false positives: history that was fetched again after it was archived overlaps, which
is a known and harmless cause. Rows that were removed from the archive later, or that a later run
archived once more, make an older run's count too small. Runs that have not ended, or failed, are
not counted. Ticks of the old layout know the second alone, and their runs cannot be told apart in
the archive.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import Answer, ask, bound, counted

_CANDLES: Final = """
    SELECT a.id, coalesce(p.symbol, a.trading_pair_id) AS pair, a.timeframe, a.open_time,
           a.close AS archived_close, m.close AS live_close
    FROM archived_market_data AS a
    JOIN market_data AS m ON m.trading_pair_id = a.trading_pair_id
      AND m.timeframe = a.timeframe AND m.open_time = a.open_time
    LEFT JOIN trading_pairs AS p ON p.id = a.trading_pair_id
"""
# Grouped, because neither table has an index over what a tick is known by.
_TICKS: Final = """
    SELECT min(archived) AS id, trading_pair_id AS pair, open_time, close
    FROM (SELECT id AS archived, NULL AS live, trading_pair_id, open_time, close, volume
          FROM archived_market_data
          UNION ALL
          SELECT NULL, id, trading_pair_id, open_time, close, volume FROM market_data)
    WHERE open_time IS NOT NULL
    GROUP BY trading_pair_id, open_time, close, volume
    HAVING count(archived) > 0 AND count(live) > 0
"""
_RUNS: Final = """
    SELECT l.id, l.cleanup_type, l.started_at, l.status, l.rows_archived,
           coalesce(a.archived, 0) AS archived
    FROM data_cleanup_log AS l
    LEFT JOIN (SELECT cleanup_id, count(*) AS archived FROM archived_market_data
               WHERE cleanup_id IS NOT NULL GROUP BY cleanup_id) AS a ON a.cleanup_id = l.id
    WHERE l.table_name = 'market_data' AND l.status IN ('success', 'partial')
      AND coalesce(l.rows_archived, 0) <> coalesce(a.archived, 0)
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for rows in both tables and one for runs with wrong counts."""
    both = _overlap(context)
    if both.total:
        table = both.table("archived_market_data")
        yield RULE.finding(
            object=table,
            table=table,
            cause="archived and live",
            title=f"{counted(both.total, 'row')} both archived and live",
            detail=(
                "These rows of the archive are in the live table as well. Either the run that "
                "archived them did not remove them, or the history was fetched again."
            ),
            recommendation=(
                "Where both sides say the same, one of them can go. Where they differ, ask the "
                "exchange which is right."
            ),
            evidence=both.evidence,
            sql=both.sql,
            confidence="likely",
        )
    runs = ask(
        context,
        _RUNS,
        {"archived_market_data": "cleanup_id"},
        optional={"data_cleanup_log": "id table_name cleanup_type started_at status rows_archived"},
    )
    if runs.total:
        table = runs.table("data_cleanup_log")
        yield RULE.finding(
            object=f"{table}.rows_archived",
            table=table,
            cause="another number of rows archived",
            title=f"{counted(runs.total, 'cleanup run')} whose count of archived rows is not true",
            detail=(
                "The run says that it archived one number of candles, and the archive has another "
                "number of them. Candles were lost, removed from the archive later, or archived "
                "twice."
            ),
            recommendation=(
                "If nobody cleaned the archive, look in the backup before the run for the candles "
                "that are missing."
            ),
            evidence=runs.evidence,
            sql=runs.sql,
            confidence="likely",
        )


def _overlap(context: AuditContext) -> Answer:
    live = bound(context, "market_data")
    if live is not None and "timeframe" not in live.columns:
        return ask(
            context,
            _TICKS,
            {
                "archived_market_data": "id trading_pair_id open_time close volume",
                "market_data": "id trading_pair_id open_time close volume",
            },
            key="archived_market_data",
        )
    return ask(
        context,
        _CANDLES,
        {
            "archived_market_data": "id trading_pair_id timeframe open_time close",
            "market_data": "trading_pair_id timeframe open_time close",
        },
        optional={"trading_pairs": "id symbol"},
        key="archived_market_data",
    )


RULE = Rule(
    id="ARC-01",
    title="Archived rows that are also live, or cleanup runs whose counts are not true",
    category="market_data",
    severity="warning",
    profile="deep",
    needs=Needs(),
    check=check,
)
