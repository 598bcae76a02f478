"""The small marks of controls (arrows, ticks) as picture files, as a style sheet wants them."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor

from cts_console.ui.colors import Colors
from cts_console.ui.icons import IconSet

# Name in the style sheet, icon, the colour's token.
_MARKS: Final = (
    ("arrow_down", "mdi6.chevron-down", "muted"),
    ("arrow_up", "mdi6.chevron-up", "muted"),
    ("tick", "mdi6.check-bold", "on_accent"),
)


class Marks:
    """Draws the marks of a theme into a folder that goes with the program."""

    def __init__(self, icons: IconSet) -> None:
        self._icons = icons
        self._folder = tempfile.mkdtemp(prefix="cts-console-")
        # A `QTemporaryDir` would stay: Python ends without taking its objects apart.
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)

    def draw(self, colors: Colors, side: int) -> dict[str, str]:
        """Return the path of each mark, `side` pixels wide, by its name in the style sheet."""
        return {
            name: self._draw(icon, QColor(getattr(colors, token)), side)
            for name, icon, token in _MARKS
        }

    def _draw(self, icon_name: str, color: QColor, side: int) -> str:
        # Qt keeps pictures by their path: another colour or size needs another.
        stem = f"{icon_name.removeprefix('mdi6.')}-{color.name()[1:]}-{side}"
        path = Path(self._folder, f"{stem}.png")
        if not path.exists():
            icon = self._icons.icon(icon_name, color, color)
            icon.pixmap(QSize(side, side)).save(str(path))
            icon.pixmap(QSize(2 * side, 2 * side)).save(str(path.with_name(f"{stem}@2x.png")))
        return path.as_posix()
