"""Progress of a batch, in rows, and in bytes by which the database grows."""

from __future__ import annotations

import time

from cts_console.progress import Progress, ProgressCallback, ProgressSampler
from cts_console.sqlite import Connection


class RowsTold:
    """Progress in rows."""

    def __init__(
        self, callback: ProgressCallback | None, total: int | None, table: str, started_s: float
    ) -> None:
        self._sampler = ProgressSampler(callback)
        self._total = total
        self._table = table
        self._started_s = started_s
        self._connection: Connection | None = None
        self._page_bytes = self._pages_before = 0
        self._bytes_done: int | None = None

    def expect(self, total: int) -> None:
        """From now on it is known how many rows there are."""
        self._total = total

    def begin_growth(self, connection: Connection) -> None:
        """Tell from now on by how many bytes the database grows, until `end_growth`.

        Only inside a transaction that holds the write lock: what grows then is ours. It is the
        number of pages that SQLite knows, asked for at each progress that is passed on and at no
        row; rows that find room in free pages make nothing grow.
        """
        self._connection = connection
        self._page_bytes = connection.read_int("PRAGMA main.page_size")
        self._pages_before = connection.read_int("PRAGMA main.page_count")

    def end_growth(self) -> None:
        """Look for the last time: the COMMIT comes, after which others may write."""
        self._measure()
        self._connection = None

    def report(self, done: int) -> None:
        """So many rows are written."""
        self.step(done, f"writing {self._table}")

    def step(self, done: int, note: str) -> None:
        """So far it is, and this goes on."""
        if self._sampler.is_due:
            self._measure()
            self._sampler.report(self._progress(done, note))

    def note(self, done: int, note: str) -> None:
        """Something else goes on."""
        self._measure()
        self._sampler.finish(self._progress(done, note))

    def finish(self, done: int) -> None:
        """All rows are written."""
        self._sampler.finish(self._progress(done, "committed"))

    def _progress(self, done: int, note: str) -> Progress:
        elapsed_s = time.perf_counter() - self._started_s
        rows_per_s = done / elapsed_s if elapsed_s else None
        return Progress(done, self._total, "rows", note, rows_per_s, self._bytes_done)

    def _measure(self) -> None:
        if self._connection is not None:
            pages = self._connection.read_int("PRAGMA main.page_count")
            self._bytes_done = (pages - self._pages_before) * self._page_bytes
