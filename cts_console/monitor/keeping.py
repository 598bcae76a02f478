"""Makes one sample of each second out of what the sampler sees, to be kept."""

from __future__ import annotations

from collections import Counter
from typing import Final

from cts_console.monitor.sample import Sample
from cts_console.store import KeptSample

MOST_WAITING: Final = 900
"""Seconds that are held while they cannot be kept."""


class SampleGatherer:
    """Adds samples up second by second; a second is complete when the next one has begun."""

    def __init__(self) -> None:
        self._complete: list[KeptSample] = []
        self._present: KeptSample | None = None

    def add(self, sample: Sample) -> None:
        """Add a sample; one that has nothing to compare with is left out."""
        if not sample.interval_s or sample.journal_mode == "unwatched":
            return
        kept, present = to_kept(sample), self._present
        if present is None or present.at_ms != kept.at_ms:
            self._finish()
            self._present = kept
        else:
            self._present = present.plus(kept)

    def take(self, *, all_of_it: bool = False) -> list[KeptSample]:
        """Return the complete seconds since the last call, or all there is."""
        if all_of_it:
            self._finish()
        taken, self._complete = self._complete, []
        return taken

    def put_back(self, samples: list[KeptSample]) -> None:
        """Take back what could not be kept; of too many seconds the oldest are forgotten."""
        self._complete = [*samples, *self._complete][-MOST_WAITING:]

    def _finish(self) -> None:
        if self._present is not None:
            self._complete = [*self._complete, self._present][-MOST_WAITING:]
            self._present = None


def to_kept(sample: Sample) -> KeptSample:
    """Return a sample as one of the second in which it was taken."""
    is_known, in_wal = sample.commits is not None, sample.journal_mode == "wal"
    growth, heat, own = sample.rows_per_table, sample.pages_per_table, sample.own
    rows: Counter[str] = Counter()
    pages: Counter[str] = Counter()
    for table in growth.tables if growth else ():
        rows[table.table] += table.rows
    for written in heat.tables if heat else ():
        pages[written.table] += written.pages + written.index_pages
    return KeptSample(
        at_ms=sample.at_ms // 1000 * 1000,
        interval_s=sample.interval_s if is_known else 0.0,
        unknown_s=0.0 if is_known else sample.interval_s,
        commits=sample.commits,
        frames=sample.frames,
        wal_bytes_written=sample.wal_bytes_written,
        own_commits=own.commits if own else 0,
        own_wal_bytes=own.wal_bytes if own else 0,
        own_commit_ms=(own.commit_ms or 0.0) * own.commits if own else 0.0,
        own_longest_ms=own.longest_commit_ms if own else None,
        own_waits=own.waits if own else 0,
        own_wait_ms=own.wait_ms if own else 0.0,
        own_lock_ms=own.lock_ms if own else 0.0,
        checkpoints=sample.checkpoints,
        missed=sample.missed,
        wal_bytes=sample.wal_bytes,
        wal_frames=sample.wal_frames if in_wal else None,
        pending_frames=sample.wal_frames - sample.wal_frames_checkpointed if in_wal else None,
        size_bytes=sample.size_bytes,
        rows_s=growth.interval_s if growth else 0.0,
        rows=dict(rows),
        pages=dict(pages),
        pages_unknown=heat.unknown + heat.left_out if heat else 0,
    )
