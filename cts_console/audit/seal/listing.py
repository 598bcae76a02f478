"""What is sealed, what can be, and how far each table has grown since."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cts_console.audit.seal.forms import from_stored
from cts_console.audit.seal.matching import SealOrigin, StoredSeals, find_stored
from cts_console.audit.seal.model import Seal, SealDamagedError
from cts_console.audit.seal.reading import APPEND_ONLY, TableReader, find_table, sealed_columns
from cts_console.errors import CtsError
from cts_console.schema import Schema, Table, read_schema, rowid_name
from cts_console.sqlite import Connection, Kind, classify
from cts_console.store import StoredSeal, identify, open_store, store_path

_COUNT_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table that is sealed, or that only takes new rows."""

    table: str
    """Its name."""
    seal: Seal | None = None
    """Its latest kept seal."""
    rows_since: int | None = None
    """Rows after the last sealed one; None where that is not quickly known."""
    left_out: tuple[str, ...] = ()
    """Columns that are not sealed."""
    is_gone: bool = False
    """Whether the file has no such table."""
    problem: str = ""
    """Why its kept seal cannot be read; "" where it can."""
    row_column: str | None = None
    """The one column by which its rows can be asked for; None where the key is of several."""


@dataclass(frozen=True, slots=True)
class SealList:
    """The seals of one file."""

    tables: tuple[SealedTable, ...]
    """Every sealed table, and the tables of a CTS database that only take new rows."""
    others: tuple[str, ...]
    """Names of the other tables that can be sealed."""
    origin: SealOrigin | None = None
    """For which file the seals were kept, where they are matched with this one."""


def list_seals(connection: Connection, original: Path) -> SealList:
    """Return what is sealed of the open file and what can be; makes no side database.

    A seal that cannot be read is a `problem` of its table. Rows since a seal are counted for half a
    second at most. Raises `CtsError` where the file or the side database cannot be read.
    """
    schema = read_schema(connection)
    kind = classify(connection)
    found = StoredSeals((), None)
    if store_path().exists():
        identity = identify(connection, original=original)
        with open_store() as store:
            found = find_stored(store, connection, schema, identity)
    listed = [_sealed(connection, schema, kind, each) for each in found.seals]
    names = {each.table.lower() for each in listed}
    fresh = [t for t in schema.tables if t.name.lower() not in names and _can_be_sealed(schema, t)]
    known = APPEND_ONLY if kind == "cts" else ()
    listed += [
        SealedTable(table.name, left_out=sealed_columns(table, kind)[1])
        for name in known
        for table in fresh
        if table.name.lower() == name
    ]
    others = tuple(table.name for table in fresh if table.name.lower() not in known)
    return SealList(tuple(listed), others, found.origin)


def _sealed(
    connection: Connection, schema: Schema, kind: Kind | None, stored: StoredSeal
) -> SealedTable:
    table = schema.tables_by_name().get(stored.table.lower())
    try:
        seal = from_stored(stored)
    except SealDamagedError as error:
        return SealedTable(stored.table, is_gone=table is None, problem=error.message)
    if table is None:
        return SealedTable(stored.table, seal, left_out=seal.left_out, is_gone=True)
    return SealedTable(
        stored.table,
        seal,
        _rows_since(connection, table, kind, seal),
        seal.left_out,
        row_column=_row_column(table),
    )


def _row_column(table: Table) -> str | None:
    if table.without_rowid:
        return table.primary_key[0] if len(table.primary_key) == 1 else None
    if table.rowid_alias is not None:
        return table.rowid_alias.name
    return "rowid" if rowid_name(table) == "rowid" else None


def _rows_since(connection: Connection, table: Table, kind: Kind | None, seal: Seal) -> int | None:
    try:
        reader = TableReader(connection, table, sealed_columns(table, kind)[0])
        if len(reader.key_columns) != len(seal.key_columns):
            return None
        with connection.guard(timeout_s=_COUNT_S):
            return reader.count_after(seal.to_key)
    except CtsError as error:
        if error.code not in ("timeout", "usage", "damaged"):
            raise
        return None


def _can_be_sealed(schema: Schema, table: Table) -> bool:
    try:
        find_table(schema, table.name)
        return True
    except CtsError:
        return False
