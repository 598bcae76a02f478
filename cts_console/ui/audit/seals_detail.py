"""What is known of the selected table: its seal, what is not sealed, and what differs."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QTableView, QVBoxLayout, QWidget

from cts_console.audit.seal import TableVerdict
from cts_console.ui.context import RowsWanted
from cts_console.ui.models.seals_model import DifferencesModel, SealItem, count_different
from cts_console.ui.text import one_line
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, WrappedLabel, button, plain_label, set_state

_MOST_SHOWN: Final = 100
_LONGEST: Final = 600
_ROW_PX: Final = 26
_ROWS: Final = 5


class SealDetail(QWidget):
    """Shows one table; of what differs, as much as a person reads."""

    rows_asked = Signal(object)
    """Carries the `RowsWanted` of the rows that differ."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._wanted: RowsWanted | None = None
        self.text = WrappedLabel()
        self.left_out = WrappedLabel("muted")
        self.count = plain_label(role="muted")
        self.model = DifferencesModel(self)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(self.tr("What differs"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setStretchLastSection(True)
        self.rows_button = button(
            theme,
            self.tr("Show the rows"),
            "mdi6.table-search",
            self._on_rows,
            tip=self.tr("Show the rows that differ in the Schema tab"),
        )
        self._lay_out()
        theme.changed.connect(self._dress)
        self._dress()
        self.show_item(None)

    def show_item(self, item: SealItem | None, hint: str = "") -> None:
        """Show a table; without one, what a person could do."""
        verdict = item.verdict if item is not None else None
        self.model.set_verdict(verdict)
        self.table.resizeColumnsToContents()
        total = count_different(verdict) if verdict is not None else 0
        shown = self.model.rowCount()
        self.table.setVisible(bool(shown))
        self.count.setVisible(total > shown)
        self.count.setText(self.tr("The first {0} of {1}").format(f"{shown:,}", f"{total:,}"))
        self._wanted = _rows_wanted(item) if item is not None else None
        self.rows_button.setVisible(self._wanted is not None)
        text, is_bad = self._described(item)
        self.text.setText(text or hint)
        self.text.setVisible(bool(text or hint))
        set_state(self.text, "bad" if is_bad else "")
        left_out = item.sealed.left_out if item is not None else ()
        self.left_out.setVisible(bool(left_out))
        names = one_line(", ".join(left_out), _LONGEST)
        self.left_out.setText(self.tr("Not sealed, may be set later: {0}").format(names))

    def _described(self, item: SealItem | None) -> tuple[str, bool]:
        """Return what is said of a table, and whether that is bad."""
        if item is None:
            return "", False
        name = one_line(item.sealed.table)
        if item.sealed.problem:
            return one_line(item.sealed.problem, _LONGEST), True
        if item.verdict is not None:
            return self._judged(name, item.verdict), not item.verdict.is_true
        if item.sealed.is_gone:
            return self.tr("{0}: this file has no such table any more.").format(name), True
        if item.sealed.seal is None:
            return self.tr("{0}: later changes of its rows will not show.").format(name), False
        told = self.tr("{0}: whether the rows are still what was sealed is not known; verify it.")
        return told.format(name), False

    def _judged(self, name: str, verdict: TableVerdict) -> str:
        parts = [self.tr("{0} sealed rows").format(f"{verdict.sealed_rows:,}")]
        parts.append(self.tr("as sealed") if verdict.is_true else self.tr("NOT as sealed"))
        if verdict.is_gone:
            parts.append(self.tr("the table is gone"))
        elif verdict.schema_changed:
            parts.append(self.tr("its CREATE statement was changed"))
        if verdict.columns_gone:
            gone = one_line(", ".join(verdict.columns_gone))
            parts.append(
                self.tr("gone: {0}; only the presence of the rows was compared").format(gone)
            )
        if verdict.rows_after_seal:
            parts.append(self.tr("{0} rows came since").format(f"{verdict.rows_after_seal:,}"))
        return f"{name}: {'; '.join(parts)}"

    def _on_rows(self) -> None:
        if self._wanted is not None:
            self.rows_asked.emit(self._wanted)

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(2 * SPACE)
        foot.addWidget(self.count)
        foot.addStretch(1)
        foot.addWidget(self.rows_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        for part in (self.text, self.left_out, self.table):
            layout.addWidget(part)
        layout.addLayout(foot)

    def _dress(self) -> None:
        row_px = self._theme.px(_ROW_PX)
        self.table.verticalHeader().setDefaultSectionSize(row_px)
        self.table.setFixedHeight((_ROWS + 1) * row_px)


def _rows_wanted(item: SealItem) -> RowsWanted | None:
    """Return the rows that differ and are there; None where there are none or no name for them."""
    column, verdict = item.sealed.row_column, item.verdict
    if column is None or verdict is None:
        return None
    keys = [key[0] for difference in verdict.differs for key in difference.keys]
    title = f"Rows that are not what was sealed ({len(keys):,})"
    return RowsWanted(item.sealed.table, column, tuple(keys[:_MOST_SHOWN]), title) if keys else None
