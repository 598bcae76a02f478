"""Migrations are missing, out of order, or newer than this console.

What it finds: a migration that the database records as applied and that this console does not ship;
one that is still pending although a later one is applied; one that was applied after a later one;
a database whose schema is newer than the newest migration of this console.

Why a trader cares: the schema may not be what this console or the engine takes it for. A console
that is older than the database refuses to change it, and rightly so.

What to do: update this console where the database is newer. Otherwise find out which program or
which release applied the migrations.

Tolerance and false positives: the order of application is told by the recorded times; where the
clock was set back between two runs it looks wrong without being so, and that finding says "likely".
A number that occurs twice is no trouble.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cts_console.audit.finding import Confidence, Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule
from cts_console.migrate import MigrationItem, MigrationStatus


@dataclass(frozen=True, slots=True)
class _Trouble:
    cause: str
    title: str
    detail: str
    recommendation: str
    items: list[MigrationItem]
    confidence: Confidence = "certain"


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per kind of trouble."""
    status = context.migrations()
    if status is None:
        raise NotApplicableError("not a CTS database")
    version = context.connection.read_int("PRAGMA user_version")
    for trouble in (*_unknown(status, version), *_out_of_order(status)):
        yield RULE.finding(
            object="migrations",
            cause=trouble.cause,
            title=trouble.title,
            detail=trouble.detail,
            recommendation=trouble.recommendation,
            evidence=Evidence.of(
                ("file", "state", "applied_at", "user_version"),
                [(i.file, i.state, i.applied_at, version) for i in trouble.items]
                or [(None, None, None, version)],
            ),
            sql="SELECT id, name, applied_at FROM migrations ORDER BY id",
            confidence=trouble.confidence,
        )


def _unknown(status: MigrationStatus, version: int) -> Iterator[_Trouble]:
    shipped = [item.number for item in status.items if item.state != "missing"]
    highest = max((number for number in shipped if number is not None), default=0)
    missing = [item for item in status.items if item.state == "missing"]
    newer = [item for item in missing if item.number is not None and item.number > highest]
    if newer or version > highest:
        what = newer[0].file if newer else f"schema version {version}"
        yield _Trouble(
            "newer",
            f"The database is newer than this console: {what}",
            f"This console knows migrations up to {highest:03d}. What a newer one changed it does "
            "not know, so it judges the schema by nothing and changes nothing.",
            "Update this console. Until then look, audit and back up only.",
            newer,
        )
    gone = [item for item in missing if item not in newer]
    if gone:
        yield _Trouble(
            "missing file",
            f"{_count(gone)} applied and not shipped with this console: {gone[0].file}",
            "Nobody can read here what they did. They come from another release or another "
            "program.",
            "Find out which release or program applied them, and keep its files.",
            gone,
        )


def _out_of_order(status: MigrationStatus) -> Iterator[_Trouble]:
    skipped = [item for item in status.items if item.state == "out_of_order"]
    if skipped:
        yield _Trouble(
            "skipped",
            f"{_count(skipped)} pending although a later one is applied: {skipped[0].file}",
            "The later ones ran on a schema that lacked what these make.",
            "Try them with `cts-console migrate --preflight`, then apply them with "
            "`cts-console migrate`.",
            skipped,
        )
    late = list(_applied_late(status))
    if late:
        yield _Trouble(
            "order",
            f"{_count(late)} applied after a later one: {late[0].file}",
            "The recorded times say that they ran in another order than their numbers. The result "
            "may differ from a database that was migrated in order.",
            "See what SCH-01, SCH-02, SCH-09 and IDX-10 say of the schema; where they pass, accept "
            "this finding.",
            late,
            "likely",
        )


def _applied_late(status: MigrationStatus) -> Iterator[MigrationItem]:
    """Yield the files that were applied after one that follows them."""
    earliest_after: int | None = None
    for item in reversed(status.items):
        if item.applied_at is None or item.state == "missing":
            continue
        if earliest_after is not None and item.applied_at > earliest_after:
            yield item
        else:
            earliest_after = item.applied_at


def _count(items: list[MigrationItem]) -> str:
    return "One migration is" if len(items) == 1 else f"{len(items):,} migrations are"


RULE = Rule(
    id="MIG-03",
    title="Migrations missing, out of order or newer than this console",
    category="migrations",
    severity="warning",
    profile="quick",
    needs=Needs(kinds=("cts",)),
    check=check,
)
