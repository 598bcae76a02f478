"""Which database a file is, whatever its path: the key under which the console remembers it.

The application's own id (`system_settings`, key `database.id`, a UUID made at creation) where there
is one. Else the file's device and inode, and a hash of what a file that merely took over the inode
would not share: its schema and the header fields that are fixed at creation.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from cts_console.errors import CtsError
from cts_console.sqlite import Connection, read_header


@dataclass(frozen=True, slots=True)
class DatabaseIdentity:
    """What tells one database from another."""

    database_id: str | None
    """The application's own id, a UUID; None where the database has none or cannot be read."""
    device: str
    """`st_dev` of the main file, as decimal text."""
    inode: str
    """`st_ino` of the main file, as decimal text."""
    content_hash: str | None
    """SHA-256 of schema and creation-time header, hex; None where the file is too damaged."""
    path: str
    """The resolved path."""
    tables: tuple[str, ...] = ()
    """Names of its tables, in order; empty where they cannot be read."""


def identify(connection: Connection, *, original: Path | None = None) -> DatabaseIdentity:
    """Return the identity of the open database, reading its schema and one setting.

    Where the connection reads a private copy, `original` is the file that it is a copy of. A
    damaged file still has an identity, by device and inode. Raises `CtsError`: locked, cancelled,
    and not_found where the file was taken away meanwhile.
    """
    path = os.fspath(original or connection.path)
    number = file_number(path)
    if number is None:
        raise CtsError(
            "not_found",
            "The file is gone",
            f"{path} was moved or deleted while it was open.",
            "Open it where it is now.",
        )
    try:
        database_id = _read_database_id(connection)
        content_hash, tables = _read_contents(connection)
    except CtsError as error:
        if error.code != "damaged":
            raise
        database_id, content_hash, tables = None, None, ()
    return DatabaseIdentity(database_id, *number, content_hash, path, tables)


def file_number(path: str) -> tuple[str, str] | None:
    """Return device and inode of the file at `path`, or None where there is none to be seen."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return str(status.st_dev), str(status.st_ino)


def _read_database_id(connection: Connection) -> str | None:
    columns = connection.read_schema_rows(
        "SELECT c.name FROM sqlite_schema AS t, temp.pragma_table_info(t.name) AS c "
        "WHERE t.name = 'system_settings' AND t.type = 'table' AND t.rootpage > 0"
    )
    if not {"key", "value"} <= {str(name) for (name,) in columns}:
        return None
    # A file of unknown origin may hold anything here, so only a UUID counts; and its column may
    # name a collation that only its own program knows.
    value = connection.read_value(
        "SELECT value FROM system_settings WHERE key COLLATE BINARY = 'database.id' "
        "AND typeof(value) = 'text' AND length(value) = 36"
    )
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        return None


def _read_contents(connection: Connection) -> tuple[str, tuple[str, ...]]:
    """Return the content hash and the names of the tables."""
    digest = hashlib.sha256()
    header = read_header(connection)
    if header is not None:
        digest.update(f"{header.page_size} {header.reserved_bytes}".encode())
    rows = connection.read_schema_rows(
        "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "ORDER BY type, name"
    )
    for row in rows:
        digest.update(repr(row).encode("utf-8", "surrogatepass"))
    return digest.hexdigest(), tuple(str(name) for kind, name, _ in rows if kind == "table")
