"""Run the steps one after the other, time them, and go on after a failure where that makes sense.

The commands run as processes of this same program: so an installation is tested as it is used, and
a part that crashes outright is a failed step and not the end of the test. Everything is written
below one temporary folder, the console's own folders included, and that folder is removed.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from cts_console import __version__
from cts_console.errors import CtsError
from cts_console.progress import CancelToken, Progress, ProgressCallback
from cts_console.selftest import steps
from cts_console.selftest.own_process import OwnProgram
from cts_console.sqlite import sqlite_version


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was tried."""

    name: str
    """What."""
    ok: bool
    """Whether it did what it is for; a step that was not reached is not ok."""
    duration_ms: float
    """How long it took."""
    detail: str
    """What it found, or why it failed; one sentence."""


@dataclass(frozen=True, slots=True)
class SelfTest:
    """What the self-test did."""

    steps: tuple[Step, ...]
    """Every step, in order."""
    duration_ms: float
    """The whole test."""

    @property
    def ok(self) -> bool:
        """Whether every step went through."""
        return all(step.ok for step in self.steps)


def run_self_test(
    *,
    with_window: bool = False,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> SelfTest:
    """Use the installation in a temporary folder; `with_window` also draws every tab of the window.

    Raises `CtsError`: cancelled; disk_full, read_only or no_permission where there is no place
    for temporary files.
    """
    token = cancel or CancelToken()
    began_s = time.monotonic()
    done: list[Step] = []
    with _temporary_folder() as folder:
        plan = _plan(Path(folder), token, with_window)
        for name, work in plan:
            if on_progress is not None:
                on_progress(Progress(len(done), None, "steps", name))
            done.append(_try(name, work))
            if name == "demo" and not done[-1].ok:
                break
        done += [Step(name, False, 0.0, "not reached") for name, _work in plan[len(done) :]]
    return SelfTest(tuple(done), (time.monotonic() - began_s) * 1000)


def self_test_document(test: SelfTest) -> dict[str, Any]:
    """Return the document of `--json`."""
    return {
        "version": __version__,
        "sqlite_version": sqlite_version(),
        "frozen": bool(getattr(sys, "frozen", False)),
        "program": sys.executable,
        "ok": test.ok,
        "duration_ms": test.duration_ms,
        "steps": [asdict(step) for step in test.steps],
    }


def _plan(
    folder: Path, cancel: CancelToken, with_window: bool
) -> list[tuple[str, Callable[[], str]]]:
    """Return names and work; all that comes after "demo" needs its database."""
    program = OwnProgram(folder, cancel)
    database = folder / "demo.db"
    plan: list[tuple[str, Callable[[], str]]] = [
        ("resources", steps.check_resources),
        ("tools", steps.check_tools),
        ("create", partial(steps.create, program, folder / "new.db")),
        ("demo", partial(steps.fill, program, database)),
        ("import", partial(steps.import_rows, program, database)),
        ("audit", partial(steps.audit, program, database)),
        ("seal", partial(steps.seal, program, database)),
        ("monitor", partial(steps.monitor, program, database)),
    ]
    if with_window:
        plan.append(("window", partial(steps.draw_window, program, database)))
    return plan


def _try(name: str, work: Callable[[], str]) -> Step:
    began_s = time.monotonic()
    ok = True
    try:
        detail = work()
    except CtsError as error:
        if error.code == "cancelled":
            raise
        ok, detail = False, error.message
    except OSError as error:
        ok, detail = False, f"{error.filename or 'a file'}: {error.strerror or error}"
    return Step(name, ok, (time.monotonic() - began_s) * 1000, detail)


def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    try:
        # A process that was just killed may hold a file for a moment on Windows.
        return tempfile.TemporaryDirectory(prefix="cts-self-test-", ignore_cleanup_errors=True)
    except OSError as error:
        raise CtsError(
            "no_permission",
            "No place for temporary files",
            f"A temporary folder could not be made: {error.strerror or error}.",
            "Name another folder with the environment variable TMPDIR.",
        ) from error
