"""The line over a chart that names its series, tells their values, and turns them on and off."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QWidget

from cts_console.ui.audit.flow_layout import FlowLayout
from cts_console.ui.text import tip_text
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, plain_label

_DOT_PX = 8


class _Dot(QWidget):
    """A series' colour; hollow where the series is off."""

    def __init__(self, theme: Theme, place: int) -> None:
        super().__init__()
        self._theme = theme
        self._place = place
        self.is_on = True
        theme.changed.connect(self._fit)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a disc in the series' colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = self._theme.colors.series
        color = QColor(colors[self._place % len(colors)])
        painter.setPen(QPen(color, 1))
        painter.setBrush(color if self.is_on else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _fit(self) -> None:
        side = self._theme.px(_DOT_PX)
        self.setFixedSize(side, side)
        self.update()


class _Entry(QAbstractButton):
    """One series: its dot, its name, its value; a click turns it off or on."""

    def __init__(self, theme: Theme, place: int, can_toggle: bool) -> None:
        super().__init__()
        self._theme = theme
        self._can_toggle = can_toggle
        self.setCheckable(True)
        self.setChecked(True)
        self._dot = _Dot(theme, place)
        # Names are cut where they come from: a legend that shrinks with the card reads "tr…".
        self.name = plain_label(role="muted")
        self.value = plain_label()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        for part in (self._dot, self.name, self.value):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(part)
        self.toggled.connect(self._on_toggled)
        theme.changed.connect(self._dress)
        self._dress()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Show the focus; all else is painted by the parts."""
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(self._theme.color("accent"))
            painter.drawLine(self.rect().bottomLeft(), self.rect().bottomRight())
            painter.end()

    def show_value(self, name: str, value: str, *, is_on: bool) -> None:
        """Show a series."""
        _set_text(self.name, name)
        self.name.setVisible(bool(name))
        _set_text(self.value, value if is_on else "")
        self.value.setVisible(is_on)
        may = bool(name) and self._can_toggle
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not may)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if may else Qt.FocusPolicy.NoFocus)
        self.setToolTip(tip_text(name))
        self.setAccessibleName(f"{name} {value}".strip())
        if self.isChecked() != is_on:
            self.setChecked(is_on)

    def _on_toggled(self, is_on: bool) -> None:
        self._dot.is_on = is_on
        self._dot.update()

    def _dress(self) -> None:
        self.value.setFont(self._theme.mono_font())


class Legend(QWidget):
    """Names and values of up to `most` series."""

    toggled = Signal(str, bool)
    """Carries the name of a series that a person turns off or on."""

    def __init__(
        self, theme: Theme, most: int, *, is_wide: bool = True, can_toggle: bool = False
    ) -> None:
        super().__init__()
        self._entries = tuple(_Entry(theme, place, can_toggle) for place in range(most))
        # In a narrow chart it takes as many lines as it needs.
        layout = QHBoxLayout(self) if is_wide else FlowLayout(3 * SPACE, self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * SPACE)
        for entry in self._entries:
            layout.addWidget(entry)
            entry.hide()
            entry.clicked.connect(self._on_clicked)

    def hasHeightForWidth(self) -> bool:
        """Return False: it takes its height itself, or every layout around it would ask for it."""
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take as many lines as the names need."""
        super().resizeEvent(event)
        self._fit()

    def show_values(
        self, values: tuple[tuple[str, str], ...], off: frozenset[str] = frozenset()
    ) -> None:
        """Show (name, value) per series; those of `off` are not drawn."""
        for place, entry in enumerate(self._entries):
            if place < len(values):
                name, value = values[place]
                entry.show_value(name, value, is_on=name not in off)
            if entry.isHidden() == (place < len(values)):
                entry.setVisible(place < len(values))
        self._fit()

    def _fit(self) -> None:
        layout = self.layout()
        if isinstance(layout, FlowLayout):
            height = layout.heightForWidth(self.width())
            if height != self.minimumHeight():
                self.setMinimumHeight(height)

    def text(self) -> str:
        """Return what it shows, for who cannot see it."""
        shown = [entry for entry in self._entries if not entry.isHidden()]
        return ", ".join(f"{entry.name.text()} {entry.value.text()}".strip() for entry in shown)

    def _on_clicked(self, is_on: bool) -> None:
        sender = self.sender()
        if isinstance(sender, _Entry):
            self.toggled.emit(sender.name.text(), is_on)


def _set_text(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
