"""Who has the open file open as well, who holds which lock, and what to do about it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from cts_console.errors import CtsError
from cts_console.maintenance import FileLocks, LockHolder, read_locks
from cts_console.maintenance.lock_words import MEANINGS, lock_advice
from cts_console.sqlite import Connection
from cts_console.ui.context import WindowContext
from cts_console.ui.text import duration_text, one_line, size_text
from cts_console.ui.widgets.basics import SPACE, Card, State, WrappedLabel, button, set_state
from cts_console.worker import Errand, Job

WATCH_S: Final = 1.0
"""So long it is looked, to say since when a lock is held."""
_SIZE_PX: Final = (640, 440)
_LONGEST_COMMAND: Final = 400
_WRITES: Final = ("exclusive", "pending", "reserved", "writer")


class LocksDialog(QDialog):
    """Looks once when it is opened, and again when it is asked; takes no lock itself."""

    def __init__(self, context: WindowContext, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._path = path
        self.setWindowTitle(self.tr("Who has this file open"))
        self.message = WrappedLabel()
        self.cards: list[Card] = []
        self.advice = WrappedLabel()
        self.again_button = button(
            context.theme,
            self.tr("Look again"),
            "mdi6.refresh",
            self.look,
            primary=True,
            tip=self.tr("Best while the engine says that the database is locked"),
        )
        self._list = QVBoxLayout()
        self._lay_out()
        self.resize(*map(context.theme.px, _SIZE_PX))
        self.look()

    def look(self) -> None:
        """Ask the system; the file itself is not touched."""
        self.again_button.setEnabled(False)
        self._say(self.tr("Looking for {0:g} s …").format(WATCH_S))
        job = Job(self.tr("Looking who has the file open"), partial(look_work, path=self._path))
        self._context.browse.submit(job, self, self._on_locks, self._on_failed, key="locks")

    def done(self, result: int) -> None:
        """Close; what is still asked is not needed any more."""
        self._context.browse.withdraw(self)
        super().done(result)

    def _on_locks(self, locks: FileLocks) -> None:
        self.again_button.setEnabled(True)
        for card in self.cards:
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [self._card(row) for row in (*locks.locks, *locks.idle)]
        for card in self.cards:
            self._list.addWidget(card)
        if not locks.known:
            told = self.tr("This system does not tell of everybody: others may have it open.")
            self._say(told, "warn")
        elif self.cards:
            self._say(
                self.tr("Other programs that have the file open: {0}").format(len(self.cards))
            )
        else:
            self._say(self.tr("Nobody else has the file open."))
        lines = lock_advice(
            {row.holder.how for row in locks.locks},
            size_text(locks.wal_bytes),
            known=locks.known,
            has_idle=bool(locks.idle),
            again=self.tr("here"),
        )
        self.advice.setText(" ".join(lines))

    def _on_failed(self, error: CtsError) -> None:
        self.again_button.setEnabled(True)
        self._say(f"{error.message} {error.hint}", "bad")

    def _card(self, row: LockHolder) -> Card:
        how = row.holder.how
        card = Card(self.tr("pid {0} · {1}").format(row.holder.pid or "?", how))
        card.setAccessibleName(card.title.text())
        set_state(card.title, "warn" if how in _WRITES else "")
        parts = []
        if how in MEANINGS:
            parts.append(self.tr("It {0}").format(MEANINGS[how]))
            if row.since_s is not None:
                told = self.tr("Held for at least {0}.")
                parts.append(told.format(duration_text(row.since_s * 1000)))
        else:
            parts.append(self.tr("It holds no lock now."))
        if row.started_ms is not None:
            at = self._context.clock.text(row.started_ms // 1000 * 1000)
            parts.append(self.tr("The program was started {0}.").format(at))
        words = WrappedLabel()
        words.setText(" ".join(parts))
        command = WrappedLabel("muted")
        command.setText(
            one_line(row.holder.command, _LONGEST_COMMAND) or self.tr("unknown program")
        )
        card.body.addWidget(words)
        card.body.addWidget(command)
        return card

    def _say(self, text: str, state: State = "") -> None:
        self.message.setText(one_line(text, 1_000))
        set_state(self.message, state)

    def _lay_out(self) -> None:
        content = QWidget()
        body = QVBoxLayout(content)
        body.setContentsMargins(0, 0, 2 * SPACE, 0)
        body.setSpacing(2 * SPACE)
        self._list.setSpacing(2 * SPACE)
        body.addLayout(self._list)
        body.addWidget(self.advice)
        body.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        close = button(self._context.theme, self.tr("Close"), on_click=self.reject)
        close.setAutoDefault(False)
        foot = QHBoxLayout()
        foot.addWidget(self.again_button)
        foot.addStretch(1)
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(self.message)
        layout.addWidget(area, 1)
        layout.addLayout(foot)


def look_work(_connection: Connection | None, errand: Errand, *, path: Path) -> FileLocks:
    """Return who has the file at `path` open."""
    return read_locks(path, watch_s=WATCH_S, cancel=errand.cancel)
