"""How a table differs from the expected one, by structure and not by text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cts_console.schema import Column, ForeignKey, Table, normal_form, read_table_clauses
from cts_console.sqlite import Row

DIFFERENCE_COLUMNS: Final = ("what", "name", "expected", "in this file")
_MISSING: Final = "missing"


def find_differences(expected: Table, actual: Table) -> list[Row]:
    """Return one row under `DIFFERENCE_COLUMNS` per difference.

    What the actual table has beyond the expected one (columns, indexes, foreign keys, checks) is
    no difference.
    """
    found = list(_columns(expected, actual))
    if _lower(expected.primary_key) != _lower(actual.primary_key):
        found.append(
            ("primary key", "", _listed(expected.primary_key), _listed(actual.primary_key))
        )
    for option in ("strict", "without_rowid"):
        wanted, there = getattr(expected, option), getattr(actual, option)
        if wanted != there:
            found.append(("option", option, _yes(wanted), _yes(there)))
    found += _uniques(expected, actual)
    found += _foreign_keys(expected, actual)
    # Cutting a statement into tokens is dear, and most tables are word for word as expected.
    if expected.sql != actual.sql:
        found += _checks(expected, actual)
    return found


def _columns(expected: Table, actual: Table) -> Iterator[Row]:
    there = {column.name.lower(): column for column in actual.columns}
    for column in expected.columns:
        found = there.get(column.name.lower())
        if found is None:
            yield ("column", column.name, column.type, _MISSING)
        else:
            yield from _column(column, found)


def _column(expected: Column, actual: Column) -> Iterator[Row]:
    name = expected.name
    if normal_form(expected.type) != normal_form(actual.type):
        yield ("type", name, expected.type, actual.type)
    if expected.not_null != actual.not_null:
        yield ("NOT NULL", name, _yes(expected.not_null), _yes(actual.not_null))
    if normal_form(expected.default or "") != normal_form(actual.default or ""):
        yield ("default", name, expected.default, actual.default)
    if expected.generated != actual.generated:
        yield ("generated", name, expected.generated or "no", actual.generated or "no")


def _uniques(expected: Table, actual: Table) -> Iterator[Row]:
    there = _unique_sets(actual)
    for columns in sorted(_unique_sets(expected, origins=("u",)) - there):
        yield ("UNIQUE", ", ".join(columns), "UNIQUE", _MISSING)


def _unique_sets(table: Table, origins: tuple[str, ...] = ("u", "pk", "c")) -> set[tuple[str, ...]]:
    return {
        tuple(sorted((key.column or "").lower() for key in index.keys))
        for index in table.indexes
        if index.unique and not index.partial and index.origin in origins
    }


def _foreign_keys(expected: Table, actual: Table) -> Iterator[Row]:
    there = {_target(key): key for key in actual.foreign_keys}
    for key in expected.foreign_keys:
        found = there.get(_target(key))
        name = _listed(key.columns)
        if found is None:
            yield ("foreign key", name, _key_text(key), _MISSING)
        elif (found.on_delete, found.on_update) != (key.on_delete, key.on_update):
            yield ("foreign key", name, _key_text(key), _key_text(found))


def _target(key: ForeignKey) -> tuple[object, ...]:
    return _lower(key.columns), key.parent.lower(), _lower(key.parent_columns)


def _key_text(key: ForeignKey) -> str:
    columns = f" ({_listed(key.parent_columns)})" if key.parent_columns else ""
    return f"{key.parent}{columns} ON DELETE {key.on_delete} ON UPDATE {key.on_update}"


def _checks(expected: Table, actual: Table) -> Iterator[Row]:
    there = {normal_form(text) for text in _check_texts(actual)}
    for text in _check_texts(expected):
        if normal_form(text) not in there:
            yield ("CHECK", "", text, _MISSING)


def _check_texts(table: Table) -> list[str]:
    return [clause.sql for clause in read_table_clauses(table.sql) if clause.place == "check"]


def _lower(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.lower() for name in names)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "none"


def _yes(value: bool) -> str:
    return "yes" if value else "no"
