"""Values as SQL literals."""

from __future__ import annotations

import math

from cts_console.sqlite import SqliteValue, quote_text


def sql_literal(value: SqliteValue) -> str:
    """Return a value as an SQL literal that reads back the same."""
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"X'{value.hex()}'"
    if isinstance(value, float) and math.isinf(value):
        return "9e999" if value > 0 else "-9e999"
    if isinstance(value, str):
        if "\0" in value:
            return f"CAST(X'{value.encode().hex()}' AS TEXT)"
        return quote_text(value)
    return repr(value)
