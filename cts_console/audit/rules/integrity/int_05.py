"""Stored rows that their own table's constraints forbid.

What it finds: rows with NULL in a NOT NULL column, rows that fail a CHECK, values of a type that a
STRICT table does not take, and equal values under a UNIQUE index. One finding per table or index,
and one per table for its CHECK constraints, with the rows.

Why a trader cares: the programs that read the table rely on what it promises. An order without an
amount or a second execution of the same id goes into sums, and nothing says so.

What to do: look at the rows and correct or remove them with the program that owns the file. They
were written while the rule did not hold: by a program that switches checks off, or before the rule
was added.

Tolerance and false positives: none known. A CHECK that calls a function of the file's own program,
or one whose answer changes, cannot be evaluated here; it is left out, and the rule says so.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.checks import CHECKS, CheckFailures
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.integrity import INTEGRITY, MOST_ERRORS, IntegrityError, read_verdict
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule
from cts_console.audit.trading import counted


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per table or index with such rows."""
    verdict = read_verdict(context)
    grouped: dict[str | None, list[IntegrityError]] = {}
    for error in verdict.errors:
        if error.cause == "constraint":
            grouped.setdefault(error.object, []).append(error)
    for errors in grouped.values():
        yield _finding(errors)
    left_out = list(verdict.left_out)
    for result in context.results(CHECKS):
        if result.value is not None and result.value.total:
            yield _check_finding(result.value)
        reason = result.failure or (result.value.left_out if result.value else "")
        if reason:
            left_out.append(f"{result.name}: {reason}")
    if left_out:
        raise NotCheckedError("; ".join(left_out))


def _finding(errors: list[IntegrityError]) -> Finding:
    first = errors[0]
    count = f"{len(errors):,} errors" if len(errors) > 1 else "one error"
    if len(errors) >= MOST_ERRORS:
        count = f"at least {count}"
    return RULE.finding(
        object=first.object,
        table=first.table,
        cause="constraint",
        title=f"Rows in {first.object} break a constraint of their own table",
        detail=(
            f"SQLite found {count}: rows that NOT NULL, CHECK, UNIQUE or a STRICT type forbids are "
            "stored. They were written while the constraint did not hold; programs that rely on "
            "it compute with values that should not exist."
        ),
        recommendation=(
            "Look at the rows and correct or remove them with the program that owns the file."
        ),
        evidence=Evidence.of(("object", "message"), [(e.object, e.message) for e in errors]),
        sql=f"PRAGMA integrity_check({MOST_ERRORS})",
    )


def _check_finding(failures: CheckFailures) -> Finding:
    name = failures.table.name
    verb = "fails" if failures.total == 1 else "fail"
    return RULE.finding(
        object=name,
        table=name,
        cause="check",
        title=f"{counted(failures.total, 'row')} of {name} {verb} a CHECK of the table",
        detail=(
            f"{name} promises what these rows do not keep. They were written while the constraint "
            "did not hold; programs that rely on it compute with values that should not exist."
        ),
        recommendation=(
            "Look at the rows and correct or remove them with the program that owns the file."
        ),
        evidence=Evidence.of(failures.columns, failures.rows, failures.total),
        sql=failures.sql,
    )


RULE = Rule(
    id="INT-05",
    title="Rows that their own table's constraints forbid",
    category="integrity",
    severity="error",
    profile="deep",
    needs=Needs(),
    check=check,
    readings=(INTEGRITY, CHECKS),
)
