"""Read the schema of any SQLite file: a handful of statements, whatever the number of tables.

`sqlite_schema` is joined with the pragmas in their form as tables
(https://sqlite.org/pragma.html#pragfunc), here and everywhere by the name `temp.pragma_…`: a table
or view of the file may have the same name, and would be read instead where no schema is named
(`sqlite3LocateTable`). Nothing of the file's own SQL is run: views and virtual
tables, which SQLite must compile or connect to describe, are asked one by one, so that one which
does not compile is a note on that object and no more.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.schema.clauses import read_index_clauses, read_table_options
from cts_console.schema.objects import (
    Column,
    ForeignKey,
    Generated,
    Index,
    IndexKey,
    Origin,
    Schema,
    Table,
    Trigger,
    View,
)
from cts_console.sqlite import Connection, Row, quote_text, read_transaction
from cts_console.sqlite.inspection import read_foreign_rows

_OBJECTS = """
    SELECT type, name, tbl_name, coalesce(rootpage, 0), sql FROM sqlite_schema
    WHERE typeof(name) = 'text' ORDER BY rowid
"""
_COLUMNS = """
    SELECT m.name, x.name, x.type, x."notnull", x.dflt_value, x.pk, x.hidden
    FROM sqlite_schema AS m, temp.pragma_table_xinfo(m.name, 'main') AS x
    WHERE m.type = 'table' AND m.rootpage > 0
"""
_ONE_OBJECTS_COLUMNS = """
    SELECT x.name, x.type, x."notnull", x.dflt_value, x.pk, x.hidden
    FROM temp.pragma_table_xinfo({name}, 'main') AS x
"""
_FOREIGN_KEYS = """
    SELECT m.name, f.id, f."table", f."from", f."to", f.on_update, f.on_delete
    FROM sqlite_schema AS m, temp.pragma_foreign_key_list(m.name, 'main') AS f
    WHERE m.type = 'table' AND m.rootpage > 0 ORDER BY m.rowid, f.id, f.seq
"""
_INDEXES = """
    SELECT m.name, l.name, l."unique", l.origin, l.partial, x.cid, x.name, x."desc", x.coll, x.key
    FROM sqlite_schema AS m, temp.pragma_index_list(m.name, 'main') AS l,
         temp.pragma_index_xinfo(l.name, 'main') AS x
    WHERE m.type = 'table' AND m.rootpage > 0
"""
# For a WITHOUT ROWID table, and for no other, this pragma takes the table's name.
_WITHOUT_ROWID = """
    SELECT DISTINCT m.name FROM sqlite_schema AS m, temp.pragma_index_info(m.name, 'main') AS x
    WHERE m.type = 'table' AND m.rootpage > 0
