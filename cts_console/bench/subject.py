"""What of a file is worked on: its largest table, rows of it, and an index."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from cts_console.schema import Index, Schema, Table, rowid_name
from cts_console.sqlite import Connection, Row, quote_identifier

_PREFERRED: Final = "market_data"
_PLACES: Final = 200
_SEED: Final = 7


@dataclass(frozen=True, slots=True)
class Subject:
    """A table and what is known about it."""

    table: Table
    """An ordinary table with a rowid."""
    rowid: str
    """A name under which its rowid can be read, quoted."""
    last_rowid: int
    """The largest rowid: about how many rows there are."""
    has_triggers: bool
    """Whether a trigger watches it."""

    @property
    def name_sql(self) -> str:
        """The table as it stands behind FROM."""
        return f"main.{quote_identifier(self.table.name)}"

    @property
    def stored_columns(self) -> tuple[str, ...]:
        """The columns that an INSERT can set, quoted."""
        return tuple(quote_identifier(c.name) for c in self.table.columns if not c.generated)

    def index(self) -> Index | None:
        """Return an index whose terms are all columns, the one with the most terms first."""
        fitting = [
            index
            for index in self.table.indexes
            if not index.partial and index.keys and all(key.column for key in index.keys)
        ]
        return max(fitting, key=lambda index: len(index.keys), default=None)

    def rowids(self, connection: Connection) -> list[int]:
        """Return rowids that exist, from everywhere in the table, the same each time."""
        chance = random.Random(_SEED)
        sql = f"SELECT {self.rowid} FROM {self.name_sql} WHERE {self.rowid} >= ? LIMIT 1"
        places = [chance.randint(1, max(self.last_rowid, 1)) for _ in range(_PLACES)]
        found = [connection.read_row(f"{sql}", (place,)) for place in places]
        return [row[0] for row in found if row is not None and isinstance(row[0], int)]

    def keys(self, connection: Connection, index: Index) -> list[Row]:
        """Return the terms of `index` of rows from everywhere in the table."""
        names = ", ".join(quote_identifier(key.column or "") for key in index.keys)
        sql = f"SELECT {names} FROM {self.name_sql} WHERE {self.rowid} = ?"
        rows = [connection.read_row(sql, (rowid,)) for rowid in self.rowids(connection)[:20]]
        return [row for row in rows if row is not None]


def find_subject(connection: Connection, schema: Schema) -> Subject | None:
    """Return the market data where there are any, else the table with the largest rowid."""
    watched = {trigger.table.lower() for trigger in schema.triggers}
    found: list[Subject] = []
    for table in schema.ordinary_tables():
        rowid = rowid_name(table)
        if rowid is None or table.problem:
            continue
        last = connection.read_value(
            f"SELECT max({rowid}) FROM main.{quote_identifier(table.name)}"
        )
        if isinstance(last, int) and last > 0:
            found.append(Subject(table, rowid, last, table.name.lower() in watched))
    return max(
        found,
        key=lambda one: (one.table.name.lower() == _PREFERRED, one.last_rowid),
        default=None,
    )
