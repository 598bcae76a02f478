"""The plan of an import: which cells go into which columns, through which converters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cts_console.schema import Schema, Table, read_schema
from cts_console.schema.secret_names import NOT_SHOWN, looks_secret
from cts_console.sqlite import Connection, classify
from cts_console.transfer.candles import (
    PAIR,
    TIME,
    TIMEFRAME,
    find_symbol_column,
    find_timeframe,
    pair_look_up,
)
from cts_console.transfer.ledger import check_ledger
from cts_console.transfer.mapping import (
    ColumnMapping,
    check_required,
    choose_mapping,
    is_candles,
    settable,
)
from cts_console.transfer.model import ImportRequest, usage
from cts_console.transfer.source import Chunk, Source
from cts_console.transfer.times import ISO, read_column_unit, unit_of_values
from cts_console.transfer.values import Converter, UnfitError, affinity_of


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the table that is written."""

    place: int | None
    """Place of its cells in the file's rows; None for a constant."""
    source: str
    """Name in the file; "" for a constant."""
    converter: Converter
    """Makes values of the cells."""
    constant: Any = None
    """The value of every row."""
    must_have: bool = False
    """Whether a row without a value here is refused, for the sake of a ledger."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How rows of a file become rows of a table."""

    table: Table
    """The table."""
    fields: tuple[Field, ...]
    """The columns that are written."""
    mapping: dict[str, str]
    """Column of the file to column of the table."""
    constants: dict[str, str]
    """Column of the table to the value of every row."""
    left_out: tuple[str, ...]
    """Columns of the file that go nowhere."""
    notes: tuple[str, ...]
    """What a person should know."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the table, in the order of the rows."""
        return tuple(field.converter.column for field in self.fields)

    def convert(self, rows: Sequence[Sequence[Any]]) -> tuple[list[Any], dict[int, str]]:
        """Return the values of a chunk by column, and the places of rows that do not fit."""
        cells = list(zip(*rows, strict=True))
        refused: dict[int, str] = {}
        made: list[Any] = []
        for field in self.fields:
            if field.place is None:
                made.append([field.constant] * len(rows))
                continue
            values = field.converter.convert(cells[field.place])
            for place, reason in field.converter.refused:
                refused.setdefault(place, _told(field, reason))
            if field.must_have:
                for place, value in enumerate(values):
                    if value is None or value == "":
                        refused.setdefault(place, f"{field.converter.column}: no value")
            made.append(values)
        return made, refused


def find_table(connection: Connection, name: str) -> tuple[Schema, Table]:
    """Return the schema and the table. Raises `CtsError("usage")` for none that takes rows."""
    schema = read_schema(connection)
    table = schema.tables_by_name().get(name.lower())
    if table is None or table.virtual or table.is_internal:
        raise usage(
            "No such table",
            f"{connection.path} has no table {name!r} that takes rows.",
            "Check the name; `cts-console stats` lists the tables.",
        )
    return schema, table


def make_plan(connection: Connection, source: Source, first: Chunk, request: ImportRequest) -> Plan:
    """Return the plan for `source`, whose first rows are `first`.

    Raises `CtsError("usage")` for what cannot be imported so, with what would help.
    """
    schema, table = find_table(connection, request.table)
    mapping = choose_mapping(source.columns, table, request.mapping, request.constants)
    maker = _Maker(connection, schema, table, source, request)
    fields = [maker.field(name, target, first) for name, target in mapping.pairs.items()]
    fields += [maker.constant(name, text) for name, text in request.constants.items()]
    notes: list[str] = []
    if is_candles(table):
        mapping, fields, notes = maker.complete_candles(mapping, fields, first)
    elif mapping.left_out:
        leave = " ".join(
            f"--map {name}=" for name in mapping.left_out if name not in (request.mapping or {})
        )
        if leave:
            raise usage(
                "Columns that go nowhere",
                f"{table.name} has no column for {', '.join(mapping.left_out)} of the file.",
                f"Name one (--map NAME=COLUMN), or leave them out: {leave}",
            )
    if not fields:
        raise usage("Nothing to import", f"No column of the file goes into {table.name}.")
    written = [field.converter.column for field in fields]
    check_required(table, written)
    must_have = check_ledger(connection, table, written, request.on_conflict)
    return Plan(
        table=table,
        fields=tuple(_with_duty(field, must_have) for field in fields),
        mapping=mapping.pairs,
        constants={f.converter.column: _shown(f) for f in fields if f.place is None},
        left_out=mapping.left_out,
        notes=tuple(notes),
    )


