"""Rows that are older than the retention allows.

What it finds: candles, log lines and signals that are older than `retention.market_data_days`,
`retention.site_log_days` and `retention.indication_hours` say, as info where `retention.enabled` is
`false`.

Why a trader cares: the file grows without end. Backups, checks and queries over candles get slower,
and a full disk ends trading.

What to do: see whether the cleanup job runs (CFG-03 reads its log), or raise the setting where the
rows are wanted.

Tolerance and false positives: one day more than the setting, which is how often the cleanup runs.
Candles that were brought in on purpose for a study are old as well: raise the setting for them. A
table of over a million rows without an index on its time is read by a deep audit alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cts_console.audit.finding import MOST_EVIDENCE_ROWS, Finding
from cts_console.audit.retention import (
    CLEANUP_INTERVAL_MS,
    RETENTIONS,
    Retention,
    RetentionSettings,
    read_retention_settings,
)
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, NotCheckedError, Rule
from cts_console.audit.trading import ask, bound, counted
from cts_console.audit.trading.answer import Bound


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for each table with rows that should be gone."""
    settings = read_retention_settings(context)
    tables = context.schema.tables_by_name()
    under = [
        retention
        for retention in RETENTIONS
        if settings.key(retention) is not None and retention.relation in tables
    ]
    if not under:
        raise NotApplicableError("no table of this file has a retention")
    left_open: list[str] = []
    for retention in under:
        reason = _reason_not_to_ask(context, settings, retention)
        if reason:
            left_open.append(reason)
        else:
            yield from _findings(context, settings, retention)
    if left_open:
        raise NotCheckedError("; ".join(left_open))


def _reason_not_to_ask(
    context: AuditContext, settings: RetentionSettings, retention: Retention
) -> str:
    there = bound(context, retention.relation)
    if there is None:
        return f"{retention.relation} is of a shape that is not known"
    if settings.count(retention) is None:
        return f"{settings.key(retention)} is no whole number above 0"
    if retention.time not in there.columns:
        return f"{there.table.name} has nothing for {retention.time}"
    if not _is_indexed(retention, there) and context.is_too_large(there.table):
        return f"{there.table.name}: a large table without an index on {retention.time}"
    return ""


def _is_indexed(retention: Retention, there: Bound) -> bool:
    return not there.is_translated and any(
        not index.partial and index.keys and index.keys[0].column == retention.time
        for index in there.table.indexes
    )


def _findings(
    context: AuditContext, settings: RetentionSettings, retention: Retention
) -> Iterable[Finding]:
    relation, time = retention.relation, retention.time
    kept = settings.count(retention) or 0
    bindings = {"cutoff": context.now_ms - kept * retention.unit_ms - CLEANUP_INTERVAL_MS}
    needs = {relation: f"id {time}"}
    where = f"FROM {relation} WHERE {time} < :cutoff"
    answer = ask(
        context,
        f"SELECT id, {time} {where} ORDER BY {time} LIMIT {MOST_EVIDENCE_ROWS}",
        needs,
        key=relation,
        bindings=bindings,
    )
    if not answer.total:
        return
    ((counts,),) = ask(context, f"SELECT count(1) AS n {where}", needs, bindings=bindings).rows
    rows = max(answer.total, counts if isinstance(counts, int) else 0)
    table = answer.table(relation)
    yield RULE.finding(
        object=f"{table}.{time}",
        table=table,
        cause="older than the retention",
        title=(
            f"{counted(rows, 'row')} of {table} older than the retention of "
            f"{counted(kept, retention.unit).lower()}"
        ),
        detail=(
            "The cleanup is switched off (retention.enabled): these rows stay and the file grows."
            if settings.is_off
            else "The cleanup should have removed these rows and has not. The file grows, and "
            "everything that reads the whole of it takes longer."
        ),
        recommendation=(
            f"See why the cleanup leaves them, or raise {settings.key(retention)} where they are "
            "wanted."
        ),
        evidence=replace(answer.evidence, total=rows),
        sql=answer.sql,
        severity="info" if settings.is_off else None,
    )


RULE = Rule(
    id="CFG-02",
    title="Retention setting not honoured",
    category="settings",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
