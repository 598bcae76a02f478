"""What is shipped with the program, and under which licences: one long text."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from cts_console import paths
from cts_console.errors import CtsError
from cts_console.sqlite import Connection
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE
from cts_console.worker import Errand

_SIZE_PX: Final = (820, 600)


def read_licences(_connection: Connection | None, _errand: Errand) -> str:
    """Return the shipped file.

    Raises:
        CtsError: "internal" where the installation lacks it.
    """
    file = paths.resources_dir() / "licences.txt"
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise CtsError(
            "internal",
            "The licences cannot be read",
            f"{file}: {error.strerror or error}.",
            "Install CTS Console again.",
        ) from error


class LicencesDialog(QDialog):
    """The text, to read and to copy."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(self.tr("Licences"))
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(self.tr("Licences"))
        self.text.setPlainText(text)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(self.text, 1)
        layout.addWidget(buttons)
        theme.changed.connect(self._dress)
        self._dress()
        room = self.screen().availableGeometry()
        width, height = map(theme.px, _SIZE_PX)
        self.resize(min(width, room.width()), min(height, room.height()))

    def _dress(self) -> None:
        self.text.setFont(self._theme.mono_font(12))
