"""Which values a column prefers: its affinity, by the words of its declared type.

Source: https://sqlite.org/datatype3.html#determination_of_column_affinity.
"""

from __future__ import annotations

from typing import Literal

from cts_console.schema import Column, Table

Family = Literal["number", "text", "blob", "any"]
"""INTEGER, REAL and NUMERIC compare alike; `any` for a column that converts nothing."""


def family_of(table: Table, column: Column) -> Family:
    """Return the family of affinities to which `column` belongs."""
    words = column.type.upper()
    if not words or (words == "ANY" and table.strict):
        return "any"
    if "INT" in words:
        return "number"
    if any(word in words for word in ("CHAR", "CLOB", "TEXT")):
        return "text"
    return "blob" if "BLOB" in words else "number"


def are_comparable(one: Family, other: Family) -> bool:
    """Return whether a search for a value of one column finds its equal in the other."""
    return one == other or "any" in (one, other)
