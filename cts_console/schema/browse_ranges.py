"""The rows behind a key as ranges of an index, one SQL condition each.

A comparison of rows of values with a NULL in them is NULL
(https://sqlite.org/rowvalue.html#row_value_comparisons), and OR keeps SQLite from walking an
index. So "behind (a, b)" becomes: equal in all but the last term and beyond in that, then equal in
one term less, and so on; each range is one walk without a sort.
"""

from __future__ import annotations

from dataclasses import dataclass

from cts_console.schema.browse_source import KeyPart, RowSource, Seek
from cts_console.sqlite import Row, SqliteValue, quote_identifier


@dataclass(frozen=True, slots=True)
class Range:
    """Neighbouring rows."""

    where: str
    """` WHERE …`, or "" for all rows."""
    bindings: Row
    """The values of its parameters."""
    order: str
    """` ORDER BY …`, or "" where there is nothing to order."""


def ranges(source: RowSource, seek: Seek) -> list[Range]:
    """Return the ranges that follow one another from `seek` on; `skip` is the reader's."""
    if source.is_positional or seek.key is None:
        return [_range(source, seek, [], (), 0)]
    found = []
    if seek.inclusive:
        found.append(_range(source, seek, _equal(source.key), seek.key, len(source.key)))
    for place in reversed(range(len(source.key))):
        part, value = source.key[place], seek.key[place]
        before = _equal(source.key[:place])
        for beyond, is_bound in _beyond(part, value, upward=part.descending == seek.backward):
            bindings = (*seek.key[:place], value) if is_bound else seek.key[:place]
            found.append(_range(source, seek, [*before, beyond], bindings, place))
    return found


def condition_sql(source: RowSource) -> tuple[list[str], list[SqliteValue]]:
    """Return the conditions of the source as SQL terms and their bindings."""
    terms: list[str] = []
    bindings: list[SqliteValue] = []
    for condition in source.conditions:
        name = _condition_name(source, condition.column)
        values = [value for value in condition.values if value is not None]
        choices = []
        if len(values) == 1:
            choices.append(f"{name} IS ?")
        elif values:
            choices.append(f"{name} IN ({', '.join('?' * len(values))})")
        if len(values) < len(condition.values):
            choices.append(f"{name} IS NULL")
        terms.append(f"({' OR '.join(choices)})" if choices else "0")
        bindings += values
    return terms, bindings


def _condition_name(source: RowSource, column: str) -> str:
    if column.lower() == "rowid" and source.rowid is not None and column not in source.columns:
        return source.rowid
    return quote_identifier(column)


def _equal(key: tuple[KeyPart, ...]) -> list[str]:
    return [f"{part.term} IS ?" for part in key]


def _beyond(part: KeyPart, value: SqliteValue, *, upward: bool) -> list[tuple[str, bool]]:
    """Return the conditions "beyond `value`" and whether each is bound to it; NULL is lowest."""
    if upward:
        return (
            [(f"{part.sql} IS NOT NULL", False)] if value is None else [(f"{part.term} > ?", True)]
        )
    if value is None:
        return []
    below = [(f"{part.term} < ?", True)]
    return [*below, (f"{part.sql} IS NULL", False)] if part.collation else below


def _range(
    source: RowSource, seek: Seek, terms: list[str], bindings: Row, first_free: int
) -> Range:
    more, values = condition_sql(source)
    conditions = [*terms, *more]
    order = [
        part.term + (" DESC" if part.descending != seek.backward else "")
        for part in source.key[first_free:]
    ]
    return Range(
        f" WHERE {' AND '.join(conditions)}" if conditions else "",
        (*bindings, *values),
        f" ORDER BY {', '.join(order)}" if order else "",
    )
