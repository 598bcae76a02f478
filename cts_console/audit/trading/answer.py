"""Ask a question about trading data: find the tables, translate the columns, keep the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cts_console.audit.finding import MOST_EVIDENCE_ROWS, Evidence
from cts_console.audit.rule import AuditContext, NotApplicableError, NotCheckedError
from cts_console.audit.trading.relations import SOURCES, Source
from cts_console.schema import Table
from cts_console.sqlite import Row, SqliteValue, quote_identifier


@dataclass(frozen=True, slots=True)
class Bound:
    """A relation as this file has it."""

    source: Source
    """Where it comes from."""
    table: Table
    """The table itself."""
    columns: frozenset[str]
    """Our columns that it can give."""

    @property
    def key(self) -> str:
        """The name under which the file itself knows the column that we call `id`."""
        names = {column.name.lower() for column in self.table.columns}
        return "id" if "id" in names else "rowid"

    @property
    def is_translated(self) -> bool:
        """Whether its columns are called otherwise there."""
        return self.source.columns is not None or self.source.relation != self.source.table


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of one question."""

    evidence: Evidence
    """The first rows and how many there are."""
    sql: str
    """The whole query as it was run, values of parameters put in, for a person to run again."""
    bound: Mapping[str, Bound]
    """The relations that it read."""

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self.evidence.total

    @property
    def rows(self) -> tuple[Row, ...]:
        """The first of them."""
        return self.evidence.rows

    def table(self, relation: str) -> str:
        """Return the name of the table that holds `relation` in this file."""
        return self.bound[relation].table.name


def bound(context: AuditContext, relation: str) -> Bound | None:
    """Return the table that holds `relation` in this file, or None."""
    tables = context.schema.tables_by_name()
    for source in SOURCES:
        table = tables.get(source.table.lower())
        if source.relation != relation or table is None or table.virtual:
            continue
        names = {column.name.lower() for column in table.columns}
        if source.known_by <= names and not source.lacks & names:
            return Bound(source, table, _columns(source, names))
    return None


def ask(
    context: AuditContext,
    sql: str,
    needs: Mapping[str, str],
    *,
    optional: Mapping[str, str] | None = None,
    key: str | None = None,
    bindings: Mapping[str, SqliteValue] | None = None,
) -> Answer:
    """Run `sql`, a SELECT over our relations, and return its rows.

    `needs` and `optional` name the relations with the columns that are read, as words. An
    optional relation that the file does not have is an empty one; an optional column is NULL.
    `key` is the relation whose `id` is the first column of the result, where it is one. `bindings`
    are the values of `:name` parameters; `:now` (milliseconds) is always there.

    Raises `NotApplicableError` where a needed relation has no table here, and `NotCheckedError`
    where one has no such column, or holds text that is none.
    """
    found = {relation: _need(context, relation) for relation in needs}
    for relation, names in needs.items():
        _check_columns(found[relation], names)
    prefix = [_definition(found[relation], names) for relation, names in needs.items()]
    for relation, names in (optional or {}).items():
        there = bound(context, relation)
        if there is not None:
            found[relation] = there
        prefix.append(_optional_definition(relation, there, names))
    values: dict[str, SqliteValue] = {"now": context.now_ms, **(bindings or {})}
    definitions = [definition for definition in prefix if definition]
    head = f"WITH {', '.join(definitions)} " if definitions else ""
    whole = head + " ".join(sql.split())
    try:
        columns, rows, total = context.connection.read_described(whole, values, MOST_EVIDENCE_ROWS)
    except UnicodeDecodeError as error:
        tables = ", ".join(there.table.name for there in found.values())
        raise NotCheckedError(f"{tables}: holds text that is no valid UTF-8") from error
    if key is not None and columns and columns[0] == "id":
        columns = (found[key].key, *columns[1:])
    return Answer(Evidence.of(columns, rows, total), _with_values(whole, values), found)


def counted(number: int, thing: str) -> str:
    """Return a number of things as a sentence begins: "One order", "1,234 orders"."""
    if number == 1:
        return f"One {thing}"
    ends_in_ies = thing.endswith("y") and thing[-2] not in "aeiou"
    plural = f"{thing[:-1]}ies" if ends_in_ies else f"{thing}s"
    return f"{number:,} {plural}"


def _need(context: AuditContext, relation: str) -> Bound:
    there = bound(context, relation)
    if there is None:
        raise NotApplicableError(f"the file has no table of {relation.replace('_', ' ')}")
    return there


def _check_columns(there: Bound, names: str) -> None:
    missing = [name for name in names.split() if name not in there.columns]
    if missing:
        raise NotCheckedError(f"{there.table.name} has nothing for {', '.join(missing)}")


def _definition(there: Bound, names: str) -> str:
    """Return the relation as a common table expression; "" where the table itself is one."""
    if not there.is_translated:
        return ""
    source = there.source
    columns = source.columns
    parts = [
        f"{name} AS {name}" if columns is None else f"{columns[name].sql} AS {name}"
        for name in names.split()
    ]
    where = f" WHERE {source.where}" if source.where else ""
    return (
        f"{source.relation} AS NOT MATERIALIZED (SELECT {', '.join(parts)} "
        f"FROM main.{quote_identifier(there.table.name)}{where})"
    )


def _optional_definition(relation: str, there: Bound | None, names: str) -> str:
    if there is None:
        nothing = ", ".join(f"NULL AS {name}" for name in names.split())
        return f"{relation} AS (SELECT {nothing} WHERE 0)"
    missing = [name for name in names.split() if name not in there.columns]
    if not missing:
        return _definition(there, names)
    columns = there.source.columns or {}
    parts = [
        f"NULL AS {name}"
        if name in missing
        else f"{columns[name].sql if name in columns else name} AS {name}"
        for name in names.split()
    ]
    where = f" WHERE {there.source.where}" if there.source.where else ""
    return (
        f"{relation} AS NOT MATERIALIZED (SELECT {', '.join(parts)} "
        f"FROM main.{quote_identifier(there.table.name)}{where})"
    )


def _columns(source: Source, names: set[str]) -> frozenset[str]:
    if source.columns is None:
        return frozenset(names)
    return frozenset(
        ours
        for ours, theirs in source.columns.items()
        if all(name.lower() in names for name in theirs.uses)
    )


def _with_values(sql: str, values: Mapping[str, SqliteValue]) -> str:
    for name in sorted(values, key=len, reverse=True):
        value = values[name]
        if isinstance(value, int | float) or value is None:
            sql = sql.replace(f":{name}", "NULL" if value is None else repr(value))
        else:
            sql = sql.replace(f":{name}", "'" + str(value).replace("'", "''") + "'")
    return sql
