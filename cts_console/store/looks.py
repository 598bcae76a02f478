"""When a person looked at a database last, in the side database: one row for each."""

from __future__ import annotations

from cts_console.sqlite import Connection
from cts_console.store.records import StoredLook


def write_look(connection: Connection, database: int, look: StoredLook) -> None:
    """Keep a look in the place of the one before; what it does not tell stays as it was.

    Findings are never unseen: of two windows the one that saw the later audit counts.
    """
    connection.execute(
        "INSERT INTO looks (database, looked_at, mark, seen_audit) VALUES (?,?,?,?) "
        "ON CONFLICT (database) DO UPDATE SET looked_at = excluded.looked_at, "
        "mark = coalesce(excluded.mark, mark), seen_audit = coalesce("
        "max(seen_audit, excluded.seen_audit), excluded.seen_audit, seen_audit)",
        (database, look.looked_at_ms, look.mark, look.seen_audit),
    )


def read_look(connection: Connection, database: int) -> StoredLook | None:
    """Return the last look, or None where nobody looked."""
    row = connection.read_row(
        "SELECT looked_at, mark, seen_audit FROM looks WHERE database = ?", (database,)
    )
    return None if row is None else StoredLook(*row)  # type: ignore[arg-type]  # STRICT columns
