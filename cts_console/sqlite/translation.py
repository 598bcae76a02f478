"""The one table that turns APSW's errors into `CtsError`.

Classes and extended codes: https://sqlite.org/rescode.html. What is not in the table is a bug of
ours (a syntax error in our SQL, a misuse of the library) and stays an APSW error, except where a
caller runs somebody else's SQL and says so with `foreign_sql=True`.
"""

from __future__ import annotations

from dataclasses import dataclass

import apsw

from cts_console.errors import CtsError, ErrorCode


@dataclass(frozen=True, slots=True)
class _Known:
    error: type[apsw.Error]
    code: ErrorCode
    title: str
    hint: str


_DAMAGED_HINT = (
    "Copy the file and its -wal aside before anything else, then run `cts-console audit "
    "--profile deep` to see what is damaged."
)

_TABLE: tuple[_Known, ...] = (
    _Known(
        apsw.BusyError,
        "locked",
        "The database is locked",
        "Another process is writing. Try again in a moment; `cts-console status` shows the file.",
    ),
    _Known(
        apsw.LockedError,
        "locked",
        "The database is locked",
        "Another operation of this program uses the same table. Let it finish, then try again.",
    ),
    _Known(
        apsw.FullError,
        "disk_full",
        "The disk is full",
        # SQLite's error does not tell which: sorting for an index takes room for temporary files.
        "Free some space on the disk of the database, or on that of temporary files (TMPDIR, else "
        "/var/tmp), then try again.",
    ),
    _Known(apsw.CorruptError, "damaged", "The database is damaged", _DAMAGED_HINT),
    # A file without SQLite's magic is refused before this can be raised (`opening.py`): what is
    # left is a header or a first page that makes no sense.
    _Known(apsw.NotADBError, "damaged", "The database is damaged", _DAMAGED_HINT),
    _Known(
        apsw.ReadOnlyError,
        "read_only",
        "The database cannot be written",
        "Check the permissions of the file and of its folder, and that the disk is not mounted "
        "read-only.",
    ),
    _Known(
        apsw.PermissionsError,
        "no_permission",
        "No permission",
        "Check who owns the file and its folder.",
    ),
    _Known(
        apsw.AuthError,
        "no_permission",
        "Not allowed on this connection",
        "The statement does more than this connection may do.",
    ),
    _Known(
        apsw.CantOpenError,
        "no_permission",
        "The database cannot be opened",
        "Check the permissions of the file and of its folder: SQLite needs to make files beside "
        "it.",
    ),
    _Known(
        apsw.ConstraintError,
        "constraint",
        "A constraint of the database refused the change",
        "Nothing was changed. Correct the values and try again.",
    ),
    _Known(
        apsw.InterruptError,
        "cancelled",
        "Stopped",
        "",
    ),
    _Known(
        apsw.TooBigError,
        "constraint",
        "A value is too large",
        "SQLite, or the limit set for files of unknown origin, refuses values of this size.",
    ),
    _Known(
        apsw.NoMemError,
        "internal",
        "Out of memory",
        "Close other programs and try again.",
    ),
    _Known(
        apsw.IOError,
        "damaged",
        "Reading or writing the file failed",
        "Look at the disk and its cables or its mount, then copy the file and its -wal aside.",
    ),
    _Known(
        apsw.ProtocolError,
        "locked",
        "The database is locked",
        "Many processes open and close it at once. Try again in a moment.",
    ),
    _Known(
        apsw.MismatchError,
        "constraint",
        "A value of the wrong type",
        "A rowid takes whole numbers only. Correct the values and try again.",
    ),
    _Known(
        apsw.SchemaChangeError,
        "locked",
        "The schema changed meanwhile",
        "Another process altered the database. Try again.",
    ),
)

# SQLITE_IOERR covers a failing disk, but also these, which have a better word.
_FULL_IO_ERRORS = (apsw.SQLITE_IOERR_WRITE, apsw.SQLITE_IOERR_SHMSIZE)

# SQLite calls a schema format over 4 a plain error; none was ever released, so it is damage.
_UNSUPPORTED_FORMAT = "unsupported file format"

# https://sqlite.org/lockingv3.html#hot_journals: only a writer may undo what a dead one left.
_INTERRUPTED_WRITE = _Known(
    apsw.ReadOnlyError,
    "read_only",
    "An interrupted write must be undone first",
    "The program that wrote last was killed in the middle. Start it again, or open the file for "
    "writing once: SQLite then undoes the half-written transaction by itself.",
)


def translate(error: apsw.Error, object_name: str) -> CtsError | None:
    """Return the `CtsError` for `error` on `object_name` (a path), or None for a bug of ours."""
    known = next((row for row in _TABLE if isinstance(error, row.error)), None)
    if str(error) == _UNSUPPORTED_FORMAT:
        known = next(row for row in _TABLE if row.error is apsw.CorruptError)
    if known is None:
        return None
    extended = getattr(error, "extendedresult", 0)
    if extended in _FULL_IO_ERRORS:
        known = next(row for row in _TABLE if row.error is apsw.FullError)
    elif extended == apsw.SQLITE_READONLY_ROLLBACK:
        known = _INTERRUPTED_WRITE
    return CtsError(known.code, known.title, f"{object_name}: {error}.", known.hint)


def translate_foreign_sql(error: apsw.Error, object_name: str) -> CtsError:
    """Return the `CtsError` for `error` of a statement that a person or a script wrote.

    A syntax error or an unknown table is then the statement's fault and reads `usage`.
    """
    return translate(error, object_name) or CtsError(
        "usage", "The statement failed", f"{object_name}: {error}.", "Correct the SQL."
    )
