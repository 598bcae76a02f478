"""A job: a plain function of the core and what it needs, sent to a thread with one connection.

The function gets the thread's connection and an `Errand`; it knows neither Qt nor threads. What it
returns, and the `CtsError` that it raises, come back to the user-interface thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from cts_console.errors import CtsError
from cts_console.progress import CancelToken, Progress
from cts_console.sqlite import Connection

Access = Literal["read_only", "read_write"]


@dataclass(frozen=True, slots=True)
class Target:
    """The connection that a job wants: the thread keeps it open for the next job."""

    path: Path
    """The database file."""
    access: Access = "read_only"
    """Whether the connection may write."""


class Errand:
    """What a running job holds: its Stop, and the place where it leaves its progress.

    The progress is one object that the job overwrites and the user interface samples: no signal
    per row ever crosses the threads.
    """

    def __init__(self, cancel: CancelToken) -> None:
        self.cancel = cancel
        self.progress: Progress | None = None

    def on_progress(self, progress: Progress) -> None:
        """Leave the progress to be sampled."""
        self.progress = progress

    def on_wait(self, waited_s: float) -> None:
        """Leave word that another process holds the lock."""
        self.progress = Progress(
            0, None, "", f"another process is writing, waiting ({waited_s:.0f} s)"
        )


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work for a connection thread."""

    title: str
    """What a person reads while it runs: "Standard audit"."""
    work: Callable[[Connection | None, Errand], Any]
    """The function; its connection is the one of `target`, or None without a target."""
    target: Target | None = None
    """The connection it needs; None for work that opens its own."""
    timeout_s: float | None = None
    """Longest run in seconds; None for none."""
    quiet: bool = False
    """Whether it is too small to be shown in the status bar (a page of rows, a sample)."""
    releases_file: bool = False
    """Whether the thread must let go of its connection first (the work opens the file itself)."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One submitted job."""

    number: int
    """Unique in its client; later ones are larger."""
    job: Job
    """The job."""
    errand: Errand = field(compare=False)
    """Its Stop and its progress."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended."""

    ticket: Ticket
    """Which job."""
    value: Any = None
    """What it returned."""
    error: CtsError | None = None
    """Why it failed; None where it went through."""
    trace: str = ""
    """The traceback of a bug, for the log; "" for an expected failure."""
