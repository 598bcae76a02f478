"""What a rule asks of a column, and what it gets."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cts_console.audit.census.subject import Subject
from cts_console.audit.rule import AuditContext
from cts_console.schema import Column
from cts_console.sqlite import SqliteValue, quote_identifier

_MARK: Final = re.compile(r"\{[bc]\}")

# SQLite orders NULL, numbers, texts, blobs: the two ends of a column tell which of them it holds.
# No text and no blob leaves the database: it may be no valid UTF-8, long, or a secret.
_NUMBER: Final = "CASE WHEN typeof({end}) IN ('integer', 'real') THEN {end} END"
FIRST_CLASS: Final = "typeof(min({b}))"
"""Storage class of the first value in SQLite's order; 'null' where there is none."""
LAST_CLASS: Final = "typeof(max({b}))"
"""Storage class of the last value in SQLite's order."""
LEAST: Final = _NUMBER.replace("{end}", "min({b})")
"""The least number; NULL where there is no number."""
MOST: Final = _NUMBER.replace("{end}", "max({b})")
"""The greatest number; NULL where there is none, and where texts or blobs come behind it."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What one rule wants to know of some columns."""

    measures: Callable[[AuditContext, Subject, Column], tuple[str, ...]]
    """Returns aggregates over a column (`measure_sql`); none where the rule does not ask."""
    nothing: str
    """Why the rule is not applicable where it asks about no column."""


@dataclass(frozen=True, slots=True)
class ColumnCensus:
    """What was read of one column."""

    subject: Subject
    """Its table."""
    column: Column
    """The column."""
    values: Mapping[str, SqliteValue]
    """The aggregates by their measure, those of other inquiries included."""

    @property
    def name(self) -> str:
        """`table.column`."""
        return f"{self.subject.table.name}.{self.column.name}"

    @property
    def sql(self) -> str:
        """The column as SQL."""
        return quote_identifier(self.column.name)

    def where(self, condition: str) -> str:
        """Return a condition as SQL over the column (`measure_sql`)."""
        return measure_sql(condition, self.column)

    def number(self, measure: str) -> int | float | None:
        """Return a measure that is a number, or None."""
        value = self.values.get(measure)
        return value if isinstance(value, int | float) else None

    def count(self, measure: str) -> int:
        """Return a measure that is a count."""
        value = self.values.get(measure)
        return value if isinstance(value, int) else 0

    def storage_class(self, measure: str) -> str:
        """Return a measure that is a storage class; "null" where it was not asked."""
        return str(self.values.get(measure) or "null")

    @property
    def has_hidden_numbers(self) -> bool:
        """Whether the greatest number is not known, because texts or blobs come behind it."""
        is_number = self.storage_class(FIRST_CLASS) in ("integer", "real")
        return is_number and self.number(MOST) is None


def measure_sql(measure: str, column: Column) -> str:
    """Return SQL over `column`: `{c}` is the column, `{b}` the column compared byte by byte.

    Byte by byte, because a collation that only the file's own program has is no reason not to
    read. Only where values are compared: `typeof({c})` then reads no payload.
    """
    name = quote_identifier(column.name)
    marks = {"{c}": name, "{b}": f"{name} COLLATE BINARY"}
    # In one go: the column's own name may hold a mark.
    return _MARK.sub(lambda mark: marks[mark[0]], measure)
