"""The file lies open to other people, or its log belongs to somebody else.

What it finds: a database that everybody may write, or whose folder everybody may write; a database
with secrets in it (SEC-01) that everybody may read; and a `-wal` or `-shm` that belongs to another
user than the database and that its owner may not write.

Why a trader cares: whoever can write the file changes orders and balances, and whoever can read it
has the keys. With a log of another user, the engine's next write fails with "attempt to write a
readonly database": it trades on, and nothing is recorded.

What to do: `chmod o-rwx` on the file and its folder. A log of another user comes from a program
that was once started with other rights, mostly as root: stop every program that has the file open,
then give the `-wal` and the `-shm` to the database's owner with `chown`. Never delete them.

Tolerance and false positives: where a folder above keeps others out, the file is not open. A folder
like /tmp, in which nobody may replace the files of others, passes. The rights of the group and
access lists are not judged, nor are systems without POSIX rights.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule
from cts_console.audit.secret_columns import SECRET_COLUMNS
from cts_console.sqlite import side_file

_COLUMNS: Final = ("name", "mode", "owner")
_SIDES: Final[tuple[Literal["-wal", "-shm"], ...]] = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class _Place:
    """A file or folder with its rights."""

    path: Path
    facts: os.stat_result

    @property
    def row(self) -> tuple[str, str, int]:
        mode = f"{stat.S_IMODE(self.facts.st_mode):04o}"
        return (self.path.name or str(self.path), mode, self.facts.st_uid)

    def has_right(self, right: int) -> bool:
        return bool(self.facts.st_mode & right)


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for each way in which the file lies open."""
    if os.name != "posix":
        raise NotCheckedError("rights are judged on POSIX systems alone")
    # Never those of a private copy, which has rights of its own.
    database = _look(context.path)
    folder = _look(context.path.parent)
    if database is None or folder is None:
        raise NotCheckedError("the file was taken away")
    yield from _foreign_sides(database)
    if not is_reachable(context.path):
        return
    if database.has_right(stat.S_IWOTH):
        yield _finding(
            "file", "others may write it", "The database can be changed by everybody", database
        )
    if folder.has_right(stat.S_IWOTH) and not folder.facts.st_mode & stat.S_ISVTX:
        yield _finding(
            "folder",
            "others may write it",
            "The folder of the database can be changed by everybody",
            folder,
        )
    if database.has_right(stat.S_IROTH) and _holds_secrets(context):
        yield _finding(
            "file",
            "others may read secrets",
            "Everybody can read the secrets in the database",
            database,
        )


def is_reachable(path: Path) -> bool:
    """Return whether the folders above let everybody come as far as the file."""
    places = [_look(parent) for parent in path.parents]
    return all(place is not None and place.has_right(stat.S_IXOTH) for place in places)


def _look(path: Path) -> _Place | None:
    try:
        return _Place(path, path.stat())
    except FileNotFoundError:
        return None


def _holds_secrets(context: AuditContext) -> bool:
    """Return whether SEC-01 finds a secret. Raises `NotCheckedError` where that is not known."""
    results = context.results(SECRET_COLUMNS)
    tables = [result.value for result in results if result.value is not None]
    if any(column.kinds["secret"] for table in tables for column in table.columns):
        return True
    if context.known_schema is None:
        raise NotCheckedError("others may read the file; whether it holds secrets is not known")
    left_out = [result.failure for result in results if result.value is None]
    left_out += [table.left_out for table in tables if table.left_out]
    if left_out:
        raise NotCheckedError(
            "others may read the file; whether it holds secrets is not known: "
            + "; ".join(left_out)
        )
    return False


def _foreign_sides(database: _Place) -> Iterable[Finding]:
    """Yield a finding for each side file that the database's owner may not write."""
    owner, group = database.facts.st_uid, database.facts.st_gid
    for suffix in _SIDES:
        side = _look(side_file(database.path, suffix))
        # Root may write everything.
        if side is None or owner in (0, side.facts.st_uid):
            continue
        by_group = side.facts.st_gid == group and side.has_right(stat.S_IWGRP)
        if not by_group and not side.has_right(stat.S_IWOTH):
            yield RULE.finding(
                object=suffix,
                cause="belongs to another user",
                title=f"The {suffix} belongs to another user than the database",
                detail=(
                    "The owner of the database may not write its log. The engine's next write "
                    'fails with "attempt to write a readonly database", while it trades on.'
                ),
                recommendation=(
                    f"Stop every program that has the file open, then give the {suffix} to the "
                    "owner of the database with chown. Never delete it: it may hold committed data."
                ),
                evidence=Evidence.of(_COLUMNS, [database.row, side.row]),
            )


def _finding(place: str, cause: str, title: str, what: _Place) -> Finding:
    return RULE.finding(
        object=place,
        cause=cause,
        title=title,
        detail=(
            "Every user and every program of this computer has this right, also those that have "
            "nothing to do with trading."
        ),
        recommendation=f"Take the rights of others away: chmod o-rwx on the {place}.",
        evidence=Evidence.of(_COLUMNS, [what.row]),
    )


RULE = Rule(
    id="SEC-05",
    title="File open to others, or its log owned by another user",
    category="security",
    severity="warning",
    profile="quick",
    needs=Needs(schema=False),
    check=check,
    readings=(SECRET_COLUMNS,),
)
