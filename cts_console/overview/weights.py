"""Where the bytes are: each table with its indexes, the heaviest first."""

from __future__ import annotations

from dataclasses import dataclass

from cts_console.schema import read_storage
from cts_console.sqlite import Connection


@dataclass(frozen=True, slots=True)
class TableWeight:
    """One table and its indexes."""

    table: str
    """The table."""
    table_bytes: int
    """Bytes of the table's own pages."""
    index_bytes: int
    """Bytes of the pages of its indexes."""

    @property
    def bytes(self) -> int:
        """Both together."""
        return self.table_bytes + self.index_bytes


def read_weights(connection: Connection) -> tuple[TableWeight, ...]:
    """Return what every table weighs, SQLite's own included. Visits every page once.

    Raises `CtsError`: cancelled, timeout, damaged, locked.
    """
    sizes = read_storage(connection)
    tables = {"sqlite_schema": [sizes.get("sqlite_schema", 0), 0]}
    objects = connection.read_rows(
        "SELECT type, name, tbl_name FROM sqlite_schema WHERE type IN ('table', 'index')"
    )
    for kind, name, table in objects:
        weight = tables.setdefault(str(table), [0, 0])
        weight[kind == "index"] += sizes.get(str(name), 0)
    found = [TableWeight(name, *weight) for name, weight in tables.items() if sum(weight)]
    return tuple(sorted(found, key=lambda weight: (-weight.bytes, weight.table)))
