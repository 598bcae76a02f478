"""What this program is made of, with the versions that a report of a mistake needs."""

from __future__ import annotations

import platform

import PySide6
from PySide6.QtCore import Signal, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from cts_console import __version__
from cts_console.sqlite import apsw_version, sqlite_version
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, plain_label


def versions() -> dict[str, str]:
    """Return the versions of everything that matters, by name."""
    return {
        "CTS Console": __version__,
        "SQLite": sqlite_version(),
        "APSW": apsw_version(),
        "Qt": qVersion() or "unknown",
        "PySide6": PySide6.__version__,
        "Python": platform.python_version(),
        "System": platform.platform(),
    }


class AboutDialog(QDialog):
    """The versions; they can be copied. It leads to the licences of what is shipped."""

    licences_asked = Signal()
    """Show the licences."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About CTS Console"))
        form = QFormLayout()
        for name, version in versions().items():
            value = plain_label(version, selectable=True)
            value.setAccessibleName(f"{name} {version}")
            form.addRow(name, value)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda _checked=False: self.copy_versions())
        licences = buttons.addButton(self.tr("Licences …"), QDialogButtonBox.ButtonRole.ActionRole)
        licences.clicked.connect(lambda _checked=False: self.licences_asked.emit())
        layout = QVBoxLayout(self)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(plain_label("CTS Console", role="title"))
        layout.addWidget(
            plain_label(self.tr("Looks after the SQLite file of a trading system."), role="muted")
        )
        layout.addLayout(form)
        layout.addWidget(buttons)
        self.setMinimumWidth(theme.px(380))

    def copy_versions(self) -> None:
        """Put the versions into the clipboard."""
        lines = [f"{name} {version}" for name, version in versions().items()]
        QGuiApplication.clipboard().setText("\n".join(lines))
