"""Recognise a database that was seen before: moved, restored, copied, or as it was.

A file with the application's own id is the same database wherever it lies, unless the file that had
this id before is still in its place: then it is a copy and gets a history of its own. A file
without one is known by its inode and what it holds; in its place it may change its schema.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from cts_console.sqlite import Bindings, Connection
from cts_console.store.identity import DatabaseIdentity, file_number
from cts_console.store.records import StoredDatabase


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    database_id: str | None
    device: str
    inode: str
    content_hash: str | None
    last_path: str
    tables: str | None
    """JSON; None where they were never read."""

    def is_in_place(self) -> bool:
        return file_number(self.last_path) == (self.device, self.inode)

    def has_most_of(self, tables: Sequence[str]) -> bool:
        """Return whether half of the tables that it had, and at least one, are among `tables`."""
        had = set(json.loads(self.tables or "[]"))
        return bool(had) and len(had & set(tables)) * 2 >= len(had)


def find_database(connection: Connection, identity: DatabaseIdentity) -> int | None:
    """Return the row of the database, or None where it was never recorded; writes nothing."""
    return _find(connection, identity)[0]


def find_family(connection: Connection, identity: DatabaseIdentity) -> list[int]:
    """Return the row of the database, if it has one, then those of which it is a copy, in turn."""
    found, copy_of = _find(connection, identity)
    family = [] if found is None else [found]
    following = copy_of if found is None else _original_of(connection, found)
    while following is not None and following not in family:
        family.append(following)
        following = _original_of(connection, following)
    return family


def record_database(connection: Connection, identity: DatabaseIdentity, now_ms: int) -> int:
    """Return the row of the database, made or brought up to date in the open transaction."""
    found, copy_of = _find(connection, identity)
    if found is None:
        connection.execute(
            "INSERT INTO databases (database_id, device, inode, content_hash, last_path, tables, "
            "copy_of, first_seen_at, last_seen_at) VALUES (?,?,?,?,?,?,?,?,?)",
            (
                identity.database_id,
                identity.device,
                identity.inode,
                identity.content_hash,
                identity.path,
                _tables_text(identity),
                copy_of,
                now_ms,
                now_ms,
            ),
        )
        return connection.read_int("SELECT last_insert_rowid()")
    # A damaged file keeps the id and the hash that it had.
    connection.execute(
        "UPDATE databases SET database_id = coalesce(?, database_id), device = ?, inode = ?, "
        "content_hash = coalesce(?, content_hash), last_path = ?, tables = coalesce(?, tables), "
        "last_seen_at = ? WHERE id = ?",
        (
            identity.database_id,
            identity.device,
            identity.inode,
            identity.content_hash,
            identity.path,
            _tables_text(identity),
            now_ms,
            found,
        ),
    )
    return found


def read_database(connection: Connection, number: int) -> StoredDatabase:
    """Return row `number` of `databases`."""
    row = connection.read_row(
        "SELECT id, database_id, last_path, copy_of, first_seen_at, last_seen_at FROM databases "
        "WHERE id = ?",
        (number,),
    )
    assert row is not None
    return StoredDatabase(*row)  # type: ignore[arg-type]  # STRICT columns


def _find(connection: Connection, identity: DatabaseIdentity) -> tuple[int | None, int | None]:
    """Return the row of the database, or None and the row of which it is a copy."""
    if identity.database_id is not None:
        return _find_by_id(connection, identity)
    same_inode = _known_by_inode(connection, identity)
    for known in same_inode:
        if None in (identity.content_hash, known.content_hash):
            # Too damaged to say who it is: then its place says it.
            is_same = known.last_path == identity.path
        else:
            is_same = known.database_id is None and known.content_hash == identity.content_hash
        if is_same:
            return known.id, None
    for known in same_inode:
        # Its schema was changed where it lies. Another file that took over inode and path would
        # not have its tables.
        in_place = known.database_id is None and known.last_path == identity.path
        if in_place and known.has_most_of(identity.tables):
            return known.id, None
    return None, None


def _find_by_id(
    connection: Connection, identity: DatabaseIdentity
) -> tuple[int | None, int | None]:
    same_id = _read_known(connection, "database_id = ?", (identity.database_id,))
    for known in same_id:
        if (known.device, known.inode) == (identity.device, identity.inode):
            return known.id, None
    in_place = [known.id for known in same_id if known.is_in_place()]
    if in_place:
        return None, min(in_place)
    if same_id:
        return same_id[0].id, None
    for known in _known_by_inode(connection, identity):
        # Seen before it was given an id, in the middle of its first migrations.
        if known.database_id is None and known.last_path == identity.path:
            return known.id, None
    return None, None


def _known_by_inode(connection: Connection, identity: DatabaseIdentity) -> list[_Known]:
    return _read_known(connection, "device = ? AND inode = ?", (identity.device, identity.inode))


def _read_known(connection: Connection, where: str, bindings: Bindings) -> list[_Known]:
    """Return the rows that `where` chooses, the one seen last first."""
    rows = connection.read_rows(
        "SELECT id, database_id, device, inode, content_hash, last_path, tables FROM databases "
        f"WHERE {where} ORDER BY last_seen_at DESC, id DESC",
        bindings,
    )
    return [_Known(*row) for row in rows]  # type: ignore[arg-type]  # STRICT columns


def _original_of(connection: Connection, number: int) -> int | None:
    return read_database(connection, number).copy_of


def _tables_text(identity: DatabaseIdentity) -> str | None:
    return None if identity.content_hash is None else json.dumps(identity.tables)
