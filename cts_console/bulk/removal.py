"""A DELETE of very many rows in bounded memory.

Where triggers or foreign keys watch a table, SQLite keeps the rowid of every row to delete in
memory first: measured, 24 MB a million rows. Many rows are therefore chosen into a temporary table
and deleted a part at a time, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from cts_console.bulk.target import Target
from cts_console.sqlite import Connection, SqliteValue, quote_identifier

PART_ROWS: Final = 500_000
_CHOSEN: Final = "temp.cts_chosen"
_ROWID_NAMES: Final = ("rowid", "_rowid_", "oid")


def delete_rows(
    connection: Connection,
    target: Target,
    condition: str,
    parameters: Sequence[SqliteValue] | Mapping[str, SqliteValue],
    matching: int,
) -> int:
    """Delete what `condition` chooses, about `matching` rows, in the open transaction.

    Return how many rows went. Raises `CtsError` as `Connection.execute_foreign` does.
    """
    name = f"main.{quote_identifier(target.table.name)}"
    rowid = _rowid_name(target)
    if matching <= PART_ROWS or rowid is None or _refers_to_itself(target):
        connection.execute_foreign(f"DELETE FROM {name}{condition}", parameters)
        return connection.changes
    connection.execute(f"CREATE TABLE {_CHOSEN} (number INTEGER PRIMARY KEY, id INTEGER)")
    connection.execute_foreign(
        f"INSERT INTO {_CHOSEN} (id) SELECT {rowid} FROM {name}{condition}", parameters
    )
    chosen = connection.read_int(f"SELECT max(number) FROM {_CHOSEN}")
    written = 0
    for first in range(1, chosen + 1, PART_ROWS):
        connection.execute_foreign(
            f"DELETE FROM {name} WHERE {rowid} IN "
            f"(SELECT id FROM {_CHOSEN} WHERE number BETWEEN ? AND ?)",
            (first, first + PART_ROWS - 1),
        )
        written += connection.changes
    connection.execute(f"DROP TABLE {_CHOSEN}")
    return written


def _rowid_name(target: Target) -> str | None:
    """Return a name of the rowid that no column has, or None for a table without."""
    if target.table.without_rowid:
        return None
    taken = {column.name.lower() for column in target.table.columns}
    return next((name for name in _ROWID_NAMES if name not in taken), None)


def _refers_to_itself(target: Target) -> bool:
    """Return whether a part could be refused because the rows that refer to it go later."""
    name = target.table.name.lower()
    return any(key.parent.lower() == name for key in target.table.foreign_keys)
