"""The line under the rows: which are shown, of how many, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from cts_console.errors import CtsError
from cts_console.schema import Table, View
from cts_console.ui.models.rows_map import MOST_POSITIONAL_ROWS, RowMap
from cts_console.ui.text import one_line, tip_text
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, ElidedLabel, button, set_property, set_state


class RowsStatus(QWidget):
    """Says how many rows there are, and how sure that is."""

    count_wanted = Signal()
    """The exact number of rows is wanted."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._retry: Callable[[], object] | None = None
        self._has_error = False
        self.rows = ElidedLabel(role="muted")
        self.note = ElidedLabel(role="muted")
        self.count = button(
            theme,
            self.tr("Count exactly"),
            on_click=self.count_wanted.emit,
            tip=self.tr("Counts in the background; Stop ends it"),
        )
        set_property(self.count, "flat", True)
        self.retry = button(theme, self.tr("Try again"), on_click=self._on_retry)
        set_property(self.retry, "flat", True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        self.rows.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        layout.addWidget(self.rows)
        layout.addWidget(self.count)
        layout.addWidget(self.note, 1)
        layout.addWidget(self.retry)
        self.clear()

    def clear(self) -> None:
        """Say nothing."""
        self.rows.setText("")
        self.count.setVisible(False)
        self._has_error = True
        self.clear_error()

    def clear_error(self) -> None:
        """Take an error away; a note stays."""
        if self._has_error:
            self._has_error = False
            self.note.setText("")
            self.note.setToolTip("")
            set_state(self.note, "")
            self.retry.setVisible(False)

    def show_note(self, text: str) -> None:
        """Say one sentence."""
        self.clear_error()
        self.note.setText(one_line(text))

    def show_error(self, error: CtsError, retry: Callable[[], object] | None = None) -> None:
        """Say what went wrong, and offer to try again."""
        self._has_error = True
        self._retry = retry
        stopped = error.code == "cancelled"
        self.note.setText(self.tr("Stopped.") if stopped else one_line(error.message))
        whole = "" if stopped else f"{error.title}\n{error.message}\n{error.hint}"
        self.note.setToolTip(tip_text(whole))
        set_state(self.note, "" if stopped else "bad")
        self.retry.setVisible(retry is not None)

    def show_rows(self, rows: RowMap, shown: tuple[int, int], exact: int | None) -> None:
        """Say which rows are shown, of how many."""
        filtered = self.tr(" (filtered)") if rows.source.conditions else ""
        if not rows.total:
            self.rows.setText(self.tr("no rows") + filtered)
            self.count.setVisible(False)
            return
        first, last = shown[0] + 1, shown[1] + 1
        about = "" if rows.is_exact else "≈ "
        place = self.tr("rows {0}{1} – {2}").format(about, f"{first:,}", f"{last:,}")
        self.rows.setText(
            self.tr("{0} of {1}{2}").format(place, self._total(rows, exact), filtered)
        )
        self.count.setVisible(exact is None)
        if rows.source.is_positional and rows.total >= MOST_POSITIONAL_ROWS:
            self.show_note(
                self.tr("Only the first {0} rows: a view computes all rows before a page.").format(
                    f"{MOST_POSITIONAL_ROWS:,}"
                )
            )

    def _total(self, rows: RowMap, exact: int | None) -> str:
        if exact is not None:
            return f"{exact:,}"
        if rows.is_total_known:
            return self.tr("≈ {0} (estimated)").format(f"{rows.total:,}")
        return self.tr("more than {0}").format(f"{max(rows.total - rows.page_rows, 0):,}")

    def _on_retry(self) -> None:
        self.clear_error()
        if self._retry is not None:
            self._retry()


def problem_error(table: Table | View) -> CtsError:
    """Return why the rows of a table or view cannot be shown, for one that has a problem."""
    tr = partial(QCoreApplication.translate, "DataView")
    kind = tr("This view does not compile") if isinstance(table, View) else ""
    title = kind or tr("SQLite cannot read this table")
    hint = tr("DDL shows how it was made. Everything else can be looked at as usual.")
    return CtsError("usage", title, table.problem or title, hint)
