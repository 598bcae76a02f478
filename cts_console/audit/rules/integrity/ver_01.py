"""The file was last written by a SQLite with a known bug that damages data.

What it finds: the version in the file's header (offset 96) is one with the WAL-reset bug: 3.7.0 to
3.51.2, without the corrected 3.44.6 and 3.50.7
(https://sqlite.org/wal.html#walresetbug).

Why a trader cares: where two connections of a database in WAL mode commit and checkpoint at the
same moment, these versions can lose a commit and damage the file. An engine beside a dashboard is
exactly that.

What to do: update the SQLite that the writing program brings along to 3.51.3 or later. Until then
let one connection alone do the checkpoints, and audit with the profile deep now and then.

Tolerance and false positives: the bug needs WAL mode, so that outside it the finding is an "info".
The header names the program that last changed the first page of the main file; what the log alone
holds may come from another one, and the finding then says "likely". That the version has the bug
does not say that this file was damaged. Where the header does not record a version (before 3.7.0),
nothing is judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.facts import read_wal_frames
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule

_FIRST: Final = 3_007_000
_CORRECTED: Final = 3_051_003
# Corrections that were carried back to older branches: (first corrected, end of the branch).
_CARRIED_BACK: Final = ((3_044_006, 3_045_000), (3_050_007, 3_051_000))


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding where the last writer's version has the bug."""
    header = context.header
    if not header.sqlite_version_number or header.version_valid_for != header.change_counter:
        raise NotCheckedError("the header does not record which SQLite wrote the file last")
    if not has_wal_reset_bug(header.sqlite_version_number):
        return
    mode = "in WAL mode" if header.is_wal else "not in WAL mode, which the bug needs"
    yield RULE.finding(
        object="sqlite_version",
        cause="WAL reset",
        title=f"Last written by SQLite {header.sqlite_version}, which can damage a WAL database",
        detail=(
            f"The file is {mode}. Where two connections commit and checkpoint at the same moment, "
            "this version can lose a commit or damage the file. That it was damaged is not said; "
            "INT-01 finds out."
        ),
        recommendation=(
            "Update the SQLite of the program that writes to 3.51.3 or later. Until then let one "
            "connection alone do the checkpoints."
        ),
        evidence=Evidence.of(
            ("sqlite_version", "number", "journal mode"),
            [
                (
                    header.sqlite_version,
                    header.sqlite_version_number,
                    "WAL" if header.is_wal else "rollback journal",
                )
            ],
        ),
        severity=None if header.is_wal else "info",
        confidence="likely" if _has_newer_commits(context) else "certain",
    )


def has_wal_reset_bug(number: int) -> bool:
    """Return whether the SQLite of this version number (3054001 is 3.54.1) has the bug."""
    if any(corrected <= number < end for corrected, end in _CARRIED_BACK):
        return False
    return _FIRST <= number < _CORRECTED


def _has_newer_commits(context: AuditContext) -> bool:
    """Return whether commits wait in the log, which may hold a newer header."""
    frames = read_wal_frames(context.connection) if context.header.is_wal else None
    return frames is not None and frames.pending > 0


RULE = Rule(
    id="VER-01",
    title="Last written by a SQLite that can damage data",
    category="integrity",
    severity="warning",
    profile="quick",
    needs=Needs(schema=False),
    check=check,
)
