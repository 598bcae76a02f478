"""What stands over the columns of a data view, and where their values lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cts_console.schema import Column, ForeignKey, Schema, Table, View
from cts_console.schema.browse_source import why_not_sortable
from cts_console.ui.models.cells import is_numeric_type
from cts_console.ui.models.columns import parent_columns
from cts_console.ui.models.rows import Heading, RowsModel
from cts_console.ui.text import one_line


@dataclass(frozen=True, slots=True)
class Links:
    """The foreign keys of a table that can be followed."""

    by_column: Mapping[int, ForeignKey] = field(default_factory=dict)
    """Foreign key by the number of a column that is shown; its parent's columns are named."""

    @staticmethod
    def of(schema: Schema, table: Table | View) -> Links:
        """Return the foreign keys of `table` whose parent exists."""
        if isinstance(table, View):
            return Links()
        tables = schema.tables_by_name()
        names = [column.name.lower() for column in table.columns if not column.hidden]
        found: dict[int, ForeignKey] = {}
        for key in table.foreign_keys:
            parent = tables.get(key.parent.lower())
            its = parent_columns(tables, key)
            if parent is None or len(its) != len(key.columns):
                continue
            own = tuple(_spelled(table, column) for column in key.columns)
            known = replace(key, parent=parent.name, columns=own, parent_columns=its)
            for column in own:
                if column.lower() in names:
                    found.setdefault(names.index(column.lower()), known)
        return Links(found)


def make_headings(
    table: Table | View,
    model: RowsModel,
    links: Links,
    sort: tuple[str, bool] | None,
    zone: str,
) -> list[Heading]:
    """Return the headings; `sort` is the column and whether it falls, `zone` that of instants."""
    columns = [column for column in table.columns if not column.hidden]
    return [
        _heading(table, column, model.is_instant(number), links.by_column.get(number), sort, zone)
        for number, column in enumerate(columns)
    ]


def _heading(
    table: Table | View,
    column: Column,
    is_instant: bool,
    link: ForeignKey | None,
    sort: tuple[str, bool] | None,
    zone: str,
) -> Heading:
    text = one_line(column.name, 60)
    if is_instant:
        text += f" ({zone})"
    if sort is not None and sort[0] == column.name:
        text += " ↓" if sort[1] else " ↑"
    facts = [f"{one_line(column.name)}  {one_line(column.type)}".rstrip()]
    if column.primary_key:
        facts.append("primary key")
    if link is not None:
        facts.append(f"refers to {one_line(link.parent)}")
    reason = why_not_sortable(table, column.name)
    facts.append(f"Not sortable. {reason}" if reason else "Click to sort.")
    is_number = is_numeric_type(column.type) and not is_instant
    return Heading(text, "\n".join(facts), is_number)


def _spelled(table: Table, column: str) -> str:
    """Return a column's name as the table spells it; a foreign key may spell it otherwise."""
    return next((c.name for c in table.columns if c.name.lower() == column.lower()), column)
