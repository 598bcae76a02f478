"""Icons of the Material set, drawn from the font that `qtawesome` ships.

Importing `qtawesome` itself loads all of its twelve fonts and, through `qtpy`, every name of Qt:
0.2 s of a start that may take one. So only its folder is asked for.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from cts_console.errors import CtsError

_PREFIX: Final = "mdi6."
# The glyphs fill their square; a little air lets them sit beside text of the same height.
_SCALE: Final = 0.9


class IconSet:
    """The font and its names; made once, used in the thread of the user interface."""

    def __init__(self) -> None:
        font_file = _find("materialdesignicons6-webfont-[0-9]*.ttf")
        charmap = _find("materialdesignicons6-webfont-charmap-*.json")
        self._codes: dict[str, str] = json.loads(charmap.read_text("utf-8"))
        number = QFontDatabase.addApplicationFont(str(font_file))
        if number < 0:
            raise _incomplete(f"{font_file} is not a font.")
        self._family = QFontDatabase.applicationFontFamilies(number)[0]

    def icon(self, name: str, color: QColor, disabled: QColor) -> QIcon:
        """Return the icon "mdi6.database"; raises `KeyError` for a name that the set lacks."""
        glyph = chr(int(self._codes[name.removeprefix(_PREFIX)], 16))
        return QIcon(_GlyphEngine(self._family, glyph, color, disabled))


class _GlyphEngine(QIconEngine):
    """Draws one glyph at any size."""

    def __init__(self, family: str, glyph: str, color: QColor, disabled: QColor) -> None:
        super().__init__()
        self._family = family
        self._glyph = glyph
        self._color = color
        self._disabled = disabled

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        """Draw into `rect`."""
        font = QFont(self._family)
        font.setPixelSize(max(1, round(rect.height() * _SCALE)))
        # The font hints badly: its outlines are meant to be smoothed.
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        painter.save()
        painter.setFont(font)
        painter.setPen(self._disabled if mode == QIcon.Mode.Disabled else self._color)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._glyph)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the glyph on a transparent ground."""
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap


def _find(pattern: str) -> Path:
    spec = find_spec("qtawesome")
    folders = spec.submodule_search_locations if spec is not None else None
    for folder in folders or ():
        found = sorted(Path(folder, "fonts").glob(pattern))
        if found:
            return found[-1]
    raise _incomplete(f"No file {pattern!r} of the package qtawesome was found.")


def _incomplete(message: str) -> CtsError:
    return CtsError(
        "internal", "The installation is incomplete", message, "Install CTS Console again."
    )
