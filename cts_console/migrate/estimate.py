"""How long a migration would hold the write lock, from what its statements do to which tables."""

from __future__ import annotations

import re
from typing import Final

from cts_console.maintenance import estimate_index_build_s
from cts_console.migrate.files import MigrationFile
from cts_console.sqlite import Connection, without_comments

_NAME: Final = r'["`\[]?(\w+)["`\]]?'
# Statements that read or write every row of a table.
_WHOLE_TABLE: Final = (
    re.compile(rf"\bCREATE\s+(?:UNIQUE\s+)?INDEX\s+.+?\bON\s+{_NAME}", re.I | re.S),
    re.compile(rf"^\s*UPDATE\s+(?:OR\s+\w+\s+)?{_NAME}", re.I),
    re.compile(rf"^\s*DELETE\s+FROM\s+{_NAME}", re.I),
    re.compile(rf"^\s*DROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?{_NAME}", re.I),
    re.compile(rf"^\s*ALTER\s+TABLE\s+{_NAME}\s+DROP\b", re.I),
    # Adding a column with a CHECK or NOT NULL makes SQLite test every row.
    re.compile(rf"^\s*ALTER\s+TABLE\s+{_NAME}\s+ADD\b", re.I),
    re.compile(rf"^\s*INSERT\s+.+?\bFROM\s+{_NAME}", re.I | re.S),
)


def estimate_hold_s(connection: Connection, file: MigrationFile) -> float:
    """Return for about how many seconds applying `file` would hold the write lock.

    Each pass over a table is priced like the build of one index on it, which errs on the long
    side. Tables that do not exist yet cost nothing.
    """
    passes = [
        match[1]
        for statement in file.statements()
        for pattern in _WHOLE_TABLE
        if (match := pattern.search(without_comments(statement.sql)))
    ]
    existing = {
        str(name).lower()
        for (name,) in connection.read_rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
    }
    cost_s = {
        table: estimate_index_build_s(connection, table)
        for table in {name.lower() for name in passes} & existing
    }
    return sum(cost_s.get(name.lower(), 0.0) for name in passes)
