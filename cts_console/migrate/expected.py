"""The schema that the shipped migrations make, computed by running them in memory."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from cts_console.migrate.files import read_migration_files
from cts_console.migrate.script import execute_statements
from cts_console.schema import Schema, read_schema
from cts_console.sqlite import Connection, open_memory_database, without_comments

_PERFORMANCE_FILE = "102_sqlite_optimized_indexes.sql"
_SCHEMA_SQL = (
    "SELECT type, name, coalesce(sql, '') FROM sqlite_schema "
    "WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
)

SchemaObjects = dict[tuple[str, str], str]
"""(type, name) -> definition with its white space folded and its comments gone."""


@dataclass(frozen=True, slots=True)
class SchemaCounts:
    """How many objects a database has; names that begin with `sqlite_` never count."""

    tables: int
    """Tables."""
    indexes: int
    """Indexes, both kinds below together."""
    base_indexes: int
    """Indexes that 102 did not make."""
    performance_indexes: int
    """Indexes that 102 makes, present in the database."""
    elements: int
    """Tables and base indexes."""
    views: int
    """Views."""
    triggers: int
    """Triggers."""


@cache
def read_expected_schema() -> SchemaObjects:
    """Return the schema after all shipped migrations; takes about a tenth of a second once."""
    with open_memory_database() as connection:
        for file in read_migration_files():
            if not file.no_transaction:
                execute_statements(connection, file.statements())
        return read_objects(connection)


@cache
def read_schema_after(names: frozenset[str]) -> Schema:
    """Return the structure that the shipped migrations of these names make; 0.1 s once per set.

    Raises `CtsError` where they cannot run without the ones left out.
    """
    with open_memory_database() as connection:
        for file in read_migration_files():
            if file.name in names and not file.no_transaction:
                execute_statements(connection, file.statements())
        return read_schema(connection)


@cache
def performance_index_names() -> frozenset[str]:
    """Return the names of the indexes that 102 makes."""
    files = {file.name: file for file in read_migration_files()}
    statements = files[_PERFORMANCE_FILE].statements()
    matches = (
        re.match(r"CREATE\s+INDEX\s+(\w+)", without_comments(statement.sql).strip(), re.I)
        for statement in statements
    )
    return frozenset(match[1] for match in matches if match)


def read_objects(connection: Connection) -> SchemaObjects:
    """Return the schema of the open database, definitions made comparable."""
    rows = connection.read_rows(_SCHEMA_SQL)
    return {
        (str(kind), str(name)): " ".join(without_comments(str(sql)).split())
        for kind, name, sql in rows
    }


def read_counts(connection: Connection) -> SchemaCounts:
    """Return how many tables, indexes, views and triggers the open database has."""
    names: dict[str, set[str]] = {"table": set(), "index": set(), "view": set(), "trigger": set()}
    for kind, name in read_objects(connection):
        names[kind].add(name)
    performance = len(names["index"] & performance_index_names())
    base = len(names["index"]) - performance
    return SchemaCounts(
        tables=len(names["table"]),
        indexes=len(names["index"]),
        base_indexes=base,
        performance_indexes=performance,
        elements=len(names["table"]) + base,
        views=len(names["view"]),
        triggers=len(names["trigger"]),
    )


def find_differences(connection: Connection) -> tuple[str, ...]:
    """Return what differs from the expected schema, one sentence each, nothing for a whole one."""
    expected = read_expected_schema()
    actual = read_objects(connection)
    missing = [f"{kind} {name} is missing" for kind, name in expected.keys() - actual.keys()]
    changed = [
        f"{kind} {name} is defined otherwise"
        for kind, name in expected.keys() & actual.keys()
        if expected[kind, name] != actual[kind, name]
    ]
    return tuple(sorted(missing) + sorted(changed))
