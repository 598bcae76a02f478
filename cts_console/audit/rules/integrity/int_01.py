"""Damage in a b-tree, a page or an index entry.

What it finds: what SQLite's own `integrity_check` finds when it reads every page of the file: a
page that belongs to two tables or to none, cells out of order, records that cannot be read, index
entries without a row and rows without an index entry. All errors are read, not the first hundred,
and are told per table or index, with the page where SQLite names one.

Why a trader cares: a query over a damaged table or index leaves rows out or ends with an error:
an open position is not seen, an order is sent twice.

What to do: copy the file together with its `-wal` aside before anything else. Where only an index
is damaged, `REINDEX` rebuilds it from its table. Where a table is damaged, go back to a verified
backup, or recover into a new file.

Tolerance and false positives: none. Rows that break their own table's NOT NULL, CHECK, UNIQUE or
STRICT type are no damage: INT-05 tells them. An index with a collation that only the file's own
program has cannot be checked; its table is then left out, and the rule says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.integrity import INTEGRITY, MOST_ERRORS, IntegrityError, read_verdict
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule
from cts_console.errors import CtsError
from cts_console.sqlite import quote_identifier


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per damaged object and kind of damage."""
    verdict = read_verdict(context)
    grouped: dict[tuple[str, str | None], list[IntegrityError]] = {}
    for error in verdict.errors:
        if error.cause != "constraint":
            grouped.setdefault((error.cause, error.object), []).append(error)
    for errors in grouped.values():
        yield _finding(errors)
    if verdict.left_out:
        raise NotCheckedError("; ".join(verdict.left_out))


def damage_finding(error: CtsError) -> Finding:
    """Return the finding for a file that could not even be read far enough to be checked."""
    schema = "malformed database schema" in error.message or "The schema" in error.title
    return RULE.finding(
        object=None,
        cause="schema" if schema else "unreadable",
        title="The schema cannot be loaded" if schema else "A damaged page was met while reading",
        detail=(
            f"SQLite says: {error.message} "
            + (
                "Either its pages are damaged, or it needs a newer SQLite or a function that only "
                "its own program has. Until it loads, no query on this file works here."
                if schema
                else "What lies behind that page cannot be read: queries end with an error or "
                "leave rows out."
            )
        ),
        recommendation=_DAMAGED,
        evidence=Evidence.of(("message",), [(error.message,)]),
        sql=f"PRAGMA integrity_check({MOST_ERRORS})",
        confidence="likely" if schema else "certain",
    )


_DAMAGED: Final = (
    "Copy the file and its -wal aside before anything else. Then go back to a verified backup, or "
    "recover into a new file."
)


@dataclass(frozen=True, slots=True)
class _Words:
    title: str
    detail: str
    recommendation: str


_WORDS: Final = {
    "page": _Words(
        "Damaged pages in {name}",
        "SQLite found {count} in the b-tree of {name}. Queries over it end with an error or leave "
        "rows out: a position or an order may not be seen.",
        _DAMAGED,
    ),
    "index": _Words(
        "Index {name} does not match its table",
        "SQLite found {count} between {name} and its table. A query that uses the index misses "
        "rows, or finds rows that are gone.",
        "Copy the file and its -wal aside, then rebuild the index from its table: "
        "REINDEX {quoted}.",
    ),
    "table": _Words(
        "Rows of {name} are out of order",
        "SQLite found {count} in {name}. A search by key misses rows that are there.",
        _DAMAGED,
    ),
    "file": _Words(
        "Damage in the file's own book-keeping",
        "SQLite found {count} that belong to no table: pages that are used twice or by nothing, "
        "or a broken list of free pages. The next write may overwrite data.",
        _DAMAGED,
    ),
}


def _finding(errors: list[IntegrityError]) -> Finding:
    first = errors[0]
    text = _WORDS[first.cause]
    count = f"{len(errors):,} errors" if len(errors) > 1 else "one error"
    if len(errors) >= MOST_ERRORS:
        count = f"at least {count}"
    words = {
        "name": first.object or "the file",
        "quoted": quote_identifier(first.object or ""),
        "count": count,
    }
    return RULE.finding(
        object=first.object,
        table=first.table,
        cause=first.cause,
        title=text.title.format(**words),
        detail=text.detail.format(**words),
        recommendation=text.recommendation.format(**words),
        evidence=Evidence.of(
            ("object", "page", "message"), [(e.object, e.page, e.message) for e in errors]
        ),
        sql=f"PRAGMA integrity_check({MOST_ERRORS})",
    )


RULE = Rule(
    id="INT-01",
    title="Damage in a b-tree, a page or an index entry",
    category="integrity",
    severity="critical",
    profile="deep",
    needs=Needs(schema=False),
    check=check,
    readings=(INTEGRITY,),
)
