"""Whether an index serves a foreign key's child columns, as SQLite looks rows up by them."""

from __future__ import annotations

from cts_console.schema import ForeignKey, Index, Table, normal_form


def serves_child(index: Index, key: ForeignKey, parent: Table) -> bool:
    """Return whether SQLite finds the rows of `key`, whose parent is `parent`, by `index`."""
    columns = {
        column.lower(): child_collation(parent, key, i) for i, column in enumerate(key.columns)
    }
    leading = index.keys[: len(columns)]
    if {(term.column or "").lower() for term in leading} != set(columns):
        return False
    if any(
        columns[(term.column or "").lower()] not in (None, term.collation.lower())
        for term in leading
    ):
        return False
    return not index.partial or _is_filled_only(index, set(columns))


def child_collation(parent: Table, key: ForeignKey, position: int) -> str | None:
    """Return the collation by which SQLite compares, or None where any will do (a rowid)."""
    names = key.parent_columns or parent.primary_key
    if position >= len(names):
        return None
    name = names[position].lower()
    for index in parent.indexes:
        if index.origin in ("u", "pk") or index.unique:
            for term in index.keys:
                if (term.column or "").lower() == name:
                    return term.collation.lower()
    return None


def _is_filled_only(index: Index, columns: set[str]) -> bool:
    """Return whether a partial index leaves out nothing but NULLs of these columns."""
    words = normal_form(index.where or "")
    return words[1:] in (("is", "not", "null"), ("notnull",), ("not", "null")) and (
        words[0].strip('"`[]').lower() in columns
    )
