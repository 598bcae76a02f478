"""What the change page asks the threads to do: tables, a look at what would change, the change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from cts_console.bulk import BulkResult, count_matching, delete_batch, update_batch
from cts_console.bulk.change import Parameters
from cts_console.bulk.statements import condition_sql
from cts_console.errors import CtsError
from cts_console.maintenance import backup_before
from cts_console.schema import Schema, Table, read_schema
from cts_console.schema.secret_names import NOT_SHOWN, looks_secret
from cts_console.sqlite import Connection, SqliteValue, open_database, quote_identifier
from cts_console.sqlite.inspection import read_foreign_rows
from cts_console.transfer.mapping import settable
from cts_console.transfer.plan import find_table
from cts_console.transfer.values import Converter, UnfitError, affinity_of
from cts_console.ui.bulk.import_look import TableChoice, choice_of
from cts_console.worker import Errand

PREVIEW_ROWS: Final = 20
_FEW_COLUMNS: Final = 6
Operation = Literal["update", "delete"]


@dataclass(frozen=True, slots=True)
class ChangeOrder:
    """What is to be changed."""

    operation: Operation
    """Change or delete."""
    table: str
    """In which table."""
    changes: tuple[tuple[str, str | None], ...]
    """Column to its new value as it was typed; None is NULL."""
    where: str
    """An SQL condition."""
    parameters: Parameters
    """What it is bound to."""


@dataclass(frozen=True, slots=True)
class ChangeLook:
    """What a change would do, before it does."""

    order: ChangeOrder
    """What was asked."""
    count: int
    """Rows that the condition chooses."""
    titles: tuple[str, ...]
    """Columns of `rows`."""
    rows: tuple[tuple[Any, ...], ...]
    """The first rows, with the new values beside the old ones."""
    new: tuple[int, ...]
    """Places of the new values."""
    triggers: tuple[str, ...]
    """Triggers that run with it or may refuse it."""


@dataclass(frozen=True, slots=True)
class ChangeRun:
    """What a change did."""

    result: BulkResult
    """What the core says."""
    backup: Path | None
    """The backup that was made before."""


def tables_work(connection: Connection | None, _errand: Errand) -> tuple[TableChoice, ...]:
    """Return the tables whose rows can be changed."""
    assert connection is not None, "the job has a target"
    schema = read_schema(connection)
    return tuple(
        choice_of(table)
        for table in schema.ordinary_tables()
        if not table.is_internal and not table.problem
    )


def count_work(
    _connection: Connection | None, errand: Errand, *, path: Path, order: ChangeOrder
) -> ChangeLook:
    """Count the rows and read the first of them; nothing is changed."""
    with (
        open_database(path, cancel=errand.cancel) as connection,
        connection.guard(cancel=errand.cancel, on_wait=errand.on_wait),
    ):
        schema, table = find_table(connection, order.table)
        values = read_changes(table, order)
        count = count_matching(
            connection, table.name, where=order.where, parameters=order.parameters
        )
        titles, rows, new = _read_rows(connection, table, order, values)
    return ChangeLook(order, count, titles, rows, new, _triggers(schema, table, order.operation))


def change_work(
    _connection: Connection | None,
    errand: Errand,
    *,
    path: Path,
    look: ChangeLook,
    backup: bool,
    overrule: bool,
) -> ChangeRun:
    """Change what was counted. Raises `CtsError("usage")` where it is another number by now."""
    order = look.order
    made = None
    if backup:
        made = backup_before(
            path, order.operation, on_progress=errand.on_progress, cancel=errand.cancel
        ).output
        errand.cancel.raise_if_cancelled()
    with open_database(path, "read_write", cancel=errand.cancel) as connection:
        _schema, table = find_table(connection, order.table)
        values = read_changes(table, order)
        with connection.guard(cancel=errand.cancel, on_wait=errand.on_wait):
            count = count_matching(
                connection, table.name, where=order.where, parameters=order.parameters
            )
        if count != look.count:
            raise CtsError(
                "usage",
                "Other rows by now",
                f"The condition chose {look.count:,} rows of {table.name} when they were counted, "
                f"and {count:,} now. Nothing was changed.",
                "Count again.",
            )
        if order.operation == "delete":
            result = delete_batch(
                connection,
                table.name,
                where=order.where,
                parameters=order.parameters,
                cancel=errand.cancel,
                overrule=overrule,
            )
        else:
            result = update_batch(
                connection,
                table.name,
                values,
                where=order.where,
                parameters=order.parameters,
                cancel=errand.cancel,
                overrule=overrule,
            )
    return ChangeRun(result, made)


def read_changes(table: Table, order: ChangeOrder) -> dict[str, SqliteValue]:
    """Return the new values as the columns take them.

    Raises `CtsError("usage")` for a value that does not fit its column, and for none at all.
    """
    if order.operation == "delete":
        return {}
    columns = {column.name: column for column in settable(table)}
    values: dict[str, SqliteValue] = {}
    for name, text in order.changes:
        if name not in columns:
            raise CtsError(
                "usage",
                "No such column",
                f"{table.name} has no column {name!r} that can be written.",
                "Choose the table again.",
            )
        converter = Converter(name, affinity_of(table, columns[name]), null_texts=())
        try:
            values[name] = None if text is None else converter.convert_one(text)
        except UnfitError as error:
            told = "the value does not fit" if looks_secret(name) else str(error)
            raise CtsError(
                "usage", "A value that does not fit", f"{name}: {told}.", "Correct it."
            ) from error
    if not values:
        raise CtsError("usage", "Nothing to set", "No column has a new value.", "Type one.")
    return values


def _read_rows(
    connection: Connection, table: Table, order: ChangeOrder, values: Mapping[str, SqliteValue]
) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...], tuple[int, ...]]:
    names = list(table.primary_key)
    names += [name for name in values if name not in names]
    for column in table.columns:
        if len(names) < _FEW_COLUMNS and not column.hidden and column.name not in names:
            names.append(column.name)
    # Read as bytes where it is text: text that is none must not end the look.
    shown = ", ".join(
        f"iif(typeof({name}) = 'text', CAST({name} AS BLOB), {name}), typeof({name})"
        for name in map(quote_identifier, names)
    )
    sql = (
        f"SELECT {shown} FROM main.{quote_identifier(table.name)}{condition_sql(order.where)} "
        f"LIMIT {PREVIEW_ROWS}"
    )
    titles: list[str] = []
    new: list[int] = []
    for name in names:
        titles.append(name)
        if name in values:
            new.append(len(titles))
            titles.append(f"{name} →")
    rows = []
    for row in read_foreign_rows(connection, sql, order.parameters):
        made: list[Any] = []
        for place, name in enumerate(names):
            made.append(_shown(name, row[2 * place], is_text=row[2 * place + 1] == "text"))
            if name in values:
                made.append(_shown(name, values[name]))
        rows.append(tuple(made))
    return tuple(titles), tuple(rows), tuple(new)


def _shown(name: str, value: SqliteValue, *, is_text: bool = False) -> SqliteValue:
    if value is not None and looks_secret(name):
        return NOT_SHOWN
    return value.decode(errors="replace") if is_text and isinstance(value, bytes) else value


def _triggers(schema: Schema, table: Table, operation: Operation) -> tuple[str, ...]:
    return tuple(
        trigger.name
        for trigger in schema.triggers
        if trigger.table.lower() == table.name.lower()
        and operation.upper() in trigger.sql.upper().partition(" BEGIN")[0]
    )
