"""Which position or order the current row of a data view is, or names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cts_console.schema.browse_cells import Cut
from cts_console.trace import TraceSubject, subject_of_evidence

if TYPE_CHECKING:
    from cts_console.ui.widgets.data_view import DataView


def row_subject(view: DataView) -> TraceSubject | None:
    """Return what can be traced of the current row; None for nothing."""
    row = view.grid.currentIndex().row()
    if view.table_shown is None or row < 0:
        return None
    columns = view.model.column_names()
    cells = [view.model.cell(row, column)[1] for column in range(len(columns))]
    values = [None if isinstance(cell, Cut) else cell for cell in cells]
    found = subject_of_evidence("", view.table_shown.name, columns, [values], 1)
    return None if found is None else found.subject
