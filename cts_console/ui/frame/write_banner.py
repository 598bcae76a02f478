"""The coloured bar across the window of a file that may be written; it locks itself when idle."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from cts_console.maintenance import FileUsers
from cts_console.ui.text import one_line, tip_text
from cts_console.ui.widgets.basics import SPACE, ElidedLabel

IDLE_LIMIT_S: Final = 600.0
_LOOK_INTERVAL_MS: Final = 1_000
_WARN_BEFORE_S: Final = 60.0
_INPUT: Final = (
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.Wheel,
    QEvent.Type.MouseMove,
    QEvent.Type.TouchBegin,
)


class WriteBanner(QFrame):
    """Visible while the lock switch is open."""

    lock_wanted = Signal()
    """A person wants the file locked, or ten minutes went by without any input."""

    def __init__(
        self,
        is_working: Callable[[], bool],
        parent: QWidget | None = None,
        *,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._is_working = is_working
        self._now_s = now_s
        self._last_input_s = now_s()
        self._watched: QObject | None = None
        self.setProperty("banner", True)
        self._text = ElidedLabel()
        self._left = ElidedLabel()
        # A plain button: its colours are those of the banner, not of the theme.
        self.lock_button = QPushButton(self.tr("Lock now"))
        self.lock_button.setToolTip(self.tr("Lock the file again (Ctrl+L)"))
        self.lock_button.clicked.connect(lambda _checked=False: self.lock_wanted.emit())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3 * SPACE, SPACE, 3 * SPACE, SPACE)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(self._text, 4)
        layout.addWidget(self._left, 1)
        layout.addWidget(self.lock_button)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_INTERVAL_MS)
        self._timer.timeout.connect(self.look)
        self.hide()

    @property
    def text(self) -> str:
        """What the bar says."""
        return self._text.text()

    def begin(self, name: str, users: FileUsers) -> None:
        """Show the bar for the file of this name, used by these others."""
        others = "" if users.alone else f" {one_line(users.describe())}."
        self._text.setText(
            self.tr("{0} can be changed: rows, settings, maintenance.").format(name) + others
        )
        self._text.setToolTip(tip_text(self._text.text()))
        self._last_input_s = self._now_s()
        window = self.window().windowHandle()
        if window is not None:
            # All input of the window comes through here, and nothing else does.
            window.installEventFilter(self)
            self._watched = window
        self._timer.start()
        self.look()
        self.show()

    def end(self) -> None:
        """Hide the bar."""
        self._timer.stop()
        if self._watched is not None:
            self._watched.removeEventFilter(self)
            self._watched = None
        self.hide()

    def look(self) -> None:
        """Lock where nobody has touched the window for ten minutes and no work of ours runs."""
        idle_s = self._now_s() - self._last_input_s
        left_s = IDLE_LIMIT_S - idle_s
        self._left.setText(
            self.tr("locks itself in {0:.0f} s").format(max(0.0, left_s))
            if left_s <= _WARN_BEFORE_S
            else ""
        )
        if left_s <= 0 and not self._is_working():
            self.lock_wanted.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Note every input; take none away."""
        if event.type() in _INPUT:
            self._last_input_s = self._now_s()
        return False
