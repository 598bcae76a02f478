"""Several storage classes in one column.

What it finds: a column that promises numbers and holds texts or blobs, a text column that holds
blobs beside texts, a column without a type in which numbers lie beside numbers written as text,
and, as info, fractions in a column of whole numbers and text beside numbers in a type that SQLite
does not know (STRING, UUID).

Why a trader cares: SQLite orders every number before every text and every text before every blob,
and takes a number and the same number as text for two values. A sum counts the text as nothing or
as its first digits, a filter by price leaves the row out, and no error says so.

What to do: look at the rows, find out which program wrote them, and let that program write them
again as what the column promises. A table declared STRICT refuses such values from the start.

Tolerance and false positives: NULL is no class. Whole numbers beside fractions are no mix in a
REAL or NUMERIC column. A column without a type, or of type BLOB or JSON, may hold what it likes;
only numbers beside texts that all look like numbers are reported there, as likely. A column of
instants in which text and numbers are mixed is GEN-05's. Texts in a column that promises numbers
and has none are likely a choice of its program. Tables of over a million rows are read by a deep
audit alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cts_console.audit.census import (
    CENSUS,
    ColumnCensus,
    affinity,
    asked,
    count_where,
    raise_for,
    sample,
)
from cts_console.audit.census.classes import (
    BLOBS,
    CLASSES,
    NUMBERS_HELD,
    REALS,
    TEXTS,
    says_number,
    says_whole,
)
from cts_console.audit.census.inquiry import FIRST_CLASS, LAST_CLASS
from cts_console.audit.census.times import FORM, MOST_FORM
from cts_console.audit.finding import Confidence, Finding, Severity
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import counted
from cts_console.sqlite.inspection import read_foreign_rows

_COUNTS: Final = (
    "SELECT typeof({c}), count(*), sum({c} GLOB '*[0-9]*' AND {c} NOT GLOB '*[^-0-9.eE+]*') "
)
_NUMBERS: Final = ("integer", "real")


@dataclass(frozen=True, slots=True)
class _Counts:
    """How many values of each class a column holds."""

    classes: dict[str, int]
    numeric_texts: int

    @property
    def numbers(self) -> int:
        return sum(self.classes.get(name, 0) for name in _NUMBERS)

    @property
    def texts(self) -> int:
        return self.classes.get("text", 0)

    @property
    def blobs(self) -> int:
        return self.classes.get("blob", 0)

    def words(self) -> str:
        """Return the counts as a sentence says them."""
        return ", ".join(f"{count:,} {name}" for name, count in sorted(self.classes.items()))


@dataclass(frozen=True, slots=True)
class _Verdict:
    cause: str
    odd: tuple[str, ...]
    what: str
    meaning: str
    severity: Severity = "warning"
    confidence: Confidence = "certain"


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per column."""
    columns, left_out = asked(context, CLASSES)
    for column in columns:
        if _is_suspicious(column):
            counts = _read_counts(context, column)
            verdict = _judge(column, counts)
            if verdict is not None and not _is_of_gen_05(context, column, counts):
                yield _finding(context, column, counts, verdict)
    raise_for(left_out)


def _is_suspicious(column: ColumnCensus) -> bool:
    kind = affinity(column.subject.table, column.column)
    if kind == "text":
        return column.count(BLOBS) > 0
    if kind == "blob":
        return column.count(TEXTS) > 0 and column.count(NUMBERS_HELD) > 0
    has_other = column.storage_class(LAST_CLASS) in ("text", "blob")
    if kind == "none":
        return has_other and column.storage_class(FIRST_CLASS) in _NUMBERS
    return has_other or column.count(REALS) > 0


def _is_of_gen_05(context: AuditContext, column: ColumnCensus, counts: _Counts) -> bool:
    """Return whether texts beside numbers are instants, which GEN-05 tells."""
    if not counts.numbers or column.number(MOST_FORM) is None:
        return False
    return count_where(context, column, f"{FORM} IS NOT NULL") > 0


