"""Look at a file to import: its beginning, the table that fits, and the way of each column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from cts_console.errors import CtsError
from cts_console.schema import Table, read_schema
from cts_console.schema.secret_names import NOT_SHOWN, looks_secret
from cts_console.sqlite import Connection
from cts_console.transfer import (
    ImportRequest,
    Preview,
    ReadOptions,
    preview_source,
    propose_mapping,
)
from cts_console.transfer.files import find_file, read_stamp
from cts_console.transfer.ledger import unique_keys
from cts_console.transfer.mapping import choose_mapping, is_candles, settable
from cts_console.transfer.opening import open_source
from cts_console.transfer.plan import Field, make_plan
from cts_console.transfer.readers.sql_script import ScriptSource
from cts_console.transfer.script import choose_statements, made_table
from cts_console.transfer.source import Chunk, Source
from cts_console.ui.bulk.compare_look import FoundHistory, Stamp, find_history
from cts_console.worker import Errand

PREVIEW_ROWS: Final = 50
UNFIT: Final = "(does not fit)"
_COMPARED: Final = "trades"
_MAKES: Final = "the script makes the new table {0}"


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What a person has decided so far."""

    file: Path
    """The file."""
    options: ReadOptions = field(default_factory=ReadOptions)
    """How it is read."""
    table: str = ""
    """The table; "" leaves the choice to the columns."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Decisions on columns of the file; the others map by themselves."""
    constants: Mapping[str, str] = field(default_factory=dict)
    """Column of the table to the value of every row."""
    is_plain: bool = False
    """Whether an exchange's trade history is to be taken as a file like any other."""


@dataclass(frozen=True, slots=True)
class TableChoice:
    """A table that could take the rows."""

    name: str
    """Its name."""
    columns: tuple[tuple[str, str, bool], ...]
    """Each column that can be written: name, declared type, whether it must be given a value."""
    keys: tuple[tuple[str, ...], ...]
    """The columns of each of its keys."""


@dataclass(frozen=True, slots=True)
class ImportLook:
    """A file and the way its rows would go, before anything is written."""

    order: ImportOrder
    """What was asked."""
    preview: Preview
    """The beginning of the file."""
    stamp: Stamp | None
    """What changes when the file does; None for a database, whose engine may write to it."""
    tables: tuple[TableChoice, ...]
    """Every table that takes rows."""
    table: str
    """The table that was ordered, or that fits; "" where none does."""
    pairs: Mapping[str, str]
    """Column of the file to column of the table."""
    constants: Mapping[str, str]
    """Column of the table to the value of every row, those that were found included."""
    units: Mapping[str, tuple[str | None, str]]
    """Column of the table that keeps instants: the unit of the file's numbers, and its own."""
    stored: tuple[tuple[str, tuple[Any, ...]], ...]
    """Column of the table to the values of the first rows as they would be stored."""
    looked_up: frozenset[str]
    """Columns of the table whose value is found by a name in the file; one given for every row
    says which of several of that name is meant."""
    unfit: tuple[int, str]
    """How many of the first rows would be refused for their values, and why the first one."""
    notes: tuple[str, ...]
    """What was found out."""
    request: ImportRequest | None
    """The import as it stands; None while something is missing."""
    problem: CtsError | None
    """What is in the way."""
    history: FoundHistory | None = None
    """What trade history the file is as well; then `trades` is no choice, which Compare fills."""

    @property
    def is_incomparable(self) -> bool:
        """Whether there is nothing to choose: it is no trade history, or of no use as one here."""
        return self.history is None or self.history.is_foreign

    @property
    def choice(self) -> TableChoice | None:
        """The chosen table."""
        return next((table for table in self.tables if table.name == self.table), None)


def look_work(
    connection: Connection | None, errand: Errand, *, order: ImportOrder
) -> ImportLook | FoundHistory:
    """Look at the beginning of a file and plan its way into a table; nothing is changed.

    A trade history that can be compared with the database is told as such, unless it is ordered
    as a plain file.
    """
    assert connection is not None, "the job has a target"
    history = find_history(connection, order.file, order.options.table, errand.cancel)
    if history is not None and not (order.is_plain or history.is_foreign):
        return history
    look = _look_plain(connection, errand, order, history)
    return replace(look, history=history)


def _look_plain(
    connection: Connection, errand: Errand, order: ImportOrder, history: FoundHistory | None
) -> ImportLook:
    stamp = _read_stamp(order.file)
    preview = preview_source(order.file, order.options, PREVIEW_ROWS, cancel=errand.cancel)
    schema = read_schema(connection)
    is_compared = history is not None and not history.is_foreign
    tables = [
        table
        for table in schema.ordinary_tables()
        if not (table.is_internal or table.problem)
        and not (is_compared and table.name.lower() == _COMPARED)
    ]
    with open_source(order.file, order.options, errand.cancel) as source:
        made = _made_choice(connection, source)
        name = order.table or _guess_table(order.file, source, tables) or _name_of(made)
        table = next((each for each in tables if each.name.lower() == name.lower()), None)
        look = ImportLook(
            order=order,
            preview=_masked(preview),
            stamp=stamp,
            tables=(*(choice_of(each) for each in tables), *made),
            table="" if table is None else table.name,
            pairs={},
            constants=order.constants,
            units={},
            stored=(),
            looked_up=frozenset(),
            unfit=(0, ""),
            notes=(),
            request=None,
            problem=None,
        )
        if isinstance(source, ScriptSource) and name and name == _name_of(made):
            look = replace(look, table=name, problem=None, notes=(_MAKES.format(name),))
            return _planned_script(look, source, ImportRequest(name, options=order.options))
        if table is None:
            return replace(look, problem=_gone(name)) if order.table else look
        return _planned(connection, look, source, table)


