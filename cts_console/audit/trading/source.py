"""How a table of the field gives the columns of one of our relations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cts_console.sqlite import quote_identifier


@dataclass(frozen=True, slots=True)
class Expression:
    """A column of ours as SQL over theirs."""

    sql: str
    """The expression."""
    uses: tuple[str, ...]
    """The columns of theirs that it needs."""


@dataclass(frozen=True, slots=True)
class Source:
    """A table of the field that holds one of our relations."""

    relation: str
    """Our name of it."""
    table: str
    """Their table."""
    known_by: frozenset[str]
    """Columns without which the table is something else."""
    columns: Mapping[str, Expression] | None = None
    """Our column -> how it is made; None where every column is called as ours is."""
    where: str = ""
    """Which of their rows; "" for all."""
    lacks: frozenset[str] = field(default_factory=frozenset)
    """Columns that tell another shape of the same table name."""
    grain: float = 0.0
    """The least difference that its numbers can tell: what is smaller was cut off on the way in."""


def same(name: str) -> Expression:
    """Return a column that is called `name` there."""
    return Expression(quote_identifier(name), (name,))


def instant(name: str) -> Expression:
    """Return a time: text as UTC in any of SQLite's forms, a number as the milliseconds it is."""
    column = quote_identifier(name)
    return Expression(
        f"CASE typeof({column}) WHEN 'text' THEN CAST(round(unixepoch({column}, 'subsec') * 1000)"
        f" AS INTEGER) ELSE {column} END",
        (name,),
    )


def scaled(name: str) -> Expression:
    """Return a decimal that is kept as an integer times 10^6; a real number is taken as it is."""
    column = quote_identifier(name)
    return Expression(
        f"CASE typeof({column}) WHEN 'integer' THEN {column} / 1e6 ELSE {column} END", (name,)
    )


def made(sql: str, *uses: str) -> Expression:
    """Return an expression over the named columns."""
    return Expression(sql, uses)
