"""Small real databases for the tests."""

from __future__ import annotations

from pathlib import Path

from cts_console.sqlite import open_database, transaction

ENDLESS = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c"
"""A query that never ends by itself."""


def make_database(path: Path, *, wal: bool = False, rows: int = 10) -> Path:
    """Make a database with the table `t (id, a)`; WAL leaves no side files behind."""
    with open_database(path, "read_write", create=True) as connection:
        if wal:
            connection.read_value("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a)")
        with transaction(connection):
            connection.execute_many("INSERT INTO t (a) VALUES (?)", ((n,) for n in range(rows)))
    return path


def names_in(folder: Path) -> list[str]:
    """Return the names of the files in `folder`, sorted."""
    return sorted(path.name for path in folder.iterdir())
