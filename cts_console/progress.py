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

from cts_console.errors import CtsError


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

    def report(self, progress: Progress) -> None:
        """Pass `progress` on unless the last one was less than an interval ago."""
        now_s = time.monotonic()
        if self._callback is not None and now_s - self._last_s >= self._interval_s:
            self._last_s = now_s
            self._callback(progress)

    def finish(self, progress: Progress) -> None:
        """Pass the last progress on, whatever the interval says."""
        if self._callback is not None:
            self._callback(progress)
