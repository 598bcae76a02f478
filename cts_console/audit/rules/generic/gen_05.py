"""Instants in several units or forms in one column.

What it finds: a column of instants that holds seconds beside milliseconds (or micro-, nanoseconds),
numbers beside text, or texts of several forms: with and without a zone, with a T and with a space.
In a CTS database, also instants that are not in milliseconds. In a v3.1 file, as info and once for
the whole file, the columns of text without a zone.

Why a trader cares: milliseconds read as seconds lie fifty thousand years ahead. Texts are compared
sign by sign: on the same day every time written with a space comes before every time written with
a T, whatever the clock said. "The last order" is then not the last.

What to do: choose one unit (milliseconds, UTC), have every program write it, and convert the rows
once with the program that owns the file.

Tolerance and false positives: a column is asked if it is declared DATETIME, TIMESTAMP or DATE, or
is called timestamp, date, time, ..._at, ..._time or ..._date. Instants are those of 1980 to 2100;
0 is "never". Where other numbers lie beside them in a file that is not CTS's, the column may hold
durations, and nothing is said of its units. A date alone goes with any text. A whole column in one
unit or form is no mix, whichever it is. Tables of over a million rows are read by a deep audit
alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.census import CENSUS, ColumnCensus, asked, raise_for, sample
from cts_console.audit.census.inquiry import MOST
from cts_console.audit.census.times import (
    EARLIEST,
    FORM,
    FORMS,
    LEAST_FORM,
    MILLISECONDS,
    MOST_FORM,
    NAIVE,
    TIMES,
    UNITS,
    form_sql,
    unit_of,
)
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import counted
from cts_console.sqlite import quote_text
from cts_console.sqlite.inspection import read_foreign_rows

_UNIT_NAMES: Final = frozenset(unit.name for unit in UNITS)
_KNOWN: Final = _UNIT_NAMES | frozenset(FORMS)
_NAIVE_NUMBER: Final = FORMS.index(NAIVE)

_Counts = dict[str, int]
"""Rows by what their value is: a unit, a form, or "number" for any other number."""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per column, and one for all that a v3.1 file keeps without a zone."""
    columns, left_out = asked(context, TIMES)
    naive: list[ColumnCensus] = []
    for column in columns:
        is_cts = context.kind == "cts" and column.subject.shape == "cts"
        if _is_suspicious(column, is_cts=is_cts):
            counts = _read_counts(context, column)
            odd = _odd(column, counts, is_cts=is_cts)
            if odd:
                yield _finding(context, column, counts, odd)
        elif column.subject.shape == "cts_legacy" and _is_naive(context, column):
            naive.append(column)
    if naive:
        yield _naive_finding(naive)
    raise_for(left_out)


def _is_naive(context: AuditContext, column: ColumnCensus) -> bool:
    """Return whether the column, whose texts all look alike, holds instants without a zone."""
    if column.number(MOST_FORM) != _NAIVE_NUMBER:
        return False
    sql = column.where(
        f"SELECT {FORM} FROM {column.subject.name} WHERE typeof({{c}}) = 'text' LIMIT 1"
    )
    return read_foreign_rows(context.connection, sql) == [(_NAIVE_NUMBER,)]


def _is_suspicious(column: ColumnCensus, *, is_cts: bool) -> bool:
    earliest, most = column.number(EARLIEST), column.number(MOST)
    form = column.number(MOST_FORM)
    if form != column.number(LEAST_FORM) or (form is not None and earliest is not None):
        return True
    if column.has_hidden_numbers and earliest is not None:
        return True
    units = {unit_of(earliest), unit_of(most)}
    return len(units) > 1 or (is_cts and not units <= {None, MILLISECONDS})


def _read_counts(context: AuditContext, column: ColumnCensus) -> _Counts:
    sql = column.where(
        f"SELECT {form_sql()}, count(*) FROM {column.subject.name} GROUP BY 1 ORDER BY 2 DESC"
    )
    rows = read_foreign_rows(context.connection, sql)
    return {str(name): count for name, count in rows if name is not None and isinstance(count, int)}


def _odd(column: ColumnCensus, counts: _Counts, *, is_cts: bool) -> list[str]:
    """Return the units and forms that should not be in the column, the most frequent first."""
    known = [name for name in counts if name in _KNOWN]
    if is_cts:
        return [name for name in known if name != MILLISECONDS.name]
    if "number" in counts and column.subject.shape == "other":
        known = [name for name in known if name not in _UNIT_NAMES]
    return known[1:]


def _finding(
    context: AuditContext, column: ColumnCensus, counts: _Counts, odd: list[str]
) -> Finding:
    kind = form_sql()
    listed = ", ".join(quote_text(name) for name in odd)
    total = sum(counts[name] for name in odd)
    evidence, sql = sample(context, column, f"{kind} IN ({listed})", total, kind=kind)
    found = ", ".join(f"{name} ({count:,})" for name, count in counts.items())
    is_mixed = len(counts.keys() & _KNOWN) > 1
    return RULE.finding(
        object=column.name,
        table=column.subject.table.name,
        cause="several units or forms" if is_mixed else "not milliseconds",
        title=(
            f"{column.name} mixes instants in {len(counts.keys() & _KNOWN)} units or forms"
            if is_mixed
            else f"{column.name} holds {odd[0]} where milliseconds belong"
        ),
        detail=(
            f"Rows: {found}. Compared with each other they are in no order: the newest row, the "
            "last hour, the age of a price come out wrong."
        ),
        recommendation=(
            "Have every program write milliseconds since 1970, UTC, and convert these rows once "
            "with the program that owns the file."
        ),
        evidence=evidence,
        sql=sql,
    )


def _naive_finding(naive: list[ColumnCensus]) -> Finding:
    rows = [(column.subject.table.name, column.column.name, NAIVE) for column in naive]
    return RULE.finding(
        object=None,
        cause="text without a zone",
        title=f"{counted(len(rows), 'column')} of instants kept as text without a zone",
        detail=(
            "CURRENT_TIMESTAMP writes UTC and does not say so; JavaScript writes a T and a Z. "
            "As long as each column has one form it sorts rightly. The first row in another form "
            "does not, and a program that takes the text for local time is hours off."
        ),
        recommendation=(
            "Keep to UTC in this form in every program that writes here. The present CTS schema "
            "keeps milliseconds instead."
        ),
        evidence=Evidence.of(("table", "column", "form"), rows),
        severity="info",
    )


RULE = Rule(
    id="GEN-05",
    title="Instants in several units or forms in one column",
    category="generic",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
    readings=(CENSUS,),
)