def _read_counts(context: AuditContext, column: ColumnCensus) -> _Counts:
    sql = column.where(f"{_COUNTS} FROM {column.subject.name} WHERE {{c}} IS NOT NULL GROUP BY 1")
    rows = read_foreign_rows(context.connection, sql)
    counts = {str(name): count for name, count, _ in rows if isinstance(count, int)}
    numeric = next((looks for name, _, looks in rows if name == "text"), 0)
    return _Counts(counts, numeric if isinstance(numeric, int) else 0)


def _judge(column: ColumnCensus, counts: _Counts) -> _Verdict | None:
    table, declared = column.subject.table, column.column
    kind = affinity(table, declared)
    if kind == "text":
        return _in_text(counts)
    if kind in ("blob", "none"):
        return _in_untyped(counts)
    if counts.texts or counts.blobs:
        return _in_numbers(column, counts)
    if says_whole(declared) and counts.classes.get("real"):
        return _Verdict(
            "fractions among whole numbers",
            ("real",),
            counted(counts.classes["real"], "fraction"),
            "A program that reads the column as whole numbers cuts them off.",
            severity="info",
        )
    return None


def _in_text(counts: _Counts) -> _Verdict | None:
    if not counts.blobs or not counts.texts:
        return None
    return _Verdict(
        "blobs among texts",
        ("blob",),
        counted(counts.blobs, "blob"),
        "A blob is never equal to a text, even where both have the same bytes: searches and joins "
        "leave these rows out.",
    )


def _in_untyped(counts: _Counts) -> _Verdict | None:
    if not counts.numbers or not counts.texts or counts.numeric_texts < counts.texts:
        return None
    return _Verdict(
        "numbers as text among numbers",
        ("text",),
        f"{counted(counts.texts, 'number')} stored as text",
        "The column has no type that would make them equal: 1 and '1' are two values here, and "
        "every text is greater than every number.",
        confidence="likely",
    )


def _in_numbers(column: ColumnCensus, counts: _Counts) -> _Verdict | None:
    declared = column.column.type.upper()
    odd = ("text", "blob")
    strangers = counts.texts + counts.blobs
    if not says_number(column.subject.table, column.column):
        if not counts.numbers or not counts.texts:
            return None
        return _Verdict(
            "texts among numbers of an unknown type",
            odd,
            counted(strangers, "text"),
            f"SQLite does not know the type {declared} and takes it for NUMERIC: a text that looks "
            "like a number was made one, without its leading zeros, and sorts before every text.",
            severity="info",
            confidence="likely",
        )
    if not counts.numbers and "BOOL" in declared:
        return None
    return _Verdict(
        "not a number in a column of numbers",
        odd,
        counted(strangers, "value" if counts.blobs else "text"),
        "SQLite could not make numbers of them. Sums count them as 0 or as their first digits, "
        "and comparisons put them above every number.",
        confidence="certain" if counts.numbers else "likely",
    )


def _finding(
    context: AuditContext, column: ColumnCensus, counts: _Counts, verdict: _Verdict
) -> Finding:
    listed = ", ".join(f"'{name}'" for name in verdict.odd)
    total = sum(counts.classes.get(name, 0) for name in verdict.odd)
    evidence, sql = sample(
        context,
        column,
        f"typeof({{c}}) IN ({listed})",
        total,
        kind="typeof({c})",
    )
    declared = column.column.type or "no type"
    return RULE.finding(
        object=column.name,
        table=column.subject.table.name,
        cause=verdict.cause,
        title=f"{column.name} ({declared}) holds {verdict.what[0].lower()}{verdict.what[1:]}",
        detail=f"Values by storage class: {counts.words()}. {verdict.meaning}",
        recommendation=(
            "Look at the rows, find the program that writes them, and have it write what the "
            "column is declared for."
        ),
        evidence=evidence,
        sql=sql,
        severity=verdict.severity,
        confidence=verdict.confidence,
    )


RULE = Rule(
    id="SCH-08",
    title="Several storage classes in one column",
    category="schema",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
    readings=(CENSUS,),
)
