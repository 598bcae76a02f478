"""The rows behind a finding, with how many there are in truth."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from cts_console.ui.clock import Clock
from cts_console.ui.models.findings import FindingItem
from cts_console.ui.models.findings_evidence import EvidenceModel
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, plain_label

_ROW_PX = 26
_MOST_ROWS = 8
_WIDEST_PX = 260
_FITTED_ROWS = 100


class EvidenceBox(QWidget):
    """Hidden where a finding has no evidence."""

    def __init__(self, theme: Theme, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = EvidenceModel(theme, clock, self)
        self.title = plain_label(role="muted")
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(self.tr("Evidence"))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.horizontalHeader().setResizeContentsPrecision(_FITTED_ROWS)
        copy = QShortcut(
            QKeySequence(QKeySequence.StandardKey.Copy),
            self.table,
            context=Qt.ShortcutContext.WidgetShortcut,
        )
        copy.activated.connect(self._copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.title)
        layout.addWidget(self.table)
        theme.changed.connect(self._fit)
        # "CET" is as wide as "UTC", "GMT+05:30" is not.
        clock.changed.connect(self._fit)

    def show_item(self, item: FindingItem) -> None:
        """Show the evidence of a finding."""
        self.setVisible(bool(item.rows))
        self.model.set_item(item)
        shown, total = len(item.rows), item.total
        if total > shown:
            self.title.setText(
                self.tr("Evidence, the first {0} of {1} rows").format(shown, f"{total:,}")
            )
        else:
            self.title.setText(self.tr("Evidence"))
        self._fit()

    def _fit(self) -> None:
        row_px = self._theme.px(_ROW_PX)
        self.table.verticalHeader().setDefaultSectionSize(row_px)
        # A number stretched to the far side is not read as part of its row. First of all, because a
        # column that is stretched no longer gets back the width that it had before.
        last = self.model.columnCount() - 1
        self.table.horizontalHeader().setStretchLastSection(not self.model.is_number(last))
        self.table.resizeColumnsToContents()
        widest = self._theme.px(_WIDEST_PX)
        for column in range(self.model.columnCount()):
            self.table.setColumnWidth(column, min(self.table.columnWidth(column), widest))
        rows = min(self.model.rowCount(), _MOST_ROWS)
        # The header, and a scroll bar where the columns are wide.
        extra = self.table.horizontalHeader().sizeHint().height() + self._theme.px(16)
        self.table.setFixedHeight(rows * row_px + extra)

    def _copy(self) -> None:
        rows: dict[int, list[str]] = {}
        for index in sorted(self.table.selectedIndexes(), key=lambda i: (i.row(), i.column())):
            rows.setdefault(index.row(), []).append(str(index.data()))
        QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in rows.values()))
