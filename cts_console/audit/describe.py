"""How an index reads in evidence and in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.schema import Index, IndexKey
from cts_console.sqlite import Row, quote_text

INDEX_COLUMNS: Final = ("index", "table", "terms", "where", "unique", "made by")
_MADE_BY: Final = {"c": "CREATE INDEX", "u": "UNIQUE", "pk": "PRIMARY KEY"}


def index_row(index: Index) -> Row:
    """Return an index as a row of evidence under `INDEX_COLUMNS`."""
    return (
        index.name,
        index.table,
        index_terms(index),
        index.where,
        "yes" if index.unique else "no",
        _MADE_BY[index.origin],
    )


def index_terms(index: Index) -> str:
    """Return the terms of an index as SQL would list them, collations other than BINARY named."""
    return ", ".join(key_text(key) for key in index.keys)


def key_text(key: IndexKey) -> str:
    """Return one term of an index."""
    text = key.column or key.expression or "rowid"
    if key.collation.upper() not in ("", "BINARY"):
        text += f" COLLATE {key.collation}"
    return f"{text} DESC" if key.descending else text


def free_index_name(table: str, columns: Iterable[str], taken: set[str]) -> str:
    """Return a name for a new index that nothing of `taken` (lower case) has, and take it."""
    base = "_".join(("idx", table, *columns))
    name, number = base, 2
    while name.lower() in taken:
        name, number = f"{base}_{number}", number + 1
    taken.add(name.lower())
    return name


def index_query(*names: str) -> str:
    """Return a query that shows how the indexes of these names are defined."""
    listed = ", ".join(quote_text(name) for name in names)
    return f"SELECT name, tbl_name, sql FROM sqlite_schema WHERE name IN ({listed})"
