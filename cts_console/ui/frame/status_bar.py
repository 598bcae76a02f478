"""The status bar: what the file is, what we hold of it, the zone, and the running job."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStatusBar, QWidget

from cts_console.sqlite import OwnUse, own_use, sqlite_version
from cts_console.ui.context import WindowContext
from cts_console.ui.frame.facts import FileFacts, Pulse
from cts_console.ui.frame.job_strip import JobStrip
from cts_console.ui.text import duration_text, size_text
from cts_console.ui.widgets.basics import SPACE, ElidedLabel, button, plain_label, set_state

_LOOK_INTERVAL_MS: Final = 250
# A read shorter than this holds up no checkpoint that a person could notice.
_WORTH_TELLING_S: Final = 0.5
_TOO_LONG_S: Final = 10.0


class StatusBar(QStatusBar):
    """One line at the foot of the window."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._facts: FileFacts | None = None
        self._pulse: Pulse | None = None
        self._use: OwnUse | None = None
        self.setSizeGripEnabled(False)
        self.facts = ElidedLabel(role="muted")
        self.reading = plain_label(role="muted")
        self.reading.setAccessibleName(self.tr("Our own oldest read transaction"))
        self.zone = button(context.theme, "", on_click=self._switch_zone)
        self.zone.setProperty("flat", True)
        self.jobs = JobStrip(context)
        self._lay_out()
        context.clock.changed.connect(self._show_zone)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_INTERVAL_MS)
        self._timer.timeout.connect(self.show_reading)
        self._timer.start()
        self._show_zone()
        self._show_facts()
        self.show_reading()

    def show_facts(self, facts: FileFacts | None) -> None:
        """Show the facts of a file, or none."""
        if facts is None or (self._facts is not None and facts.number != self._facts.number):
            self._pulse = None
        self._facts = facts
        self._use = None if facts is None else own_use(facts.path)
        self._show_facts()

    def show_pulse(self, pulse: Pulse) -> None:
        """Show the present sizes."""
        self._pulse = pulse
        self._show_facts()

    def show_reading(self) -> None:
        """Show for how long a job of ours has been reading the file without a pause."""
        oldest_s = self._oldest_read_s()
        if oldest_s < _WORTH_TELLING_S:
            self.reading.setText(self.tr("no read open"))
            set_state(self.reading, "")
        else:
            self.reading.setText(self.tr("reading for up to {0:.0f} s").format(max(1.0, oldest_s)))
            set_state(self.reading, "warn" if oldest_s > _TOO_LONG_S else "info")
        self.reading.setToolTip(self._reading_tip())
        self._fit()

    def _reading_tip(self) -> str:
        told = self.tr(
            "For how long this console's longest job has been at the file: its read is at most "
            "as old. While a read lasts, no checkpoint can reset the log. Between two jobs "
            "no read is ever open."
        )
        if self._use is None:
            return told
        measured = self.tr(
            "Measured: the oldest read that is open now is {0} old; since the file was opened "
            "this console has held the write lock for {1} in all."
        )
        oldest = duration_text(self._use.oldest_read_s() * 1000)
        held = duration_text(self._use.totals.lock_s * 1000)
        return f"{told}\n\n{measured.format(oldest, held)}"

    def _oldest_read_s(self) -> float:
        context = self._context
        oldest_s = 0.0
        for client in context.clients:
            ticket = client.running
            # Work without a target opens the file itself, if at all (a backup, an audit).
            if ticket is not None and (ticket.job.target is not None or not ticket.job.quiet):
                oldest_s = max(oldest_s, client.running_for_s)
        return oldest_s

    def _show_facts(self) -> None:
        parts = [f"SQLite {sqlite_version()}"]
        facts, pulse = self._facts, self._pulse
        if pulse is not None:
            parts.append(size_text(pulse.size_bytes))
        if facts is not None:
            tables = self.tr("{0:,} table") if facts.tables == 1 else self.tr("{0:,} tables")
            indexes = self.tr("{0:,} index") if facts.indexes == 1 else self.tr("{0:,} indexes")
            parts += [tables.format(facts.tables), indexes.format(facts.indexes)]
        if pulse is not None and facts is not None and facts.journal_mode == "wal":
            parts.append(f"WAL {size_text(pulse.wal_bytes)}")
        self.facts.setText(" · ".join(parts))
        self.facts.setToolTip("\n".join(parts))

    def _show_zone(self) -> None:
        name = self._context.clock.zone_name()
        is_utc = self._context.clock.zone == "utc"
        self.zone.setText(name if is_utc else self.tr("Local ({0})").format(name))
        self.zone.setToolTip(self.tr("Instants are shown in this zone; click to switch"))
        self.zone.setAccessibleName(self.tr("Time zone: {0}").format(self.zone.text()))

    def _switch_zone(self) -> None:
        clock = self._context.clock
        clock.set_zone("local" if clock.zone == "utc" else "utc")

    def _lay_out(self) -> None:
        line = QWidget()
        layout = QHBoxLayout(line)
        layout.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(self.facts, 2)
        layout.addWidget(self.reading)
        layout.addWidget(self.zone)
        layout.addWidget(self.jobs, 3)
        self.addWidget(line, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what does not fit."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        px = self._context.theme.px
        room = self.width() - self.jobs.minimumSizeHint().width() - px(160)
        room -= self.zone.sizeHint().width()
        has_file = self._facts is not None
        self.reading.setVisible(has_file and room >= self.reading.sizeHint().width() + px(120))