def _planned(connection: Connection, look: ImportLook, source: Source, table: Table) -> ImportLook:
    order = look.order
    request = ImportRequest(
        table.name, dict(order.mapping), dict(order.constants), options=order.options
    )
    if isinstance(source, ScriptSource):
        return _planned_script(look, source, request)
    first = next(iter(source.chunks(PREVIEW_ROWS)), None) or Chunk([], [])
    pairs: Mapping[str, str] = {n: t for n, t in order.mapping.items() if t}
    try:
        chosen = choose_mapping(source.columns, table, order.mapping, order.constants)
        pairs = chosen.pairs
        if not is_candles(table):
            # What nothing fits is left out, visibly: a person sees every column with its way.
            left_out = dict.fromkeys(chosen.left_out, "")
            request = replace(request, mapping={**left_out, **order.mapping})
        plan = make_plan(connection, source, first, request)
    except CtsError as error:
        if error.code != "usage":
            raise
        return replace(look, pairs=pairs, problem=error)
    values, refused = plan.convert(first.rows)
    return replace(
        look,
        pairs=plan.mapping,
        constants=plan.constants,
        units={
            f.converter.column: (f.converter.source_unit, f.converter.unit)
            for f in plan.fields
            if f.place is not None and f.converter.unit is not None
        },
        stored=tuple(
            (f.converter.column, _shown_values(f, column))
            for f, column in zip(plan.fields, values, strict=True)
        ),
        looked_up=frozenset(f.converter.column for f in plan.fields if f.converter.look_up),
        unfit=(len(refused), refused[min(refused)] if refused else ""),
        notes=plan.notes,
        request=request,
    )


def _planned_script(look: ImportLook, source: ScriptSource, request: ImportRequest) -> ImportLook:
    try:
        choose_statements(source.statements, request.table)
    except CtsError as error:
        return replace(look, problem=error)
    return replace(look, request=replace(request, mapping=None), constants={})


def _made_choice(connection: Connection, source: Source) -> tuple[TableChoice, ...]:
    """Return the new table that a script makes, as one to choose beside those that are there."""
    if not isinstance(source, ScriptSource):
        return ()
    name = made_table(connection, source.statements)
    return () if name is None or not _fills(source, name) else (TableChoice(name, (), ()),)


def _name_of(choices: tuple[TableChoice, ...]) -> str:
    return choices[0].name if choices else ""


def _guess_table(file: Path, source: Source, tables: Sequence[Table]) -> str:
    """Return the table into which most of the file's columns go by themselves; "" for none."""
    if isinstance(source, ScriptSource):
        return next((t.name for t in tables if _fills(source, t.name)), "")
    best, most = "", 0.0
    for table in tables:
        pairs = propose_mapping(source.columns, table)
        fit = float(len(pairs))
        is_named = table.name.lower() in (file.stem.lower(), (source.detected.table or "").lower())
        # Beside equals the one of that name, then the one that holds candles, then the first.
        fit += 0.5 * is_named + 0.25 * (is_candles(table) and table.name == "market_data")
        if fit > most and (is_named or 2 * len(pairs) > len(source.columns)):
            best, most = table.name, fit
    return best


def _fills(source: ScriptSource, table: str) -> bool:
    try:
        choose_statements(source.statements, table)
    except CtsError:
        return False
    return True


def choice_of(table: Table) -> TableChoice:
    """Return what a person has to know of a table to choose it."""
    alias = table.rowid_alias
    return TableChoice(
        table.name,
        tuple(
            (c.name, c.type, c.not_null and c.default is None and c is not alias)
            for c in settable(table)
        ),
        tuple(unique_keys(table)),
    )


def _masked(preview: Preview) -> Preview:
    secret = [looks_secret(column.name) for column in preview.columns]
    if not any(secret):
        return preview
    return replace(
        preview,
        columns=tuple(
            replace(column, samples=(NOT_SHOWN,)) if hide else column
            for column, hide in zip(preview.columns, secret, strict=True)
        ),
        rows=tuple(
            tuple(NOT_SHOWN if hide else value for value, hide in zip(row, secret, strict=False))
            for row in preview.rows
        ),
    )


def _shown_values(field_: Field, values: Sequence[Any]) -> tuple[Any, ...]:
    """Return the values as they may be shown, what does not fit marked as such."""
    unfit = set() if field_.place is None else {place for place, _ in field_.converter.refused}
    hides = looks_secret(field_.source) or looks_secret(field_.converter.column)
    return tuple(
        UNFIT if place in unfit else NOT_SHOWN if hides and value is not None else value
        for place, value in enumerate(values)
    )


def _read_stamp(file: Path) -> Stamp | None:
    if not file.is_file():
        return None  # whoever reads it says why it cannot be read
    try:
        is_database = find_file(file, None).is_database
    except CtsError:
        is_database = False
    return None if is_database else read_stamp(file)


def _gone(name: str) -> CtsError:
    return CtsError(
        "usage",
        "No such table",
        f"The database has no table {name!r} that takes rows.",
        "Choose another one.",
    )
