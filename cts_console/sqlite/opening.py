"""Open a database file, looked at first and changed in nothing.

The safety settings are those of `DEFENSIVE` and untrusted schemas
(https://sqlite.org/security.html): a file is data of unknown origin until a person unlocks it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import apsw
import apsw.ext

from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.sqlite.connection import Connection, Profile
from cts_console.sqlite.header import HEADER_BYTES, MAGIC, FileHeader, looks_encrypted, parse_header
from cts_console.sqlite.location import is_hot, resolve_database_path, side_file
from cts_console.sqlite.lookaside import enlarge_lookaside
from cts_console.sqlite.translation import translate

# Before this process opens its first connection: all are opened here.
enlarge_lookaside()

READ_BUSY_TIMEOUT_MS = 5_000
WRITE_BUSY_TIMEOUT_MS = 30_000

_Switch = tuple[int, Literal[0, 1]]
_ALWAYS: tuple[_Switch, ...] = (
    (apsw.SQLITE_DBCONFIG_DEFENSIVE, 1),
    (apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
    (apsw.SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0),
    (apsw.SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0),
    (apsw.SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0),
    (apsw.SQLITE_DBCONFIG_DQS_DDL, 0),
    (apsw.SQLITE_DBCONFIG_DQS_DML, 0),
)
# Triggers stay on where we write: without them the append-only guards are silently gone.
_READ_ONLY: tuple[_Switch, ...] = (
    (apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0),
    (apsw.SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, 0),
    (apsw.SQLITE_DBCONFIG_ENABLE_ATTACH_WRITE, 0),
)
_READ_ONLY_LIMITS: tuple[tuple[int, int], ...] = (
    (apsw.SQLITE_LIMIT_LENGTH, 50_000_000),
    (apsw.SQLITE_LIMIT_SQL_LENGTH, 1_000_000),
    # SQLite's own defaults: below them a sound schema with a long or deep view would not load.
    (apsw.SQLITE_LIMIT_EXPR_DEPTH, 1_000),
    (apsw.SQLITE_LIMIT_COMPOUND_SELECT, 500),
    (apsw.SQLITE_LIMIT_VDBE_OP, 250_000),
    (apsw.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200),
    (apsw.SQLITE_LIMIT_ATTACHED, 2),
)


def open_database(
    path: str | os.PathLike[str],
    profile: Profile = "read_only",
    *,
    create: bool = False,
    cancel: CancelToken | None = None,
) -> Connection:
    """Open the database at `path` and return its connection.

    `read_only` (the default) changes no byte of the file and runs no code of it; `read_write`
    keeps triggers and foreign keys on; `archive` opens a file that nobody writes, without locks
    and side files (`immutable`). With `create` a missing or empty file is welcome.

    A file in WAL mode without side files that belongs to another user, or lies in a folder that
    cannot be written, is opened as immutable instead: the side files that SQLite would make there
    could stop the owner's next write. `Connection.note` says so.

    Raises `CtsError`: not_found, not_a_file, no_permission, read_only, not_a_database, encrypted,
    locked, and `no_permission` with a hint where only a private copy would do.
    """
    if cancel is not None:
        cancel.raise_if_cancelled()
    resolved = resolve_database_path(path, create=create)
    if profile == "archive":
        return _open_archive(resolved)
    connection = _open(resolved, profile, create=create)
    try:
        data = connection.read_bytes(0, HEADER_BYTES)
        _check_magic(connection, data, create=create)
        if profile == "read_only" and data and _must_not_touch(resolved, parse_header(data)):
            connection.close()
            return _open_untouched(resolved)
    except BaseException:
        connection.close()
        raise
    return connection


def open_memory_database() -> Connection:
    """Open an empty database in memory, for schemas and calculations."""
    raw = apsw.Connection(":memory:")
    _apply_safety(raw, "read_write")
    return Connection(raw, Path(":memory:"), "read_write", busy_timeout_ms=0)


def open_schema_copy() -> Connection:
    """Open an empty database in memory for the schema of a file of unknown origin.

    It takes what such a file may hold (strings in double quotes), is bounded as a look at the file
    is, knows no foreign keys, and plans every query without looking at the values of parameters.
    """
    connection = open_memory_database()
    connection.raw.config(apsw.SQLITE_DBCONFIG_DQS_DDL, 1)
    connection.raw.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    connection.raw.execute("PRAGMA foreign_keys=OFF").fetchall()
    for limit, maximum in _READ_ONLY_LIMITS:
        connection.raw.limit(limit, maximum)
    return connection


def open_compiler() -> Connection:
    """Open an empty database in memory in which SQL of unknown origin is compiled, never run.

    It takes what an ordinary program's SQLite takes (strings in double quotes, every function of
    SQLite), with triggers on, under the limits of files of unknown origin.
    """
    # A kept EXPLAIN never runs, so it would not notice that the schema has changed.
    raw = apsw.Connection(":memory:", statementcachesize=0)
    _apply_safety(raw, "read_write")
    for operation in (
        apsw.SQLITE_DBCONFIG_DQS_DDL,
        apsw.SQLITE_DBCONFIG_DQS_DML,
        apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA,
    ):
        raw.config(operation, 1)
    for limit, maximum in _READ_ONLY_LIMITS:
        raw.limit(limit, maximum)
    return Connection(raw, Path(":memory:"), "read_write", busy_timeout_ms=0)


def read_header(connection: Connection) -> FileHeader | None:
    """Return the header of the open database, or None for a file with no byte in it."""
    data = connection.read_bytes(0, HEADER_BYTES)
    return parse_header(data) if len(data) == HEADER_BYTES else None


def sqlite_version() -> str:
    """Return the version of the only SQLite in this process."""
    return apsw.sqlite_lib_version()


def apsw_version() -> str:
    """Return the version of APSW, which brings SQLite along."""
    return apsw.apsw_version()


def _open(path: Path, profile: Profile, *, create: bool) -> Connection:
    flags = apsw.SQLITE_OPEN_NOFOLLOW
    if profile == "read_only":
        flags |= apsw.SQLITE_OPEN_READONLY
    else:
        flags |= apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
        if path.exists() and not os.access(path, os.W_OK):
            raise CtsError(
                "read_only",
                "The database cannot be written",
                f"{path} may not be written by this user.",
                "Check the owner and the permissions of the file.",
            )
    try:
        raw = apsw.Connection(os.fspath(path), flags=flags)
    except apsw.Error as error:
        raise _opening_failed(error, path) from error
    timeout_ms = READ_BUSY_TIMEOUT_MS if profile == "read_only" else WRITE_BUSY_TIMEOUT_MS
    connection = Connection(raw, path, profile, busy_timeout_ms=timeout_ms)
    _apply_safety(raw, profile)
    return connection


def _open_archive(path: Path, note: str = "") -> Connection:
    uri = apsw.ext.compose_uri(os.fspath(path), {"mode": "ro", "immutable": "1"})
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI | apsw.SQLITE_OPEN_NOFOLLOW
    try:
        raw = apsw.Connection(uri, flags=flags)
    except apsw.Error as error:
        raise _opening_failed(error, path) from error
    connection = Connection(
        raw, path, "archive", immutable=True, note=note, busy_timeout_ms=READ_BUSY_TIMEOUT_MS
    )
    _apply_safety(raw, "archive")
    try:
        _check_magic(connection, connection.read_bytes(0, HEADER_BYTES), create=False)
        _check_nothing_is_left_out(path)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_nothing_is_left_out(path: Path) -> None:
    wal, journal = side_file(path, "-wal"), side_file(path, "-journal")
    if wal.exists() and wal.stat().st_size:
        what = "a -wal with contents, which an archive look would leave out"
    elif is_hot(journal):
        what = "a -journal of an interrupted write, whose half an archive look would show"
    else:
        return
    raise CtsError(
        "usage",
        "Not an archive",
        f"{path} has {what}.",
        "Open it as an ordinary database.",
    )


def _apply_safety(raw: apsw.Connection, profile: Profile) -> None:
    switches = _ALWAYS if profile == "read_write" else _ALWAYS + _READ_ONLY
    for operation, value in switches:
        raw.config(operation, value)
    # No statement here reads the file, so a damaged one still opens.
    raw.execute("PRAGMA cell_size_check=ON; PRAGMA mmap_size=0").fetchall()
    if profile == "read_write":
        raw.execute("PRAGMA foreign_keys=ON").fetchall()
        return
    raw.execute("PRAGMA query_only=ON; PRAGMA temp_store=MEMORY").fetchall()
    for limit, maximum in _READ_ONLY_LIMITS:
        raw.limit(limit, maximum)


def _must_not_touch(path: Path, header: FileHeader) -> bool:
    """Return whether SQLite would leave side files here that could hurt the file's owner."""
    if not header.is_wal or side_file(path, "-shm").exists():
        return False
    if not os.access(path.parent, os.W_OK):
        return True
    # As root SQLite gives the side files to the owner of the database.
    geteuid = getattr(os, "geteuid", None)
    return geteuid is not None and geteuid() not in (0, path.stat().st_uid)


