"""Which rows and columns an export asks for, as one SELECT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cts_console.errors import CtsError
from cts_console.schema import Table, View, read_schema, read_tokens
from cts_console.schema.browse_ranges import ranges
from cts_console.schema.browse_source import RowSource, Seek
from cts_console.sqlite import Connection, Row, quote_identifier
from cts_console.sqlite.results import check_one_query


@dataclass(frozen=True, slots=True)
class TableRows:
    """Rows of a table or view."""

    table: str
    """Its name, in any case."""
    columns: tuple[str, ...] = ()
    """The columns that are wanted; empty for all."""
    where: str = ""
    """Which rows: an SQL expression; "" for all."""


@dataclass(frozen=True, slots=True)
class QueryRows:
    """What a query answers."""

    sql: str
    """One SELECT, VALUES or WITH."""


@dataclass(frozen=True, slots=True)
class ShownRows:
    """The rows of a data view: its filters, columns and order."""

    source: RowSource
    """What the view shows."""


What = TableRows | QueryRows | ShownRows


@dataclass(frozen=True, slots=True)
class Selection:
    """One SELECT."""

    name: str
    """What the rows are called: the table, or "query"."""
    sql: str
    """The statement."""
    bindings: Row
    """The values of its parameters."""
    create_sql: str
    """A statement that makes a table for the rows; "" where the file has none that fits."""

    def raw_sql(self, columns: int) -> str:
        """Return the same rows with every text as its bytes, and every BLOB as hexadecimal text."""
        names = [f"c{number}" for number in range(columns)]
        cells = [
            f"CASE typeof({name}) WHEN 'text' THEN CAST({name} AS BLOB) "
            f"WHEN 'blob' THEN hex({name}) ELSE {name} END"
            for name in names
        ]
        inner = f"WITH chosen({', '.join(names)}) AS (\n{self.sql}\n)"
        return f"{inner} SELECT {', '.join(cells)} FROM chosen"


def read_selection(connection: Connection, what: What, *, stored_only: bool) -> Selection:
    """Return the SELECT for `what`, looked up in the schema of `connection`.

    With `stored_only` computed columns are left out where all columns are wanted: a script cannot
    insert them. Raises `CtsError("usage")` for unknown names and for SQL that is no query.
    """
    if isinstance(what, QueryRows):
        return Selection("query", check_one_query(what.sql), (), "")
    if isinstance(what, TableRows):
        return _of_table(connection, what, stored_only)
    return _of_source(connection, what.source, stored_only)


def plain_create_sql(name: str, columns: Sequence[str]) -> str:
    """Return a CREATE TABLE whose columns take every value as it is."""
    return f"CREATE TABLE {quote_identifier(name)} ({', '.join(map(quote_identifier, columns))})"


def _of_table(connection: Connection, what: TableRows, stored_only: bool) -> Selection:
    table = _find(connection, what.table)
    columns = _chosen(table, what.columns) if what.columns else _all_columns(table, stored_only)
    sql = _select(columns, f"main.{quote_identifier(table.name)}")
    if what.where.strip():
        sql = f"{sql} WHERE (\n{_checked_where(what.where)}\n)"
    return Selection(table.name, sql, (), _create_sql(table, columns))


def _checked_where(text: str) -> str:
    """Return `text`, of which nothing reaches out of the brackets that are put around it."""
    depth = 0
    for token in read_tokens(check_one_query(f"SELECT {text}")):
        depth += (token.text == "(") - (token.text == ")")
        if depth < 0:
            raise CtsError(
                "usage",
                "Not a condition",
                f"{text!r} closes a bracket that it does not open.",
                "Give one SQL expression.",
            )
    return text.rstrip().removesuffix(";")


def _of_source(connection: Connection, source: RowSource, stored_only: bool) -> Selection:
    table = _find(connection, source.name)
    columns = _chosen(table, source.columns)
    if stored_only:
        stored = _all_columns(table, stored_only)
        columns = tuple(name for name in columns if name in stored)
    part = ranges(source, Seek())[0]
    sql = f"{_select(columns, source.table_sql)}{part.where}{part.order}"
    return Selection(table.name, sql, part.bindings, _create_sql(table, columns))


def _find(connection: Connection, name: str) -> Table | View:
    schema = read_schema(connection)
    objects: list[Table | View] = [*schema.tables, *schema.views]
    for found in objects:
        if found.name.lower() != name.lower():
            continue
        if found.problem or not found.columns:
            raise CtsError(
                "usage",
                "It cannot be read here",
                f"{connection.path}: {found.name}: {found.problem or 'it has no columns'}.",
                "Look at how it was made in the Schema tab.",
            )
        return found
    raise CtsError(
        "usage",
        "No such table",
        f"{connection.path} has no table or view {name!r}.",
        "`cts-console stats` names the tables.",
    )


def _all_columns(table: Table | View, stored_only: bool) -> tuple[str, ...]:
    return tuple(
        column.name
        for column in table.columns
        if not column.hidden and not (stored_only and column.generated)
    )


def _chosen(table: Table | View, names: Sequence[str]) -> tuple[str, ...]:
    known = {column.name.lower(): column.name for column in table.columns}
    unknown = [name for name in names if name.lower() not in known]
    if unknown:
        raise CtsError(
            "usage",
            "No such column",
            f"{table.name} has no column {unknown[0]!r}.",
            f"It has {', '.join(known.values())}.",
        )
    return tuple(known[name.lower()] for name in names)


def _select(columns: Sequence[str], table_sql: str) -> str:
    return f"SELECT {', '.join(map(quote_identifier, columns))} FROM {table_sql}"


def _create_sql(table: Table | View, columns: tuple[str, ...]) -> str:
    """Return the table's own statement where these are its columns, else ""."""
    if isinstance(table, View) or table.virtual or table.is_internal:
        return ""
    if columns != _all_columns(table, stored_only=True):
        return ""
    return table.sql
