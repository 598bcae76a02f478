"""The running job: its title, progress, time left, and the one Stop button."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from cts_console.ui.clock import age_text
from cts_console.ui.context import WindowContext
from cts_console.ui.text import one_line, tip_text
from cts_console.ui.widgets.basics import SPACE, ElidedLabel, button, plain_label
from cts_console.worker import Client, Ticket

_LOOK_INTERVAL_MS: Final = 100
# A small question that takes longer than this is shown like any other work.
QUIET_LIMIT_S: Final = 0.5
# Before that an estimate of the time left would only jump.
_ESTIMATE_AFTER_S: Final = 1.5


class JobStrip(QWidget):
    """Shows the work of all three threads, the longest first; Stop is always in the same place."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = context.theme
        self._clients = context.clients
        self._shown: tuple[Client, Ticket] | None = None
        self._began_s = 0.0
        self._is_stopping = False
        self.title = ElidedLabel(role="muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the running job"))
        self.left = plain_label(role="muted")
        self.stop_button = button(
            self._theme,
            self.tr("Stop"),
            "mdi6.stop",
            self.stop,
            tip=self.tr("Stop the running job (Esc)"),
        )
        self.stop_button.setEnabled(False)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.title, 1)
        for part in (self.bar, self.left, self.stop_button):
            layout.addWidget(part, 0)
        self._theme.changed.connect(self._dress)
        self._dress()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_INTERVAL_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        for client in self._clients:
            client.job_started.connect(self.look)
            client.job_ended.connect(self.look)
        self._show_nothing()

    def minimumSizeHint(self) -> QSize:
        """Return room for the Stop button and a few letters."""
        hint = self.stop_button.sizeHint()
        return QSize(hint.width() + self._theme.px(60), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what does not fit."""
        super().resizeEvent(event)
        self._fit()

    @property
    def is_stoppable(self) -> bool:
        """Whether there is something that Stop would stop."""
        return self.stop_button.isEnabled()

    def stop(self) -> None:
        """Stop the job that is shown, or without one whatever a person may be waiting for."""
        if self._shown is not None:
            client, ticket = self._shown
            if client.running is ticket:
                client.stop()
            self._is_stopping = True
            self.look()

    def look(self) -> None:
        """Show what runs now."""
        found = self._find()
        if found is None:
            if self._shown is not None:
                self._shown = None
                self._show_nothing()
            return
        if self._shown is None or self._shown[1] is not found[1]:
            self._shown = found
            self._is_stopping = False
            self._began_s = time.monotonic() - found[0].running_for_s
        self._show(found[1])

    def _find(self) -> tuple[Client, Ticket] | None:
        """Return the job to show: one that is worth it by itself, else one that takes long."""
        running = [(c, c.running) for c in self._clients if c.running is not None]
        for client, ticket in running:
            if not ticket.job.quiet:
                return client, ticket
        slow = [row for row in running if row[0].running_for_s > QUIET_LIMIT_S]
        return max(slow, key=lambda row: row[0].running_for_s) if slow else None

    def _show(self, ticket: Ticket) -> None:
        progress = ticket.errand.progress
        note = one_line(progress.note) if progress is not None and progress.note else ""
        title = self.tr("Stopping …") if self._is_stopping else ticket.job.title
        self.title.setText(f"{title}: {note}" if note and not self._is_stopping else title)
        self.title.setToolTip(tip_text(self.title.text()))
        fraction = None if progress is None else progress.fraction
        if fraction is not None:
            # QProgressBar counts in 32 bits.
            self.bar.setRange(0, 1000)
            self.bar.setValue(int(fraction * 1000))
        else:
            self.bar.setRange(0, 0)
        self.left.setText(self._left_text(fraction))
        self.stop_button.setEnabled(not self._is_stopping)
        self._fit()

    def _left_text(self, fraction: float | None) -> str:
        elapsed_s = time.monotonic() - self._began_s
        if not fraction:
            return age_text(elapsed_s) if elapsed_s > 1 else ""
        if elapsed_s < _ESTIMATE_AFTER_S or fraction >= 1:
            return ""
        left_s = elapsed_s * (1 - fraction) / fraction
        return self.tr("about {0} left").format(age_text(max(1.0, left_s)))

    def _show_nothing(self) -> None:
        self.title.setText("")
        self.left.setText("")
        self.stop_button.setEnabled(False)
        self._fit()

    def _fit(self) -> None:
        # Stop keeps its place; the rest goes where there is no room for it.
        is_running = self._shown is not None
        room = self.width() - self.stop_button.sizeHint().width() - 2 * SPACE
        room -= self.bar.width() + 2 * SPACE
        self.bar.setVisible(is_running and room >= self._theme.px(40))
        room -= self.left.sizeHint().width() + 2 * SPACE
        self.left.setVisible(is_running and bool(self.left.text()) and room >= self._theme.px(80))

    def _dress(self) -> None:
        self.bar.setFixedWidth(self._theme.px(120))
        self._fit()