def _open_untouched(path: Path) -> Connection:
    wal = side_file(path, "-wal")
    if wal.exists() and wal.stat().st_size:
        raise CtsError(
            "no_permission",
            "Looking here could stop the owner's program",
            f"{path} belongs to another user or lies in a folder that cannot be written, and its "
            "-wal holds committed data: reading it would leave files of ours beside it.",
            "Run as the owner of the file, or look at a private copy of it.",
        )
    return _open_archive(
        path,
        "Opened without locks, as a file that nobody writes: it belongs to another user or lies in "
        "a folder that cannot be written, and nobody has it open.",
    )


def _check_magic(connection: Connection, data: bytes, *, create: bool) -> None:
    path = connection.path
    if data.startswith(MAGIC) and len(data) == HEADER_BYTES:
        return
    if not data:
        if create:
            return
        raise CtsError(
            "not_a_database",
            "An empty file",
            f"{path} is empty (0 bytes).",
            "`cts-console init` makes a CTS database of it.",
        )
    if data.startswith(MAGIC):
        raise CtsError(
            "damaged",
            "The database is damaged",
            f"{path} is cut off after {len(data)} bytes, within its header.",
            "Restore it from a backup.",
        )
    sample = connection.read_bytes(0, 1024)
    if looks_encrypted(sample, path.stat().st_size):
        raise CtsError(
            "encrypted",
            "An encrypted database",
            f"{path} does not begin as an SQLite database does, and looks encrypted.",
            "Decrypt it with the program that made it; this console has no key.",
        )
    raise CtsError(
        "not_a_database",
        "Not an SQLite database",
        f"{path} does not begin as an SQLite database does.",
        "Check the path.",
    )


def _opening_failed(error: apsw.Error, path: Path) -> CtsError:
    known = translate(error, os.fspath(path))
    if known is None:
        raise error
    return known
