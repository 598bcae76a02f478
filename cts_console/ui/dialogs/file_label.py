"""Give a file a name and a colour, so that nobody takes one for another."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from cts_console.ui.colors import Token
from cts_console.ui.text import one_line
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, plain_label

COLORS: Final[tuple[tuple[Token | None, str], ...]] = (
    (None, "No colour"),
    ("bad", "Red: live money"),
    ("warn", "Amber: paper trading"),
    ("ok", "Green: tests"),
    ("info", "Blue: a copy"),
)


class FileLabelDialog(QDialog):
    """Asks for a name and a colour; `accepted` when a person has decided."""

    def __init__(
        self, theme: Theme, path: str, name: str, color: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Name and colour"))
        self._name = QLineEdit(name)
        self._name.setMaxLength(60)
        self._name.setPlaceholderText(self.tr("The file's own name"))
        self._color = QComboBox()
        for token, words in COLORS:
            self._color.addItem(_swatch(theme, token), words, token or "")
        self._color.setCurrentIndex(max(0, self._color.findData(color)))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        where = plain_label(one_line(path, 400), role="muted", selectable=True)
        where.setWordWrap(True)
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        form.addRow(self.tr("&Name"), self._name)
        form.addRow(self.tr("&Colour"), self._color)
        layout = QVBoxLayout(self)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(where)
        layout.addLayout(form)
        layout.addWidget(buttons)
        self.setMinimumWidth(theme.px(380))

    @property
    def name(self) -> str:
        """The name, "" for the file's own."""
        return self._name.text().strip()

    @property
    def color(self) -> str:
        """The colour's token, "" for none."""
        return str(self._color.currentData())

    def choose(self, name: str, color: str) -> None:
        """Fill in a name and a colour."""
        self._name.setText(name)
        self._color.setCurrentIndex(max(0, self._color.findData(color)))


def _swatch(theme: Theme, token: Token | None) -> QIcon:
    pixmap = QPixmap(QSize(theme.px(12), theme.px(12)))
    pixmap.fill(theme.color(token) if token else Qt.GlobalColor.transparent)
    return QIcon(pixmap)