"""
_GENERATED: dict[int, Generated] = {2: "virtual", 3: "stored"}
# A nest of views takes exponential time to compile; SQLite gives up on each after about 0.2 s.
_COMPILE_LIMIT_S = 0.5

_ByTable = dict[str, list[Row]]


class _Made(NamedTuple):
    """How an index stands in `sqlite_schema`."""

    place: int
    root_page: int
    sql: str


def read_schema(connection: Connection, *, cancel: CancelToken | None = None) -> Schema:
    """Return the schema of the main database.

    The tables come from one snapshot. Raises `CtsError`: damaged (the schema cannot be loaded, or
    is not text), locked, cancelled.
    """
    with connection.guard(cancel=cancel):
        _load(connection)
    with connection.guard(cancel=cancel), read_transaction(connection):
        cookie = connection.read_int("PRAGMA schema_version")
        objects = connection.read_schema_rows(_OBJECTS)
        columns = _by_table(connection.read_schema_rows(_COLUMNS))
        foreign_keys = _by_table(connection.read_schema_rows(_FOREIGN_KEYS))
        indexes = _by_table(connection.read_schema_rows(_INDEXES))
        without_rowid = {str(name) for (name,) in connection.read_schema_rows(_WITHOUT_ROWID)}
    compiled = _read_compiled(connection, objects, cancel)
    made = {
        str(row[1]): _Made(place, _int(row[3]), _text(row[4]))
        for place, row in enumerate(objects)
        if row[0] == "index"
    }
    tables = [
        _table(
            row,
            columns[str(row[1])],
            foreign_keys[str(row[1])],
            _indexes(str(row[1]), _int(row[3]), indexes[str(row[1])], made),
            without_rowid=str(row[1]) in without_rowid,
            compiled=compiled.get(str(row[1])),
        )
        for row in objects
        if row[0] == "table"
    ]
    views = [
        View(str(row[1]), *_described(compiled[str(row[1])], _text(row[4])))
        for row in objects
        if row[0] == "view"
    ]
    triggers = [
        Trigger(str(row[1]), str(row[2]), _text(row[4])) for row in objects if row[0] == "trigger"
    ]
    return Schema(tuple(tables), tuple(views), tuple(triggers), cookie)


def _load(connection: Connection) -> None:
    """Make SQLite load the schema, and say so where it cannot."""
    try:
        read_foreign_rows(connection, "SELECT 1 FROM sqlite_schema LIMIT 1")
    except CtsError as error:
        if error.code != "usage":
            raise
        raise CtsError(
            "damaged",
            "The schema cannot be loaded",
            error.message,
            "Copy the file and its -wal aside, then look at it with the program that made it.",
        ) from error


_Compiled = tuple[tuple[Column, ...], str]


def _read_compiled(
    connection: Connection, objects: Iterable[Row], cancel: CancelToken | None
) -> dict[str, _Compiled]:
    """Return columns and problem of each object that SQLite must compile to describe."""
    compiled: dict[str, _Compiled] = {}
    names = [
        str(row[1]) for row in objects if row[0] == "view" or (row[0] == "table" and not row[3])
    ]
    # Compiling calls no progress handler: only between two objects can the time be looked at.
    deadline_s = time.monotonic() + _COMPILE_LIMIT_S
    with connection.guard(cancel=cancel):
        for name in names:
            if time.monotonic() < deadline_s:
                compiled[name] = _read_one(connection, name)
            else:
                compiled[name] = ((), "not described: the views before it took too long")
    return compiled


def _read_one(connection: Connection, name: str) -> _Compiled:
    sql = _ONE_OBJECTS_COLUMNS.format(name=quote_text(name))
    try:
        return tuple(_column(row) for row in read_foreign_rows(connection, sql)), ""
    except CtsError as error:
        if error.code in ("cancelled", "locked"):
            raise
        return (), error.message.removeprefix(f"{connection.path}: ").removesuffix(".")


def _table(
    row: Row,
    columns: list[Row],
    foreign_keys: list[Row],
    indexes: tuple[Index, ...],
    *,
    without_rowid: bool,
    compiled: _Compiled | None,
) -> Table:
    sql = _text(row[4])
    described, problem = compiled or (tuple(_column(column[1:]) for column in columns), "")
    in_key = sorted((c for c in described if c.primary_key), key=lambda c: c.primary_key)
    return Table(
        name=str(row[1]),
        columns=described,
        primary_key=tuple(column.name for column in in_key),
        foreign_keys=_foreign_keys(foreign_keys),
        indexes=indexes,
        # The word is rare: looking for it first spares cutting every statement into tokens.
        strict="strict" in sql.lower() and "STRICT" in read_table_options(sql),
        without_rowid=without_rowid,
        virtual=not row[3],
        sql=sql,
        root_page=_int(row[3]),
        problem=problem,
    )


def _column(row: Row) -> Column:
    name, type_, not_null, default, primary_key, hidden = row
    return Column(
        name=str(name),
        type=_text(type_),
        not_null=bool(not_null),
        default=None if default is None else str(default),
        primary_key=_int(primary_key),
        generated=_GENERATED.get(_int(hidden), ""),
        hidden=hidden == 1,
    )


def _foreign_keys(rows: list[Row]) -> tuple[ForeignKey, ...]:
    grouped: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[_int(row[1])].append(row)
    return tuple(
        ForeignKey(
            number=number,
            parent=str(parts[0][2]),
            columns=tuple(str(part[3]) for part in parts),
            parent_columns=tuple(str(part[4]) for part in parts if part[4] is not None),
            on_update=str(parts[0][5]),
            on_delete=str(parts[0][6]),
        )
        for number, parts in grouped.items()
    )


def _indexes(
    table: str, table_root: int, rows: list[Row], made: dict[str, _Made]
) -> tuple[Index, ...]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[str(row[1])].append(row)
    # The primary key of a WITHOUT ROWID table is the table's own b-tree and not listed.
    own = _Made(-1, table_root, "")
    listed = [(made.get(name, own), group) for name, group in grouped.items()]
    listed.sort(key=lambda pair: pair[0].place)
    return tuple(_index(table, group, origin) for origin, group in listed)


def _index(table: str, rows: list[Row], made: _Made) -> Index:
    _, name, unique, origin, partial, *_ = rows[0]
    keys = [row for row in rows if row[9]]
    needs_text = partial or any(row[5] == -2 for row in keys)
    clauses = read_index_clauses(made.sql) if made.sql and needs_text else None
    terms = clauses.terms if clauses is not None and len(clauses.terms) == len(keys) else ()
    return Index(
        name=str(name),
        table=table,
        unique=bool(unique),
        origin=_origin(origin),
        keys=tuple(_key(row, terms[i] if terms else "") for i, row in enumerate(keys)),
        tail=tuple(_key(row, "") for row in rows if not row[9]),
        partial=bool(partial),
        where=clauses.where if clauses is not None and partial else None,
        sql=made.sql or None,
        root_page=made.root_page,
    )


def _key(row: Row, term: str) -> IndexKey:
    cid = _int(row[5])
    return IndexKey(
        cid=cid,
        column=None if row[6] is None else str(row[6]),
        expression=term if cid == -2 else None,
        descending=bool(row[7]),
        collation=_text(row[8]),
    )


def _origin(value: object) -> Origin:
    if value == "u":
        return "u"
    return "pk" if value == "pk" else "c"


def _described(compiled: _Compiled, sql: str) -> tuple[tuple[Column, ...], str, str]:
    columns, problem = compiled
    return columns, sql, problem


def _by_table(rows: Iterable[Row]) -> _ByTable:
    grouped: _ByTable = defaultdict(list)
    for row in rows:
        grouped[str(row[0])].append(row)
    return grouped


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
