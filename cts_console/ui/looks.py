"""The look from which the news of the open file are counted, and the one that goes on now.

One for all tabs: a finding that Overview counts as new is still new in the Audit tab. What counts
as a look is written in `overview/looking.py`.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from cts_console.errors import CtsError
from cts_console.overview import (
    FindingNews,
    LastLook,
    LookMark,
    read_finding_news,
    read_last_look,
    record_look,
)
from cts_console.sqlite import Connection
from cts_console.store import DatabaseIdentity
from cts_console.ui.settings import WindowSettings
from cts_console.worker import Client, Errand, Job

if TYPE_CHECKING:
    from cts_console.ui.context import Navigator

LOOK_MS: Final = 3_000
"""So long something has to be before a person's eyes to have been looked at."""
AGAIN_MS: Final = 60_000
"""After so long the look that goes on is kept anew."""


class Looks(QObject):
    """Asks the side database in the browse thread; the audited file is opened once, at the start.

    In rollback mode every read of ours can cost the engine a commit.
    """

    ready = Signal()
    """`base` is known."""
    changed = Signal()
    """`base`, `news` or `problem` are others."""

    def __init__(self, browse: Client, settings: WindowSettings, navigator: Navigator) -> None:
        super().__init__(navigator)
        self._browse = browse
        self._settings = settings
        self._path: Path | None = None
        self._mark: LookMark | None = None
        self._audit: int | None = None
        self._is_kept = False
        self.base: LastLook | None = None
        """The look before this file was opened, or the moment of "Mark as seen"; None until it is
        read."""
        self.news: FindingNews | None = None
        """What became of the findings since `base`; None while that is unknown."""
        self.problem: CtsError | None = None
        """Why looks cannot be read or kept."""
        # What was seen is kept though another file is opened meanwhile.
        self._keeper = QObject(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_looked)
        navigator.audit_finished.connect(self.read_news)

    def open(self, path: Path | None) -> None:
        """Begin for another file, or for none; for the same one nothing happens."""
        if path == self._path:
            return
        self._browse.withdraw(self)
        self.hide()
        self._path, self.base, self.news, self.problem = path, None, None, None
        if path is None:
            return
        earlier = LookMark.of_text(self._settings.text(_key(path)))
        work = partial(read_work, path=path, earlier=earlier)
        job = Job(self.tr("When this file was looked at last"), work, quiet=True)
        self._browse.submit(job, self, partial(self._on_base, path), self._on_no_base, key="base")

    def read_news(self, *_ignored: object) -> None:
        """Ask which findings are new; for when an audit was kept or a finding accepted."""
        if self.base is not None:
            job = Job(self.tr("What is new"), partial(news_work, look=self.base), quiet=True)
            self._browse.submit(job, self, self._on_news, self._on_problem, key="news")

    def show(self, mark: LookMark | None = None, audit: int | None = None) -> None:
        """Take note of what is before the eyes now: how the file is, or an audit's findings.

        Whoever shows it calls `hide` when it is not shown any more.
        """
        self._mark = mark or self._mark
        self._audit = max((one for one in (self._audit, audit) if one is not None), default=None)
        if not self._timer.isActive():
            self._timer.start(LOOK_MS)

    def hide(self) -> None:
        """Nothing of it is shown any more."""
        self._timer.stop()
        if self._is_kept:
            self._keep()
        self._mark = self._audit = None
        self._is_kept = False

    def mark_as_seen(self) -> None:
        """Count from now on."""
        if self.base is not None:
            seen = self.base.seen_audit if self.news is None else self.news.last_audit
            self._audit = seen if self._audit is None else max(self._audit, seen or 0)
            self._keep()
            now_ms = time.time_ns() // 1_000_000
            mark = self._mark or self.base.mark
            self.base = replace(self.base, at_ms=now_ms, mark=mark, seen_audit=self._audit)
            self.read_news()
            self.changed.emit()

    def _keep(self) -> None:
        base, audit = self.base, self._audit
        if base is None or base.identity is None:
            return
        # Overview tells how many findings are new.
        if self._mark is not None and self.news is not None:
            audit = max(audit or 0, self.news.last_audit)
        if self._mark is not None or audit is not None:
            work = partial(keep_work, identity=base.identity, mark=self._mark, seen_audit=audit)
            job = Job(self.tr("Keeping what was seen"), work, quiet=True)
            self._browse.submit(job, self._keeper, None, self._on_problem)

    def _on_looked(self) -> None:
        self._is_kept = True
        self._keep()
        self._timer.start(AGAIN_MS)

    def _on_base(self, path: Path, base: LastLook) -> None:
        self.base, self.problem = base, base.problem
        if base.problem is None:
            # What an older version kept was taken over.
            self._settings.forget(_key(path))
        self.read_news()
        self.ready.emit()
        self.changed.emit()

    def _on_no_base(self, _error: CtsError) -> None:
        self.base = LastLook()  # it was stopped
        self.ready.emit()

    def _on_news(self, news: FindingNews | None) -> None:
        self.news = news
        self.changed.emit()

    def _on_problem(self, error: CtsError) -> None:
        if error.code != "cancelled":
            self.problem = error
            self.changed.emit()


def read_work(
    _connection: Connection | None, errand: Errand, *, path: Path, earlier: LookMark | None
) -> LastLook:
    """Read the last look at the file at `path`."""
    return read_last_look(path, earlier, errand.cancel)


def news_work(
    _connection: Connection | None, _errand: Errand, *, look: LastLook
) -> FindingNews | None:
    """Read which findings are new since `look`."""
    return read_finding_news(look)


def keep_work(
    _connection: Connection | None,
    _errand: Errand,
    *,
    identity: DatabaseIdentity,
    mark: LookMark | None,
    seen_audit: int | None,
) -> None:
    """Keep a look."""
    record_look(identity, mark, seen_audit)


def _key(path: Path) -> str:
    """Return where an older version of the window kept its mark of a file."""
    # QSettings takes "/" as a level of its own.
    return f"looks/{str(path).encode('utf-8', 'surrogateescape').hex()}"