class _Maker:
    """Makes the fields of one plan."""

    def __init__(
        self,
        connection: Connection,
        schema: Schema,
        table: Table,
        source: Source,
        request: ImportRequest,
    ) -> None:
        self._connection = connection
        self._schema = schema
        self._table = table
        self._source = source
        self._request = request
        self._is_cts = classify(connection) == "cts"

    def field(self, name: str, target: str, first: Chunk) -> Field:
        """Return the field that `name` of the file fills."""
        place = self._source.columns.index(name)
        converter = self._converter(target)
        if converter.unit is not None:
            cells = [row[place] for row in first.rows if row[place] not in converter.nulls]
            # Text with a date says itself what it means, beside numbers as well.
            numbers = [cell for cell in cells if not ISO.fullmatch(str(cell))]
            unit = unit_of_values(numbers)
            converter.source_unit = converter.unit if unit is None or unit == "iso" else unit
        return Field(place, name, converter)

    def constant(self, target: str, text: str) -> Field:
        """Return the field that has one value in every row."""
        converter = self._converter(target)
        converter.decimal_comma = False
        converter.source_unit = converter.unit
        try:
            value = converter.convert_one(text)
        except UnfitError as error:
            raise usage("A value that does not fit", f"--set {target}: {error}.") from error
        return Field(None, "", converter, value)

    def complete_candles(
        self, mapping: ColumnMapping, fields: list[Field], first: Chunk
    ) -> tuple[ColumnMapping, list[Field], list[str]]:
        """Find the pair by the symbol and the time frame by the steps, where none is given."""
        by_name = {field.converter.column: field for field in fields}
        symbol = find_symbol_column(mapping.left_out)
        given = by_name.get(PAIR)
        is_ordered_out = symbol is not None and symbol in (self._request.mapping or {})
        if symbol is not None and not is_ordered_out and (given is None or given.place is None):
            look_up = pair_look_up(
                self._connection, self._schema, None if given is None else given.constant
            )
            if look_up is not None:
                converter = self._converter(PAIR)
                converter.look_up = look_up
                place = self._source.columns.index(symbol)
                by_name[PAIR] = Field(place, symbol, converter)
                mapping = ColumnMapping(
                    {**mapping.pairs, symbol: PAIR},
                    tuple(name for name in mapping.left_out if name != symbol),
                )
        notes: list[str] = []
        if TIMEFRAME not in by_name and TIME in by_name:
            name, why = self._find_timeframe(by_name[TIME], by_name.get(PAIR), first)
            by_name[TIMEFRAME] = self.constant(TIMEFRAME, name)
            notes.append(why)
        return mapping, list(by_name.values()), notes

    def _find_timeframe(self, time: Field, pair: Field | None, first: Chunk) -> tuple[str, str]:
        times: list[int | None] = []
        for row in first.rows:
            try:
                value = time.converter.convert_one(row[time.place or 0])
            except UnfitError:
                value = None
            times.append(value if isinstance(value, int) else None)
        time.converter.naive = time.converter.cut = 0
        groups = [
            None if pair is None or pair.place is None else row[pair.place] for row in first.rows
        ]
        return find_timeframe(times, groups)

    def _converter(self, target: str) -> Converter:
        column = next(c for c in settable(self._table) if c.name.lower() == target.lower())
        affinity = affinity_of(self._table, column)
        unit = None
        if affinity in ("integer", "real", "numeric"):
            unit = read_column_unit(self._connection, self._table, column, is_cts=self._is_cts)
        return Converter(
            column=column.name,
            affinity=affinity,
            null_texts=self._source.detected.null_texts,
            decimal_comma=self._source.detected.decimal_comma,
            unit=unit,
        )


def _shown(field: Field) -> str:
    return NOT_SHOWN if looks_secret(field.converter.column) else str(field.constant)


def _told(field: Field, reason: str) -> str:
    if looks_secret(field.source) or looks_secret(field.converter.column):
        return (
            f"{field.converter.column}: the value does not fit {field.converter.affinity.upper()}"
        )
    return f"{field.converter.column}: {reason}"


def _with_duty(field: Field, must_have: Sequence[str]) -> Field:
    if field.converter.column not in must_have:
        return field
    if field.place is None and field.constant is None:
        raise usage("A key without a value", f"--set {field.converter.column} gives none.")
    return Field(field.place, field.source, field.converter, field.constant, must_have=True)
