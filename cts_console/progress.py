"""How long work reports on itself and is stopped: two small objects that every room shares.

A worker never sends a signal per row: it hands `Progress` to a `ProgressSampler`, which lets
through at most twenty a second. Stop is a `CancelToken`: loops look at it, and whoever waits for
SQLite subscribes its interrupt to it, so that a stop works at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from cts_console.errors import CtsError

_BYTE_UNITS: Final = ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "KB"))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is."""

    done: int
    """Units finished."""
    total: int | None
    """Units in all; None while nobody knows."""
    unit: str
    """What is counted: "rows", "pages", "files"."""
    note: str = ""
    """What is being worked on now, for a person."""
    rows_per_s: float | None = None
    """Rows per second since the start, where rows are what is counted."""
    bytes_done: int | None = None
    """Bytes so far: of a file that is read (packed, as it lies on the disk) or written; of rows
    from Python, those by which the database has grown. None where nobody measures them."""
    bytes_total: int | None = None
    """Bytes of the whole file that is read; None while nobody knows."""

    @classmethod
    def of_bytes(cls, done: int, total: int, note: str) -> Progress:
        """Return the progress of work of which nothing is counted but bytes of a file."""
        return cls(done, total, "bytes", note, bytes_done=done, bytes_total=total)

    @property
    def fraction(self) -> float | None:
        """How much is done, 0 to 1: by what is counted, else by the bytes that were read.

        None where neither tells: also once all is read, since what follows takes its own time.
        """
        if self.total:
            return min(1.0, self.done / self.total)
        if self.bytes_done is None or not self.bytes_total or self.bytes_done >= self.bytes_total:
            return None
        return self.bytes_done / self.bytes_total

    @property
    def bytes_text(self) -> str:
        """The bytes for a person: "212 of 480 MB" (1 MB = 1,000,000 bytes); "" without any."""
        if not self.bytes_done:
            return ""
        largest = max(self.bytes_done, self.bytes_total or 0)
        size, unit = next(
            ((size, unit) for size, unit in _BYTE_UNITS if largest >= size), (1, "bytes")
        )
        digits = 1 if unit != "bytes" and largest < 100 * size else 0
        done = f"{self.bytes_done / size:,.{digits}f}"
        if self.bytes_total is None:
            return f"{done} {unit}"
        return f"{done} of {self.bytes_total / size:,.{digits}f} {unit}"


ProgressCallback = Callable[[Progress], None]


class CancelToken:
    """One Stop, shared by everybody who works on the same job. Safe from any thread."""

    def __init__(self) -> None:
        self._event = threading.Event()
        # Held while the interrupts run, so that none comes after its block has ended. Reentrant,
        # because a Ctrl-C handler may stop the very thread that holds it.
        self._lock = threading.RLock()
        self._callbacks: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._event.is_set()

    def cancel(self) -> None:
        """Ask to stop, and run the subscribed interrupts in the caller's thread."""
        self._event.set()
        with self._lock:
            for callback in tuple(self._callbacks):
                callback()

    def wait(self, timeout_s: float) -> bool:
        """Sleep for `timeout_s` seconds or until the stop; return whether it was the stop."""
        return self._event.wait(timeout_s)

    def raise_if_cancelled(self) -> None:
        """Raise `CtsError("cancelled")` once somebody asked to stop."""
        if self.cancelled:
            raise cancelled_error()

    @contextmanager
    def subscribed(self, callback: Callable[[], None]) -> Iterator[None]:
        """Call `callback` on a stop that comes while the block runs, and never after it."""
        with self._lock:
            self._callbacks.append(callback)
        try:
            yield
        finally:
            with self._lock:
                self._callbacks.remove(callback)


def cancelled_error() -> CtsError:
    """Return the error with which a stopped job ends."""
    return CtsError("cancelled", "Stopped", "Stopped on request; nothing was left half done.")


class ProgressSampler:
    """Passes progress on, at most once per interval; drops what comes in between."""

    def __init__(self, callback: ProgressCallback | None, interval_s: float = 0.05) -> None:
        self._callback = callback
        self._interval_s = interval_s
        self._last_s = float("-inf")

    @property
    def is_due(self) -> bool:
        """Whether the next report would pass; for those that cost something to make."""
        if self._callback is None:
            return False
        return time.monotonic() - self._last_s >= self._interval_s

    def report(self, progress: Progress) -> None:
        """Pass `progress` on unless the last one was less than an interval ago."""
        if self.is_due and self._callback is not None:
            self._last_s = time.monotonic()
            self._callback(progress)

    def finish(self, progress: Progress) -> None:
        """Pass the last progress on, whatever the interval says."""
        if self._callback is not None:
            self._callback(progress)
