"""Progress of a batch, in rows."""

from __future__ import annotations

import time

from cts_console.progress import Progress, ProgressCallback, ProgressSampler


class RowsTold:
    """Progress in rows."""

    def __init__(
        self, callback: ProgressCallback | None, total: int | None, table: str, started_s: float
    ) -> None:
        self._sampler = ProgressSampler(callback)
        self.total = total
        """Rows in all; None where nobody knows."""
        self._table = table
        self._started_s = started_s

    def report(self, done: int) -> None:
        """So many rows are written."""
        self._sampler.report(self._progress(done, f"writing {self._table}"))

    def step(self, done: int, note: str) -> None:
        """So far it is, and this goes on."""
        self._sampler.report(self._progress(done, note))

    def note(self, done: int, note: str) -> None:
        """Something else goes on."""
        self._sampler.finish(self._progress(done, note))

    def finish(self, done: int) -> None:
        """All rows are written."""
        self._sampler.finish(self._progress(done, "committed"))

    def _progress(self, done: int, note: str) -> Progress:
        elapsed_s = time.perf_counter() - self._started_s
        return Progress(done, self.total, "rows", note, done / elapsed_s if elapsed_s else None)
