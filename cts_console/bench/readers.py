"""Readers beside a writer: what they get done in WAL mode against rollback mode."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from cts_console.bench.model import ClaimResult, measured
from cts_console.bench.subject import Subject
from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.sqlite import open_database

READERS: Final = (1, 2, 4, 8)
_WINDOW_S: Final = 0.2
_RUNS: Final = 3
_READ_ROWS: Final = 2_000
# As an engine does: a commit, a short rest.
_REST_S: Final = 0.002


def measure_readers(path: Path, subject: Subject, cancel: CancelToken) -> list[ClaimResult]:
    """Measure how many reads 1 to 8 readers finish beside a writer, in both journal modes."""
    done: dict[str, list[tuple[int, int]]] = {}
    for mode in ("delete", "wal"):
        with open_database(path, "read_write") as connection:
            connection.read_value(f"PRAGMA journal_mode = {mode}")
            connection.execute("CREATE TABLE IF NOT EXISTS bench_commits (n)")
        done[mode] = [_median(path, subject, cancel, count) for count in READERS]
    return [
        measured(
            f"WAL against rollback, {count} reader{'s' if count > 1 else ''} beside a writer",
            "5x more readers",
            wal[0] / max(rollback[0], 1),
            "times the reads",
            f"{wal[0]:,} reads against {rollback[0]:,} in {_WINDOW_S} s; the writer made "
            f"{wal[1]:,} commits against {rollback[1]:,}.",
            at_least=5,
        )
        for count, rollback, wal in zip(READERS, done["delete"], done["wal"], strict=True)
    ]


def _median(path: Path, subject: Subject, cancel: CancelToken, readers: int) -> tuple[int, int]:
    """Return the reads and commits of the run in the middle by its reads."""
    runs = sorted(_Crowd(path, subject, cancel).run(readers) for _ in range(_RUNS))
    return runs[len(runs) // 2]


class _Crowd:
    """Some readers and a writer on one file, for a moment."""

    def __init__(self, path: Path, subject: Subject, cancel: CancelToken) -> None:
        self._path = path
        self._cancel = cancel
        column = subject.stored_columns[0]
        self._sql = (
            f"SELECT count({column}) FROM (SELECT {column} FROM {subject.name_sql} NOT INDEXED "
            f"LIMIT {_READ_ROWS})"
        )
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._reads = self._commits = 0
        self._errors: list[CtsError] = []

    def run(self, readers: int) -> tuple[int, int]:
        """Return the reads and the commits that were done."""
        threads = [threading.Thread(target=self._guarded, args=(self._write,))]
        threads += [
            threading.Thread(target=self._guarded, args=(self._read,)) for _ in range(readers)
        ]
        with ExitStack() as stack:
            for thread in threads:
                thread.start()
                stack.callback(thread.join)
            stack.callback(self._over.set)
            self._cancel.wait(_WINDOW_S)
        self._cancel.raise_if_cancelled()
        if self._errors:
            raise self._errors[0]
        return self._reads, self._commits

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except CtsError as error:
            # Somebody who came too late for a lock has done less, which is what is measured.
            if error.code not in ("locked", "timeout"):
                self._errors.append(error)

    def _read(self) -> None:
        with open_database(self._path) as connection:
            done = 0
            # A reader that is kept out waits no longer than the window.
            with connection.guard(cancel=self._cancel, timeout_s=2 * _WINDOW_S):
                while not self._over.is_set():
                    connection.read_rows(self._sql)
                    done += not self._over.is_set()
            with self._lock:
                self._reads += done

    def _write(self) -> None:
        with open_database(self._path, "read_write") as connection:
            connection.execute("PRAGMA synchronous = NORMAL")
            with connection.guard(cancel=self._cancel, timeout_s=2 * _WINDOW_S):
                while not self._over.is_set():
                    connection.execute("INSERT INTO bench_commits VALUES (1)")
                    self._commits += 1
                    time.sleep(_REST_S)
