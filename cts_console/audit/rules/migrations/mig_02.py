"""The file of an applied migration has changed since.

What it finds: a migration that the database records as applied, with another checksum than the file
of that name which this console ships.

Why a trader cares: the database was made by other statements than those that can be read today: a
guard or a column that the file promises may not be there, and nobody can tell from the files what
is.

What to do: compare the file with the one of the release that applied it. A change that is wanted is
made by a new migration, never by editing one that was applied.

Tolerance and false positives: every byte counts, a comment or a line ending included. Whether the
schema itself differs is told by SCH-01, SCH-02, SCH-09 and IDX-10.
"""

from __future__ import annotations

from collections.abc import Iterable

from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule
from cts_console.migrate import MigrationItem
from cts_console.sqlite import quote_text


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per changed file."""
    status = context.migrations()
    if status is None:
        raise NotApplicableError("not a CTS database")
    for item in status.items:
        if item.state == "changed":
            yield _finding(item)


def _finding(item: MigrationItem) -> Finding:
    return RULE.finding(
        object=item.file,
        cause="changed",
        title=f"{item.file} has changed since it was applied",
        detail=(
            "Its checksum is not the one that the database recorded when it ran. What the file "
            "says today is not what was done."
        ),
        recommendation=(
            "Compare it with the file of the release that applied it. A wanted change belongs in a "
            "new migration."
        ),
        evidence=Evidence.of(
            ("file", "applied_at", "checksum of the file"),
            [(item.file, item.applied_at, item.checksum)],
        ),
        sql=(
            "SELECT name, checksum, applied_at FROM migrations "
            f"WHERE name = {quote_text(item.file)}"
        ),
    )


RULE = Rule(
    id="MIG-02",
    title="Applied migration whose file has changed",
    category="migrations",
    severity="error",
    profile="quick",
    needs=Needs(kinds=("cts",)),
    check=check,
)
