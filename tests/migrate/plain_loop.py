"""Apply the migration files with a loop of a few lines.

The tests of the files use this and not the runner, so that a mistake of the one cannot hide a
mistake of the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Final

from cts_console.paths import migrations_dir, resources_dir
from cts_console.sqlite import Connection, open_database, split_statements, transaction

NO_TRANSACTION: Final = "-- cts: no-transaction"
SETTINGS: Final = "101_sqlite_comprehensive_optimization.sql"
INDEXES: Final = "102_sqlite_optimized_indexes.sql"

FILES: Final = tuple(sorted(path.name for path in migrations_dir().glob("*.sql")))
QUERIES: Final[list[dict[str, str]]] = json.loads(
    (resources_dir() / "queries.json").read_text(encoding="utf-8")
)


def open_new(path: Path) -> Connection:
    """Create a database; auto_vacuum can only be chosen before it holds a table."""
    connection = open_database(path, "read_write", create=True)
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    return connection


def read_text(name: str) -> str:
    return (migrations_dir() / name).read_text(encoding="utf-8")


def read_statements(name: str) -> list[str]:
    return [statement.sql for statement in split_statements(read_text(name))]


def apply_file(connection: Connection, name: str) -> None:
    """Run one file, in a transaction unless its first line says otherwise."""
    outside = read_text(name).startswith(NO_TRANSACTION)
    with nullcontext() if outside else transaction(connection):
        for statement in read_statements(name):
            connection.execute(statement)


def apply_files(connection: Connection, names: Iterable[str]) -> None:
    for name in names:
        apply_file(connection, name)
