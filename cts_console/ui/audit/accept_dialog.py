"""Ask why a finding is accepted, and until when."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QDate, Qt, QTimeZone
from PySide6.QtWidgets import (
    QCheckBox,
    QDateEdit,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from cts_console.ui.models.findings import FindingItem
from cts_console.ui.text import one_line
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, WrappedLabel, button

_WIDTH_PX: Final = 520
_MONTHS: Final = 3
_LONGEST_TITLE: Final = 600
_LONGEST_REASON: Final = 2_000


class AcceptDialog(QDialog):
    """Takes a reason, which is a must, and a last day, which is offered."""

    def __init__(self, theme: Theme, item: FindingItem, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Accept a finding"))
        today = QDate.currentDate()
        self.reason = QLineEdit()
        self.reason.setAccessibleName(self.tr("Reason"))
        self.reason.setPlaceholderText(self.tr("Why you live with it"))
        self.reason.setMaxLength(_LONGEST_REASON)
        self.ends = QCheckBox(self.tr("until the end of"))
        self.ends.setChecked(True)
        self.day = QDateEdit(today.addMonths(_MONTHS))
        self.day.setTimeZone(QTimeZone.utc())
        self.day.setAccessibleName(self.tr("Last day, in UTC"))
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setMinimumDate(today)
        self.accept_button = button(theme, self.tr("Accept"), on_click=self.accept)
        self.accept_button.setDefault(True)
        self.cancel_button = button(theme, self.tr("Cancel"), on_click=self.reject)
        self.cancel_button.setAutoDefault(False)
        self.reason.textChanged.connect(self._show_state)
        self.ends.toggled.connect(self.day.setEnabled)
        self._lay_out(item)
        self.setMinimumWidth(theme.px(_WIDTH_PX))
        self._show_state()

    @property
    def until(self) -> str | None:
        """The last day as ISO 8601, None for no end."""
        if not self.ends.isChecked():
            return None
        return self.day.date().toString(Qt.DateFormat.ISODate)

    def accept(self) -> None:
        """Close with the answer, if there is a reason."""
        if self.reason.text().strip():
            super().accept()

    def _show_state(self) -> None:
        self.accept_button.setEnabled(bool(self.reason.text().strip()))

    def _lay_out(self, item: FindingItem) -> None:
        title = WrappedLabel("title")
        title.setText(one_line(item.title, _LONGEST_TITLE))
        note = WrappedLabel("muted")
        note.setText(
            self.tr(
                "It is folded away and counted apart, here, in status and on the command line, and "
                "comes back after its last day (UTC). Nothing is written into the database."
            )
        )
        until = QHBoxLayout()
        until.setSpacing(2 * SPACE)
        until.addWidget(self.ends)
        until.addWidget(self.day)
        until.addStretch(1)
        form = QFormLayout()
        form.setSpacing(2 * SPACE)
        form.addRow(self.tr("Reason"), self.reason)
        form.addRow("", until)
        foot = QHBoxLayout()
        foot.setSpacing(2 * SPACE)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.accept_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(title)
        layout.addLayout(form)
        layout.addWidget(note)
        layout.addLayout(foot)
