"""Watches the samples by the person's rules, and tells when one is broken."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from cts_console.errors import CtsError
from cts_console.monitor.alarm_command import AlarmCommand
from cts_console.monitor.alarms import AlarmChange, AlarmState, watch_sample
from cts_console.overview.signs import read_signs
from cts_console.sqlite import Connection, Kind
from cts_console.ui.clock import age_text
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.text import one_line
from cts_console.ui.throughput.alarm_dialog import AlarmDialog
from cts_console.ui.throughput.alarm_settings import AlarmSettings, read_alarms, remember_alarms
from cts_console.worker import Errand, Job

CLAIMS_INTERVAL_MS: Final = 10_000
"""So often the file is asked whether an engine says that it runs, while a rule wants to know."""
_NOTIFICATION_MS: Final = 10_000


class AlarmBell(QObject):
    """Rings in the message bar, on the desktop, and by the person's own command."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._parent = parent
        self._database: OpenDatabase | None = None
        self._state = AlarmState()
        self._claims: bool | None = None
        self._tray: QSystemTrayIcon | None = None
        self.command = AlarmCommand()
        self.settings = AlarmSettings()
        """What is wanted of the open file."""
        self.dialog: AlarmDialog | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(CLAIMS_INTERVAL_MS)
        self._timer.timeout.connect(self._ask_claims)
        context.history.sampled.connect(self._on_sampled)

    @property
    def ringing(self) -> int:
        """How many alarms ring now."""
        return len(self._state.ringing)

    def set_database(self, database: OpenDatabase | None) -> None:
        """Watch another file, or none; the same file goes on."""
        before, self._database = self._database, database
        if before is not None and database is not None and before.path == database.path:
            return
        self._context.browse.withdraw(self)
        self._state, self._claims = AlarmState(), None
        found = None if database is None else read_alarms(self._context.settings, database.path)
        self.settings = found or AlarmSettings()
        self._begin()

    def choose(self) -> None:
        """Ask what is wanted of the open file."""
        if self._database is None:
            return
        tables = self._context.history.tables
        self.dialog = AlarmDialog(self._context.theme, self.settings, tables, self._parent)
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog.accepted.connect(self._on_chosen)
        self.dialog.finished.connect(self._on_closed)
        self.dialog.open()

    def _on_chosen(self) -> None:
        if self.dialog is not None and self._database is not None:
            self.settings = self.dialog.alarms
            remember_alarms(self._context.settings, self._database.path, self.settings)
            self._begin()

    def _on_closed(self) -> None:
        self.dialog = None

    def _begin(self) -> None:
        """Ask of the engine only while a rule wants to know."""
        if self._database is not None and self.settings.rules.silence_s is not None:
            self._timer.start()
            self._ask_claims()
        else:
            self._timer.stop()

    def _on_sampled(self) -> None:
        last = self._context.history.last
        if last is None or not self.settings.rules.is_on:
            return
        self._state, changes = watch_sample(self.settings.rules, self._state, last, self._claims)
        for change in changes:
            self._tell(change)

    def _ask_claims(self) -> None:
        database, last = self._database, self._context.history.last
        if database is None:
            return
        if last is not None and last.journal_mode == "rollback":
            self._claims = None  # reading could cost the engine a commit
            return
        work = partial(claims_work, kind=database.kind)
        job = Job(self.tr("Whether an engine runs"), work, database.target(), quiet=True)
        self._context.browse.submit(job, self, self._on_claims, self._on_no_claims, key="claims")

    def _on_claims(self, claims: bool | None) -> None:
        self._claims = claims

    def _on_no_claims(self, _error: CtsError) -> None:
        self._claims = None  # the tabs that show the file tell what is wrong with it

    def _tell(self, change: AlarmChange) -> None:
        database = self._database
        if database is None:
            return
        text = self._text(change)
        navigator = self._context.navigator
        if not change.rings:
            navigator.notice_raised.emit(text)
            return
        navigator.warning_raised.emit(text)
        self._notify(database.path, text)
        if self.settings.command:
            facts = {
                "CTS_ALARM": change.name,
                "CTS_DATABASE": str(database.path),
                "CTS_MESSAGE": text,
            }
            self.command.start(self.settings.command, facts)

    def _text(self, change: AlarmChange) -> str:
        table = self.settings.rules.table
        where = "" if table is None else self.tr(" in {0}").format(one_line(table))
        told = {
            ("silence", True): self.tr(
                "An engine says that it runs, and nobody has written for {0}"
            ),
            ("silence", False): self.tr("Nobody writing: over"),
            ("wal_size", True): self.tr("The WAL has {1:,.1f} MB, more than {2:,.1f} MB"),
            ("wal_size", False): self.tr("The WAL has {1:,.1f} MB again"),
            ("few_rows", True): self.tr("{1:,.1f} rows/s{3}, fewer than {2:,.1f}"),
            ("few_rows", False): self.tr("{1:,.1f} rows/s{3} again"),
        }[change.name, change.rings]
        age = age_text(change.value)
        return told.format(age, change.value, change.limit, where)

    def _notify(self, path: Path, text: str) -> None:
        if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
            return
        if self._tray is None:
            icon = QApplication.windowIcon()
            if icon.isNull():
                icon = self._context.theme.icon("mdi6.bell-ring-outline")
            self._tray = QSystemTrayIcon(icon, self)
        self._tray.show()
        kind = QSystemTrayIcon.MessageIcon.Warning
        self._tray.showMessage(one_line(path.name, 60), text, kind, _NOTIFICATION_MS)


def claims_work(connection: Connection | None, _errand: Errand, *, kind: Kind) -> bool | None:
    """Return whether an engine says that it runs: by its state, or a fresh heartbeat or lease.

    In a file that tells nothing of engines, whether another program has it open; None where even
    that is not known.
    """
    if connection is None:
        raise ValueError("a claim needs a target")
    signs = read_signs(connection, kind, time.time_ns() // 1_000_000)
    if signs.running is None:
        return bool(signs.users.holders) if signs.users.known else None
    beats = any(sign.is_fresh for sign in signs.signs if sign.name in ("heartbeat", "lease"))
    return signs.running > 0 or beats
