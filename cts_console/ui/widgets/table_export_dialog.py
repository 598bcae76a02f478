"""Ask what of a table is exported, and how."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from cts_console.transfer.writers import WRITERS
from cts_console.transfer.writing import FileFormat
from cts_console.ui.text import one_line
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, WrappedLabel, button

_WIDTH_PX: Final = 460


class ExportDialog(QDialog):
    """Takes rows, format and two promises: no formulas, no secrets."""

    def __init__(
        self, theme: Theme, table: str, filters: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export"))
        shown = self.tr("The rows shown, in their order")
        if filters:
            word = self.tr("filter") if filters == 1 else self.tr("filters")
            shown = self.tr("The rows shown ({0} {1}), in their order").format(filters, word)
        self.shown = QRadioButton(shown)
        self.whole = QRadioButton(self.tr("The whole table"))
        self.shown.setChecked(True)
        self.format = QComboBox()
        self.format.setAccessibleName(self.tr("Format"))
        for known in WRITERS:
            self.format.addItem(known.title)
        self.protects = QCheckBox(self.tr("Protect formulas with a quote before them"))
        self.protects.setToolTip(
            self.tr("Text that begins with = + - @ would be calculated by a spreadsheet.")
        )
        self.reveals = QCheckBox(self.tr("Write columns that may hold secrets"))
        self.note = WrappedLabel("muted")
        self.choose_button = button(
            theme, self.tr("Choose a file …"), on_click=self.accept, primary=True
        )
        self.choose_button.setDefault(True)
        self.cancel_button = button(theme, self.tr("Cancel"), on_click=self.reject)
        self.cancel_button.setAutoDefault(False)
        self.format.currentIndexChanged.connect(self._show_state)
        self._lay_out(table)
        self.setMinimumWidth(theme.px(_WIDTH_PX))
        self._show_state()

    @property
    def chosen(self) -> FileFormat:
        """The chosen format."""
        return WRITERS[self.format.currentIndex()]

    def _show_state(self) -> None:
        name = self.chosen.name
        # A sheet marks such cells as text by itself; the others have no formulas.
        self.protects.setEnabled(name == "csv")
        notes = {
            "csv": self.tr("UTF-8; text in quotes, NULL empty, BLOBs as hexadecimal digits."),
            "jsonl": self.tr("One object a line; BLOBs in base64."),
            "json": self.tr("One array of objects; BLOBs in base64."),
            "xlsx": self.tr("Nothing is calculated: text stays text. A cell holds 32,767 letters."),
            "sql": self.tr("The table and its rows; SQLite runs it back to the same contents."),
        }
        self.note.setText(notes[name])

    def _lay_out(self, table: str) -> None:
        title = WrappedLabel("title")
        title.setText(self.tr("Export {0}").format(one_line(table)))
        rows = QVBoxLayout()
        rows.setSpacing(2 * SPACE)
        rows.addWidget(self.shown)
        rows.addWidget(self.whole)
        form = QFormLayout()
        form.setSpacing(2 * SPACE)
        form.addRow(self.tr("Rows"), rows)
        form.addRow(self.tr("Format"), self.format)
        form.addRow("", self.protects)
        form.addRow("", self.reveals)
        foot = QHBoxLayout()
        foot.setSpacing(2 * SPACE)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.choose_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(title)
        layout.addLayout(form)
        # A form would give a wrapped label the height that its narrowest width needs.
        layout.addWidget(self.note)
        layout.addLayout(foot)
