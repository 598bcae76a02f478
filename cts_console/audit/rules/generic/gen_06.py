"""Instants in the future.

What it finds: times of what has happened (created_at, updated_at, opened_at …) that lie more than
five minutes after the start of the audit.

Why a trader cares: the row stays "the newest" until its time comes, and whatever is really new
hides behind it: a stale price passes for fresh, a stopped engine for running. Usually a clock or a
time zone is wrong, and then it is wrong for every row of that program.

What to do: compare the clocks of the machines that write; a block of rows that is hours ahead was
written in local time. Correct the rows with the program that owns the file.

Tolerance and false positives: five minutes. Planned times (expires_at, next_…, …_until, scheduled_,
due_) are not asked. In a file of another program only names in the past tense are, text counts as
up to 14 hours ahead of UTC where the program is not known, and the finding is likely. What lies
after 2100 is taken for a mark of "never". Trades' executed_at is TRD-11's, candles' open time
MKT-08's. Tables of over a million rows are read by a deep audit alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from cts_console.audit.census import (
    CENSUS,
    ColumnCensus,
    Subject,
    asked,
    count_where,
    raise_for,
    sample,
)
from cts_console.audit.census.inquiry import MOST
from cts_console.audit.census.times import (
    EARLIEST,
    MILLISECONDS,
    TIMES,
    UNITS,
    ZONES_MS,
    Unit,
    late_text,
    maybe_late,
    snake,
    unit_of,
)
from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule
from cts_console.audit.trading import counted
from cts_console.schema import Column

_GRACE_MS: Final = 300_000
_PLANNED: Final = re.compile(
    r"(?:^|_)(?:expire[sd]?|expiry|expiration|until|next|schedule[ds]?|due|planned|valid|expected"
    r"|estimated|proposed|published|released|postponed|deferred|delayed|ended)(?:_|$)"
)
# In a stranger's file only what is said in the past tense.
_PAST: Final = re.compile(r"(?:ed|sent|paid|seen|made|sold|bought|written)_at$")
_OF_OTHER_RULES: Final = frozenset({("trades", "executed_at"), ("market_data", "open_time")})


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per column."""
    asked_columns, left_out = asked(context, TIMES)
    columns = [column for column in asked_columns if _is_past(column.subject, column.column)]
    if not columns and not left_out:
        raise NotApplicableError("no column is named as the time of something past")
    for column in columns:
        if _is_suspicious(context, column):
            condition = _future(context, column)
            total = count_where(context, column, condition)
            if total:
                yield _finding(context, column, condition, total)
    raise_for(left_out)


def _is_past(subject: Subject, column: Column) -> bool:
    for relation, ours in _our_names(subject, column):
        if (relation, ours) in _OF_OTHER_RULES:
            return False
        if ours.endswith("_at"):
            return _PLANNED.search(ours) is None
    name = snake(column.name)
    if _PLANNED.search(name):
        return False
    return _PAST.search(name) is not None or (subject.shape != "other" and name.endswith("_at"))


def _our_names(subject: Subject, column: Column) -> list[tuple[str, str]]:
    """Return relation and column under which the CTS schema knows `column`."""
    names: list[tuple[str, str]] = []
    for there in subject.bounds:
        columns = there.source.columns
        if columns is None:
            names.append((there.source.relation, column.name.lower()))
        else:
            names += [
                (there.source.relation, ours)
                for ours, theirs in columns.items()
                if [use.lower() for use in theirs.uses] == [column.name.lower()]
            ]
    return names


def _is_suspicious(context: AuditContext, column: ColumnCensus) -> bool:
    most = column.number(MOST)
    unit = unit_of(most)
    if column.count(late_text(context)) or column.has_hidden_numbers:
        return True
    if most is None:
        return False
    if unit is None or unit != unit_of(column.number(EARLIEST)):
        return most > _limit(context, UNITS[0])
    return most > _limit(context, unit)


def _limit(context: AuditContext, unit: Unit) -> int:
    return (context.now_ms + _GRACE_MS) * unit.per_second // 1000


def _future(context: AuditContext, column: ColumnCensus) -> str:
    """Return the condition that holds for instants of the future."""
    # Another unit in a CTS table is GEN-05's.
    units = (MILLISECONDS,) if column.subject.shape == "cts" else UNITS
    numbers = " OR ".join(
        f"{{b}} > {_limit(context, unit)} AND {{b}} <= {unit.last}" for unit in units
    )
    ahead_ms = 0 if column.subject.bounds or column.subject.shape != "other" else ZONES_MS
    limit_s = (context.now_ms + _GRACE_MS + ahead_ms) // 1000
    return (
        f"((typeof({{c}}) IN ('integer', 'real') AND ({numbers})) "
        f"OR ({maybe_late(context)} AND unixepoch({{c}}) > {limit_s}))"
    )


def _finding(context: AuditContext, column: ColumnCensus, condition: str, total: int) -> Finding:
    evidence, sql = sample(context, column, condition, total)
    return RULE.finding(
        object=column.name,
        table=column.subject.table.name,
        cause="in the future",
        title=f"{counted(total, 'instant')} of {column.name} in the future",
        detail=(
            "More than five minutes after this audit began, for something that has happened "
            "already. These rows stay the newest until their time comes, and what is really new is "
            "taken for older."
        ),
        recommendation=(
            "Compare the clocks and time zones of the machines that write, then correct the rows "
            "with the program that owns the file."
        ),
        evidence=evidence,
        sql=sql,
        confidence="likely" if column.subject.shape == "other" else "certain",
    )


RULE = Rule(
    id="GEN-06",
    title="Instants in the future",
    category="generic",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
    readings=(CENSUS,),
)
