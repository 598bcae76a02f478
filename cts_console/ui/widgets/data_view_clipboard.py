"""What is selected in a data view goes to the clipboard, whole, by a job."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QGuiApplication

from cts_console.ui.widgets.data_view_copy import MOST_ROWS, CopyFormat, copy_rows
from cts_console.worker import Job, Target

if TYPE_CHECKING:
    from cts_console.ui.widgets.data_view import DataView

_TIMEOUT_S: Final = 120.0


def copy_selection(
    view: DataView, target: Target | None, kind: CopyFormat, *, with_headers: bool
) -> None:
    """Copy the selected cells; as CSV, JSON, Markdown or INSERT, the whole selected rows."""
    source, row_map = view.model.source, view.model.map
    runs = view.grid.selected_rows()
    if source is None or row_map is None or target is None or not runs:
        return
    count = sum(last - first + 1 for first, last in runs)
    if count > MOST_ROWS:
        said = view.tr("{0} rows are too many to copy; the limit is {1}.")
        view.status.show_note(said.format(f"{count:,}", f"{MOST_ROWS:,}"))
        return
    everything = range(view.model.columnCount())
    chosen = view.grid.selected_columns() if kind == "plain" else everything
    work = partial(
        copy_rows,
        source=source,
        places=[(row_map.seek_row(first), last - first + 1) for first, last in runs],
        columns=[source.columns[column] for column in chosen],
        kind=kind,
        with_headers=with_headers or kind != "plain",
    )
    job = Job(f"Copy {count:,} rows of {source.name}", work, target, _TIMEOUT_S)
    done = partial(_on_copied, view, count)
    view.context.browse.submit(job, view, done, view.status.show_error, key="copy")


def _on_copied(view: DataView, count: int, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    words = view.tr("Copied one row.") if count == 1 else view.tr("Copied {0} rows.")
    view.status.show_note(words.format(f"{count:,}"))
