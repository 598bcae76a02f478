"""A setting kept in the file differs from the profile.

What it finds: `journal_mode` and `auto_vacuum` where they are not what the profile `trading` asks
for (WAL, INCREMENTAL), and on a CTS database `application_id` and `user_version` that are not what
its migrations set.

Why a trader cares: without WAL every reader holds up the engine's commits, and every commit every
reader; without incremental auto-vacuum the file never gives space back but by a VACUUM, which
needs the file to itself. A wrong mark makes other programs take the file for something else.

What to do: change the setting while no program has the file open. What the owner of a foreign file
chose may be right for it: then accept the finding with the reason.

Tolerance and false positives: a safer value than the profile's is no deviation. Settings of a
connection are not judged: other programs have their own. While migrations are pending the marks are
not judged, because these set them (MIG-01).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.file_settings import read_file_settings
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.pragmas import PragmaReading

_MEANING: Final = {
    "journal_mode": (
        "Without WAL a reader keeps the engine from committing, and a commit keeps readers out."
    ),
    "auto_vacuum": (
        "Space that deleted rows leave behind cannot be given back in small steps, only by a "
        "VACUUM, which needs the file to itself."
    ),
    "application_id": "Other programs do not recognise the file as a CTS database.",
    "user_version": "The schema's version is not the one that the applied migrations set.",
}


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per setting that differs."""
    migrations = context.migrations()
    for reading in read_file_settings(context.connection, migrations):
        if not reading.ok and reading.name in _MEANING:
            yield _finding(reading)


def _finding(reading: PragmaReading) -> Finding:
    name, value, expected = reading.name, reading.value, reading.expected
    fix = f"PRAGMA {name} = {expected}"
    rebuild = reading.needs_vacuum and value == reading.default
    return RULE.finding(
        object=name,
        cause="differs",
        title=f"{name} is {value}, not {expected}",
        detail=f"{reading.doc} {_MEANING[name]}",
        recommendation=(
            f"Set it to {expected} while no program has the file open"
            + (
                "; that takes a VACUUM, which needs free disk for a second copy."
                if rebuild
                else "."
            )
        ),
        evidence=Evidence.of(("name", "value", "expected"), [(name, value, expected)]),
        sql=f"PRAGMA {name}",
        fix_sql=f"{fix}; VACUUM" if rebuild else fix,
    )


RULE = Rule(
    id="PRG-01",
    title="Setting of the file differs from the profile",
    category="pragmas",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
