"""The numbers that the charts know of each moment, from a live sample or from a kept one."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from cts_console.monitor import Sample
from cts_console.store import KeptSample

UNKNOWN: Final = float("nan")


class Column(IntEnum):
    """The numbers that are kept of each sample; NaN is unknown."""

    AT_S = 0
    """Seconds since the epoch."""
    INTERVAL_S = 1
    """Seconds that the rates are measured over."""
    COMMITS_PER_S = 2
    """Commits of all processes."""
    FRAMES_PER_S = 3
    """Frames that all processes wrote; at least so many where some were missed."""
    BYTES_PER_S = 4
    """Bytes that all processes wrote to the log; likewise."""
    WAL_FRAMES = 5
    """Frames in the log."""
    PENDING_FRAMES = 6
    """Frames of those that are not in the main file yet."""
    MISSED = 7
    """Generations of the log whose end was not seen."""
    OWN_COMMITS_PER_S = 8
    """Commits of this console."""
    OWN_BYTES_PER_S = 9
    """Bytes that this console wrote to the log."""
    OWN_COMMIT_MS = 10
    """Mean time of this console's commits; NaN without one."""
    OWN_LONGEST_MS = 11
    """The longest of them; likewise."""
    OWN_WAITS = 12
    """How often this console waited for a lock."""
    OWN_WAIT_MS = 13
    """For how long in all."""
    OWN_LOCK_MS = 14
    """For how long this console held the write lock."""
    CHECKPOINTS = 15
    """How often the log started over."""


COUNTS: Final = (
    *(Column.INTERVAL_S, Column.MISSED, Column.OWN_WAITS, Column.OWN_WAIT_MS, Column.OWN_LOCK_MS),
    Column.CHECKPOINTS,
)
"""Columns that are added up: nothing was counted where nobody looked."""


def live_row(sample: Sample) -> tuple[float, ...]:
    """Return the columns of a sample."""
    in_wal, own, seconds = sample.journal_mode == "wal", sample.own, sample.interval_s
    pending = sample.wal_frames - sample.wal_frames_checkpointed
    return (
        sample.at_ms / 1000,
        seconds,
        _rate(sample.commits, seconds),
        _rate(sample.frames, seconds),
        _rate(sample.wal_bytes_written, seconds),
        sample.wal_frames if in_wal else UNKNOWN,
        pending if in_wal else UNKNOWN,
        sample.missed,
        _rate(own.commits, seconds) if own else UNKNOWN,
        _rate(own.wal_bytes, seconds) if own and in_wal else UNKNOWN,
        _known(own.commit_ms) if own else UNKNOWN,
        _known(own.longest_commit_ms) if own else UNKNOWN,
        own.waits if own else 0,
        own.wait_ms if own else 0.0,
        own.lock_ms if own else 0.0,
        sample.checkpoints,
    )


def kept_row(kept: KeptSample) -> tuple[float, ...]:
    """Return the columns of a kept sample."""
    seconds = kept.interval_s
    measured_s = kept.interval_s + kept.unknown_s
    in_wal = kept.wal_frames is not None
    return (
        kept.at_ms / 1000 + measured_s,
        measured_s,
        _rate(kept.commits, seconds),
        _rate(kept.frames, seconds),
        _rate(kept.wal_bytes_written, seconds),
        _known(kept.wal_frames),
        _known(kept.pending_frames),
        kept.missed,
        _rate(kept.own_commits, measured_s),
        _rate(kept.own_wal_bytes, measured_s) if in_wal else UNKNOWN,
        kept.own_commit_ms / kept.own_commits if kept.own_commits else UNKNOWN,
        _known(kept.own_longest_ms),
        kept.own_waits,
        kept.own_wait_ms,
        kept.own_lock_ms,
        kept.checkpoints,
    )


def _rate(amount: int | None, interval_s: float) -> float:
    return UNKNOWN if amount is None or interval_s <= 0 else amount / interval_s


def _known(value: float | None) -> float:
    return UNKNOWN if value is None else value
