"""Text that should be JSON and is none.

What it finds: texts that no JSON parser reads, in columns declared JSON and in the columns of CTS
tables that hold JSON (parameters, config, metadata, details, context, settings).

Why a trader cares: a strategy whose parameters do not parse starts with its defaults, or not at
all. The program that reads the row stops there, often with all that come after it.

What to do: write the document again with the program that owns the file; its length and the place
of the first mistake help to see how it was cut or quoted.

Tolerance and false positives: what SQLite's json_valid() takes by RFC 8259, so NaN, comments and
single quotes are no JSON. NULL is nothing, and so is an empty text outside the present CTS schema,
which writes {}. v3.1 kept plain words in `context` as well: there only what begins with a bracket
is asked. The documents themselves are never shown: they may hold secrets. Tables of over a million
rows are read by a deep audit alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.census import CENSUS, ColumnCensus, asked, raise_for, sample
from cts_console.audit.census.documents import DOCUMENTS, bad_documents, not_json
from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import counted

_WHERE: Final = "'mistake at character ' || json_error_position({c})"
_LENGTH: Final = "'(' || length({c}) || ' characters)'"


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per column."""
    columns, left_out = asked(context, DOCUMENTS)
    for column in columns:
        total = column.count(bad_documents(column.subject, column.column))
        condition = not_json(column.subject, column.column)
        if total and condition is not None:
            yield _finding(context, column, condition, total)
    raise_for(left_out)


def _finding(context: AuditContext, column: ColumnCensus, condition: str, total: int) -> Finding:
    evidence, sql = sample(context, column, condition, total, kind=_WHERE, value=_LENGTH)
    return RULE.finding(
        object=column.name,
        table=column.subject.table.name,
        cause="no JSON",
        title=f"{counted(total, 'text')} in {column.name} {'is' if total == 1 else 'are'} no JSON",
        detail=(
            "The column holds JSON, and these texts are none. Whoever reads them gets an error, or "
            "goes on with defaults that nobody chose."
        ),
        recommendation=(
            "Write the documents again with the program that owns the file. Cut-off documents were "
            "too long for whoever wrote them; single quotes come from printing instead of encoding."
        ),
        evidence=evidence,
        sql=sql,
    )


RULE = Rule(
    id="GEN-07",
    title="Text that should be JSON and is none",
    category="generic",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
    readings=(CENSUS,),
)
