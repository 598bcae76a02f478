"""System, Light, Dark, switched live; zoom of the whole window; fonts and icons.

Whatever paints with a colour of its own listens to `Theme.changed` and asks `Theme.colors` again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from cts_console.ui.colors import DARK, LIGHT, Colors, Token
from cts_console.ui.icons import IconSet
from cts_console.ui.marks import Marks
from cts_console.ui.style import style_sheet

Mode = Literal["system", "light", "dark"]
MODES: Final[tuple[Mode, ...]] = ("system", "light", "dark")
ZOOM_STEPS: Final = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
BODY_PX: Final = 13
ICON_PX: Final = 16
_TEXT_FAMILIES: Final = ("Inter", "Inter Variable")
_MONO_FAMILIES: Final = ("JetBrains Mono", "DejaVu Sans Mono")


class Theme(QObject):
    """The look of the program. One object, made by `app`, handed to every widget."""

    changed = Signal()
    """Colours or sizes are others now."""

    def __init__(self, application: QApplication, mode: Mode = "system", zoom: float = 1.0) -> None:
        super().__init__(application)
        self._application = application
        self._mode: Mode = mode
        self._zoom = zoom
        self._icon_set = IconSet()
        self._marks = Marks(self._icon_set)
        self._icons: dict[tuple[str, str], QIcon] = {}
        self._text_family = _first_family(_TEXT_FAMILIES)
        self._mono_family = _first_family(_MONO_FAMILIES)
        application.setStyle("Fusion")
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_changed)
        self._apply()

    @property
    def mode(self) -> Mode:
        """What the person chose."""
        return self._mode

    @property
    def zoom(self) -> float:
        """The factor on every font and icon."""
        return self._zoom

    @property
    def colors(self) -> Colors:
        """The colours in force."""
        if self._mode == "system":
            scheme = QGuiApplication.styleHints().colorScheme()
            return DARK if scheme == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._mode == "dark" else LIGHT

    def set_mode(self, mode: Mode) -> None:
        """Switch to System, Light or Dark."""
        if mode != self._mode:
            self._mode = mode
            self._apply()

    def set_zoom(self, zoom: float) -> None:
        """Set the factor on every font, between the first and the last of `ZOOM_STEPS`."""
        self._zoom = min(max(zoom, ZOOM_STEPS[0]), ZOOM_STEPS[-1])
        self._apply()

    def zoom_by(self, steps: int) -> None:
        """Go up or down the ladder of zoom factors."""
        nearest = min(range(len(ZOOM_STEPS)), key=lambda i: abs(ZOOM_STEPS[i] - self._zoom))
        index = min(max(nearest + steps, 0), len(ZOOM_STEPS) - 1)
        self.set_zoom(ZOOM_STEPS[index])

    @contextmanager
    def held(self) -> Iterator[None]:
        """Dress what the block makes once, at its end.

        With a style sheet in force Qt dresses a whole subtree again at every `addWidget`: measured
        half a second of the start.
        """
        sheet = self._application.styleSheet()
        self._application.setStyleSheet("")
        try:
            yield
        finally:
            self._application.setStyleSheet(sheet)

    def px(self, pixels: float) -> int:
        """Return a length of the design at the present zoom."""
        return max(1, round(pixels * self._zoom))

    def font(self, pixels: float = BODY_PX, *, bold: bool = False) -> QFont:
        """Return the text face at a size of the design."""
        return self._font(self._text_family, pixels, bold=bold)

    def mono_font(self, pixels: float = BODY_PX) -> QFont:
        """Return the face for figures, SQL and identifiers."""
        font = self._font(self._mono_family, pixels, bold=False)
        font.setStyleHint(QFont.StyleHint.Monospace)
        # No ligatures: `>=` in SQL must not read as one sign.
        font.setFeature(QFont.Tag("calt"), 0)
        font.setFeature(QFont.Tag("liga"), 0)
        return font

    def color(self, token: Token) -> QColor:
        """Return a colour in force."""
        return QColor(self.colors.of(token))

    def icon(self, name: str, token: Token = "text") -> QIcon:
        """Return an icon of the Material set ("mdi6.database") in a colour in force."""
        color = self.colors.of(token)
        key = (name, color)
        if key not in self._icons:
            muted = QColor(self.colors.muted)
            self._icons[key] = self._icon_set.icon(name, QColor(color), muted)
        return self._icons[key]

    @property
    def icon_size(self) -> QSize:
        """The size of icons in buttons, tabs and lists."""
        side = self.px(ICON_PX)
        return QSize(side, side)

    def _font(self, family: str, pixels: float, *, bold: bool) -> QFont:
        font = QFont(family) if family else QFont(self._application.font())
        font.setPixelSize(self.px(pixels))
        if bold:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def _on_system_changed(self) -> None:
        if self._mode == "system":
            self._apply()

    def _apply(self) -> None:
        self._icons.clear()
        self._application.setFont(self.font())
        self._application.setPalette(_palette(self.colors))
        self._application.setStyleSheet(
            style_sheet(
                self.colors,
                self.px,
                mono=self.mono_font().family(),
                marks=self._marks.draw(self.colors, self.px(ICON_PX)),
            )
        )
        self.changed.emit()


def _first_family(names: tuple[str, ...]) -> str:
    known = set(QFontDatabase.families())
    return next((name for name in names if name in known), "")


def _palette(colors: Colors) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, color in (
        (role.Window, colors.bg),
        (role.WindowText, colors.text),
        (role.Base, colors.panel),
        (role.AlternateBase, colors.raised),
        (role.Text, colors.text),
        (role.PlaceholderText, colors.muted),
        (role.Button, colors.raised),
        (role.ButtonText, colors.text),
        (role.ToolTipBase, colors.raised),
        (role.ToolTipText, colors.text),
        (role.Highlight, colors.selection),
        (role.HighlightedText, colors.text),
        (role.Link, colors.accent),
        (role.Mid, colors.line),
        (role.Accent, colors.accent),
    ):
        palette.setColor(which, QColor(color))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(colors.muted))
    return palette
