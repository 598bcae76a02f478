"""The menu of files that were open before."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from cts_console.ui.settings import WindowSettings
from cts_console.ui.text import one_line, tip_text


class RecentMenu(QMenu):
    """Filled when it opens. Whether a file still exists is seen by opening it, never here."""

    file_wanted = Signal(str)
    """Carries a path."""

    def __init__(self, settings: WindowSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setTitle(self.tr("&Recent files"))
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """List the files as they are remembered now."""
        self.clear()
        paths = self._settings.recent_files()
        for path in paths:
            name, _color = self._settings.file_label(path)
            shown = one_line(f"{name} – {path}" if name else path, 80)
            action = self.addAction(shown.replace("&", "&&"))
            action.setToolTip(tip_text(one_line(path, 400)))
            action.triggered.connect(partial(self._on_file, path))
        if not paths:
            self.addAction(self.tr("No file yet")).setEnabled(False)
            return
        self.addSeparator()
        self.addAction(self.tr("&Clear this list")).triggered.connect(self._on_clear)

    def _on_file(self, path: str, _checked: bool = False) -> None:
        self.file_wanted.emit(path)

    def _on_clear(self, _checked: bool = False) -> None:
        self._settings.forget_files()
        self.fill()
