"""Whether the schema itself guards a reference, so that INT-02 answers for it."""

from __future__ import annotations

from cts_console.schema import Table


def is_guarded(child: Table, column: str, parent: Table) -> bool:
    """Return whether a foreign key that SQLite can check leads from `column` to `parent`."""
    return any(
        tuple(name.lower() for name in key.columns) == (column.lower(),)
        and key.parent.lower() == parent.name.lower()
        and _is_unique(parent, key.parent_columns or parent.primary_key)
        for key in child.foreign_keys
    )


def _is_unique(parent: Table, columns: tuple[str, ...]) -> bool:
    """Return whether the one column tells its row; otherwise SQLite refuses the check."""
    names = [column.lower() for column in columns]
    if names == [column.lower() for column in parent.primary_key]:
        return len(names) == 1
    return any(
        index.unique
        and not index.partial
        and [(key.column or "").lower() for key in index.keys] == names
        for index in parent.indexes
    )
