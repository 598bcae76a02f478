"""A figure that can be pressed: it shows what it counts."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import ElidedLabel, State, set_state

_MARGINS_PX = (12, 8, 8, 8)
_LABEL_PX = 72


class FigureButton(QPushButton):
    """What is counted, the count, and a line under it."""

    def __init__(self, theme: Theme, label: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tip = tip
        self.setProperty("figure", True)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.label = ElidedLabel(label, role="muted")
        self.value = ElidedLabel("–", role="figure")
        self.detail = ElidedLabel("", role="muted")
        self._body = QVBoxLayout(self)
        self._body.setSpacing(2)
        for part in (self.label, self.value, self.detail):
            # The button itself takes every click.
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self._body.addWidget(part)
        theme.changed.connect(self._dress)
        self._dress()
        self.show_figure(0)

    def show_figure(self, count: int, detail: str = "", state: State = "") -> None:
        """Show a count with its state and the line under it."""
        self.value.setText(f"{count:,}")
        self.detail.setText(detail)
        set_state(self.value, state if count else "")
        self.setAccessibleName(f"{self.label.text()}: {count:,}. {detail}".strip())
        self.setToolTip(f"{detail}\n{self._tip}" if detail else self._tip)

    def sizeHint(self) -> QSize:
        """Return what the words need: a push button asks its own text alone."""
        return self._body.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the least at which it can be read."""
        return QSize(self._theme.px(_LABEL_PX), self._body.minimumSize().height())

    def _dress(self) -> None:
        left, top, right, bottom = (self._theme.px(side) for side in _MARGINS_PX)
        self._body.setContentsMargins(left, top, right, bottom)
        self.updateGeometry()
