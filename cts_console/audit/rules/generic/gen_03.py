"""Infinity in a column of numbers.

What it finds: numbers of 9e307 and more, or minus that: Infinity, or so near to it that the next
step of a calculation ends there. (Text in a column of numbers is SCH-08's.)

Why a trader cares: one infinite price makes every sum, average and balance over the column
infinite. Programs that write JSON stop at it, others show nothing at all.

What to do: find the division by zero, or the value that an exchange sent as 'Infinity', in the
program that writes the rows, and have it write NULL instead; then correct the rows with it.

Tolerance and false positives: a program may have chosen the greatest number there is as a mark for
"no limit"; a finding without a true Infinity is likely only. SQLite stores NaN as NULL, so NaN
cannot be found here. Columns declared TEXT or BLOB are not asked. Tables of over a million rows
are read by a deep audit alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.census import (
    CENSUS,
    ColumnCensus,
    asked,
    count_where,
    raise_for,
    sample,
)
from cts_console.audit.census.inquiry import LEAST, MOST
from cts_console.audit.census.numbers import NUMBERS
from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import counted

_LIMIT: Final = 9e307
_INFINITE: Final = "typeof({c}) = 'real' AND ({b} >= 9e307 OR {b} <= -9e307)"
_TRULY: Final = "typeof({c}) = 'real' AND ({b} = 9e999 OR {b} = -9e999)"


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per column."""
    columns, left_out = asked(context, NUMBERS)
    for column in columns:
        if _is_suspicious(column):
            total = count_where(context, column, _INFINITE)
            if total:
                yield _finding(context, column, total)
    raise_for(left_out)


def _is_suspicious(column: ColumnCensus) -> bool:
    ends = (column.number(LEAST), column.number(MOST))
    return column.has_hidden_numbers or any(end is not None and abs(end) >= _LIMIT for end in ends)


def _finding(context: AuditContext, column: ColumnCensus, total: int) -> Finding:
    evidence, sql = sample(context, column, _INFINITE, total)
    infinite = count_where(context, column, _TRULY)
    return RULE.finding(
        object=column.name,
        table=column.subject.table.name,
        cause="infinite numbers",
        title=f"{counted(total, 'infinite number')} in {column.name}",
        detail=(
            f"{infinite:,} of them {'is' if infinite == 1 else 'are'} Infinity itself, the rest so "
            "large that a sum over them is. Totals, averages and balances over this column are "
            "infinite or empty."
        ),
        recommendation=(
            "Find the division by zero, or the exchange's answer, that the program took for a "
            "number. Have it write NULL instead, and correct the rows with it."
        ),
        evidence=evidence,
        sql=sql,
        confidence="certain" if infinite else "likely",
    )


RULE = Rule(
    id="GEN-03",
    title="Infinity in a column of numbers",
    category="generic",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
    readings=(CENSUS,),
)
