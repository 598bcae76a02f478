"""Imports in the side database: begun before the first row is written, finished after the COMMIT.

A process that is killed in between leaves one that nobody saw end, which is told as such.
"""

from __future__ import annotations

from cts_console.sqlite import Connection
from cts_console.store.records import StoredImport


def find_import(
    connection: Connection, database: int, table: str, digest: str
) -> StoredImport | None:
    """Return the import of the file with this digest into `table`, or None."""
    row = connection.read_row(
        "SELECT began_at, finished_at FROM imports "
        "WHERE database = ? AND table_name = ? AND digest = ?",
        (database, table, digest),
    )
    return None if row is None else StoredImport(*row)  # type: ignore[arg-type]  # STRICT columns


def begin_import(
    connection: Connection, database: int, table: str, digest: str, now_ms: int
) -> None:
    """Keep, in the open transaction, that an import begins."""
    connection.execute(
        "INSERT INTO imports (database, table_name, digest, began_at) VALUES (?,?,?,?) "
        "ON CONFLICT DO UPDATE SET began_at = excluded.began_at, finished_at = NULL",
        (database, table, digest, now_ms),
    )


def end_import(
    connection: Connection, database: int, table: str, digest: str, finished_at_ms: int | None
) -> None:
    """Keep, in the open transaction, when an import was committed; None: it left nothing."""
    where = "WHERE database = ? AND table_name = ? AND digest = ?"
    if finished_at_ms is None:
        connection.execute(f"DELETE FROM imports {where}", (database, table, digest))
        return
    connection.execute(
        f"UPDATE imports SET finished_at = ? {where}", (finished_at_ms, database, table, digest)
    )
