"""The line over a chart that names its series and tells their values."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, plain_label

_DOT_PX = 8


class _Dot(QWidget):
    """A series' colour."""

    def __init__(self, theme: Theme, place: int) -> None:
        super().__init__()
        self._theme = theme
        self._place = place
        theme.changed.connect(self._fit)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a disc in the series' colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colors = self._theme.colors.series
        painter.setBrush(QColor(colors[self._place % len(colors)]))
        painter.drawEllipse(self.rect())
        painter.end()

    def _fit(self) -> None:
        side = self._theme.px(_DOT_PX)
        self.setFixedSize(side, side)
        self.update()


class _Entry(QWidget):
    """One series: its dot, its name, its value."""

    def __init__(self, theme: Theme, place: int) -> None:
        super().__init__()
        self._theme = theme
        # Names are cut where they come from: a legend that shrinks with the card reads "tr…".
        self.name = plain_label(role="muted")
        self.value = plain_label()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        for part in (_Dot(theme, place), self.name, self.value):
            layout.addWidget(part)
        theme.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self.value.setFont(self._theme.mono_font())


class Legend(QWidget):
    """Names and values of up to `most` series."""

    def __init__(self, theme: Theme, most: int) -> None:
        super().__init__()
        self._entries = tuple(_Entry(theme, place) for place in range(most))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * SPACE)
        for entry in self._entries:
            layout.addWidget(entry)
            entry.hide()

    def show_values(self, values: tuple[tuple[str, str], ...]) -> None:
        """Show (name, value) per series."""
        for place, entry in enumerate(self._entries):
            if place < len(values):
                name, value = values[place]
                entry.name.setText(name)
                entry.name.setVisible(bool(name))
                entry.name.setToolTip(name)
                entry.value.setText(value)
            entry.setVisible(place < len(values))

    def text(self) -> str:
        """Return what it shows, for who cannot see it."""
        shown = [entry for entry in self._entries if not entry.isHidden()]
        return ", ".join(f"{entry.name.text()} {entry.value.text()}".strip() for entry in shown)
