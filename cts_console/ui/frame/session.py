"""`FileSession`: which file is open, whether it may be written, and whether it is still there."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from cts_console.errors import CtsError
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.frame.facts import (
    FileFacts,
    Pulse,
    WriteLeave,
    let_go,
    read_facts,
    read_pulse,
    read_write_leave,
)
from cts_console.ui.text import one_line
from cts_console.worker import Job, Target

PULSE_INTERVAL_MS: Final = 2_000


class FileSession(QObject):
    """Opens, watches, unlocks and closes the one file of the window, all through jobs."""

    database_changed = Signal(object)
    """Carries the `OpenDatabase` after opening, unlocking and locking; None after closing."""
    facts_changed = Signal(object)
    """Carries `FileFacts`, or None without a file."""
    pulse_changed = Signal(object)
    """Carries a `Pulse`."""
    opening = Signal(str)
    """Carries the path that is being opened."""
    failed = Signal(object)
    """Carries the `CtsError` with which opening or unlocking ended."""
    lost = Signal(object)
    """Carries a `CtsError`: the open file is gone, another one, or cut off."""
    unlocked = Signal(object)
    """Carries the `FileUsers` at the moment of unlocking."""

    def __init__(self, context: WindowContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.database: OpenDatabase | None = None
        self.facts: FileFacts | None = None
        self._is_lost = False
        self._last_pulse: Pulse | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(PULSE_INTERVAL_MS)
        self._timer.timeout.connect(self.take_pulse)
        context.navigator.file_changed.connect(self.read_again)

    def open(self, path: str | Path, *, writable: bool = False) -> None:
        """Open the file at `path` instead of the present one, which stays if that fails."""
        self.opening.emit(str(path))
        # For writing it is opened so from the start: SQLite then undoes an interrupted write.
        target = Target(Path(path), "read_write" if writable else "read_only")
        title = self.tr("Opening {0}").format(one_line(Path(path).name, 60))
        job = Job(title, read_facts, target, timeout_s=30)
        self._context.browse.submit(
            job, self, partial(self._on_opened, writable), self.failed.emit, key="open"
        )

    def close(self) -> None:
        """Close the file: every thread lets go of it."""
        if self.database is None:
            return
        self._forget()
        self.database_changed.emit(None)
        self.facts_changed.emit(None)
        context = self._context
        for client in context.clients:
            client.submit(Job("Closing", let_go, quiet=True, releases_file=True), self)

    def unlock(self) -> None:
        """Allow writing, once it is known who else has the file open."""
        if self.database is None or self.database.writable:
            return
        work = partial(read_write_leave, path=self.database.path)
        self._context.monitor.submit(
            Job("Unlocking", work, quiet=True),
            self,
            partial(self._on_leave, self.database),
            self.failed.emit,
            key="unlock",
        )

    def lock(self) -> None:
        """Forbid writing again; the writing connection is closed."""
        if self.database is None or not self.database.writable:
            return
        self._set_database(replace(self.database, writable=False))
        self._context.operations.submit(
            Job("Locking", let_go, quiet=True, releases_file=True), self
        )

    def read_again(self) -> None:
        """Read the facts again, after a write of ours or a change of the schema."""
        if self.database is not None and not self._is_lost:
            job = Job("Reading the file's facts", read_facts, self.database.target(), quiet=True)
            self._context.browse.submit(job, self, self._on_facts, lambda _error: None, key="facts")

    def take_pulse(self) -> None:
        """Look whether the file is still there, and how large it is."""
        if self.database is None or self._is_lost:
            return
        job = Job("Looking at the file", read_pulse, self.database.target(), quiet=True)
        self._context.monitor.submit(
            job,
            self,
            partial(self._on_pulse, self.database.path),
            self._on_no_pulse,
            key="pulse",
        )

    def _on_opened(self, writable: bool, facts: FileFacts) -> None:
        self._forget()
        self._on_facts(facts)
        self._set_database(
            OpenDatabase(facts.path, facts.kind, facts.purpose, facts.note, writable=False)
        )
        if facts.note:
            self._context.navigator.notice_raised.emit(facts.note)
        self._timer.start()
        self.take_pulse()
        if writable:
            self.unlock()

    def _on_facts(self, facts: FileFacts) -> None:
        self.facts = facts
        self.facts_changed.emit(facts)

    def _on_leave(self, asked_for: OpenDatabase, leave: WriteLeave) -> None:
        if self.database == asked_for:
            self._set_database(replace(asked_for, writable=True))
            self.unlocked.emit(leave.users)

    def _on_pulse(self, path: Path, pulse: Pulse) -> None:
        if self.database is None or self.facts is None or path != self.database.path:
            return
        last, self._last_pulse = self._last_pulse, pulse
        if pulse.number != self.facts.number:
            self._lose(
                "The file was replaced",
                f"{path} is another file now than the one that was opened.",
            )
        elif pulse.missing_bytes and pulse == last:
            # Twice the same: not a checkpoint that had just written the first page.
            self._lose(
                "The file was cut off",
                f"{path} is {pulse.missing_bytes:,} bytes shorter than its header says.",
                "Restore it from a backup; look for the program that truncated it.",
            )
        else:
            self.pulse_changed.emit(pulse)
            if last is not None and last.schema_cookie != pulse.schema_cookie:
                self.read_again()

    def _on_no_pulse(self, error: CtsError) -> None:
        if self.database is None or error.code in ("locked", "cancelled", "timeout"):
            return
        self._lose(
            "The file is gone" if error.code == "not_found" else "The file cannot be read any more",
            error.message,
            error.hint or "Put it back, or open another one.",
        )

    def _lose(
        self,
        title: str,
        message: str,
        hint: str = "Open it again to look at what is there now.",
    ) -> None:
        self._is_lost = True
        self._timer.stop()
        self.lost.emit(CtsError("not_found", title, message, hint))

    def _set_database(self, database: OpenDatabase) -> None:
        self.database = database
        self.database_changed.emit(database)

    def _forget(self) -> None:
        self._timer.stop()
        self._context.monitor.withdraw(self)
        self.database = self.facts = self._last_pulse = None
        self._is_lost = False
