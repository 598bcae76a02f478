"""Quoting, for the places where SQLite takes no binding: names, and values inside a schema.

Source of both rules: https://sqlite.org/lang_keywords.html and
https://sqlite.org/lang_expr.html#literal_values_constants_.
"""

from __future__ import annotations

from cts_console.errors import CtsError


def quote_identifier(name: str) -> str:
    """Return `name` in double quotes, so that any name is one identifier.

    Raises `CtsError("usage")` for a name with a NUL character, at which SQLite would stop reading.
    """
    _refuse_nul(name)
    return '"' + name.replace('"', '""') + '"'


def quote_text(value: str) -> str:
    """Return `value` as an SQL string literal.

    Raises `CtsError("usage")` for a text with a NUL character, at which SQLite would stop reading.
    """
    _refuse_nul(value)
    return "'" + value.replace("'", "''") + "'"


def _refuse_nul(text: str) -> None:
    if "\0" in text:
        raise CtsError(
            "usage",
            "A name or text with a NUL character",
            f"{text!r} holds a NUL character, which SQL text cannot carry.",
            "Remove the character, or pass the value as a binding.",
        )
