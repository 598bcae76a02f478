"""What this console did when: its jobs, to be marked in the charts."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from cts_console.ui.text import one_line
from cts_console.ui.throughput.columns import Column
from cts_console.worker import Client, Outcome, Ticket

if TYPE_CHECKING:
    from cts_console.monitor.ring import FloatArray

_MOST: Final = 500
_LONGEST_TITLE: Final = 60
# More marks than this in a picture would hide what they are to explain.
_MOST_SHOWN: Final = 60
_MOST_CHECKPOINTS: Final = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """A job of this console: an audit, a backup, a bulk job, a migration."""

    number: int
    """The job's number."""
    title: str
    """What a person reads while it runs."""
    from_s: float
    """When it began, seconds since the epoch."""
    to_s: float | None
    """When it ended; None while it runs."""


class Marks(QObject):
    """Remembers the jobs of the thread that does long work and all writes."""

    def __init__(self, operations: Client, parent: QObject) -> None:
        super().__init__(parent)
        self._marks: deque[Mark] = deque(maxlen=_MOST)
        operations.job_started.connect(self._on_started)
        operations.job_ended.connect(self._on_ended)

    def moments(self, from_s: float, to_s: float) -> FloatArray:
        """Return when jobs began and ended in a time, rising."""
        import numpy as np

        found = [
            moment_s
            for mark in self._marks
            for moment_s in (mark.from_s, mark.to_s)
            if moment_s is not None and from_s <= moment_s <= to_s
        ]
        return np.array(sorted(found)[-_MOST_SHOWN:], dtype=float)

    def texts_at(self, moment_s: float, near_s: float) -> tuple[str, ...]:
        """Return the titles of the jobs that ran at a moment, or began or ended near it."""
        return tuple(
            one_line(mark.title, _LONGEST_TITLE)
            for mark in self._marks
            if mark.from_s - near_s <= moment_s
            and (mark.to_s is None or moment_s <= mark.to_s + near_s)
        )

    def forget(self) -> None:
        """Another file is shown."""
        self._marks.clear()

    def _on_started(self, ticket: Ticket) -> None:
        self._marks.append(Mark(ticket.number, ticket.job.title, time.time(), None))

    def _on_ended(self, outcome: Outcome) -> None:
        for place, mark in enumerate(self._marks):
            if mark.number == outcome.ticket.number and mark.to_s is None:
                self._marks[place] = replace(mark, to_s=time.time())


def checkpoint_moments(window: FloatArray | None) -> FloatArray:
    """Return when the log started over, as the samples of a time say; none of too many."""
    import numpy as np

    if window is None:
        return np.empty(0)
    moments: FloatArray = window[Column.AT_S][window[Column.CHECKPOINTS] > 0]
    return moments if len(moments) <= _MOST_CHECKPOINTS else np.empty(0)
