"""Rules that say when a person wants to be told: no commits, a large log, too few rows.

Pure functions: a state and what is known now give the next state and what has changed. An alarm
rings once and is over only when things are clearly better: it does not flutter at its limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from cts_console.monitor.sample import Sample

AlarmName = Literal["silence", "wal_size", "few_rows"]
ALARM_NAMES: Final[tuple[AlarmName, ...]] = ("silence", "wal_size", "few_rows")

ROWS_OVER_S: Final = 30.0
"""Rows per second are a mean over this time, seconds."""
# Over when the value is this much better than the limit.
_CLEARLY: Final = 0.1
_MB: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class AlarmRules:
    """What a person wants to be told of; None is off."""

    silence_s: float | None = None
    """No commit for so many seconds while an engine says that it runs."""
    wal_mb: float | None = None
    """The -wal larger than this, MB (1 MB = 1,000,000 bytes)."""
    rows_per_s: float | None = None
    """Fewer rows per second appended than this."""
    table: str | None = None
    """The table whose rows count; None for all tables."""

    @property
    def is_on(self) -> bool:
        """Whether there is anything to watch for."""
        return (self.silence_s, self.wal_mb, self.rows_per_s) != (None, None, None)


@dataclass(frozen=True, slots=True)
class AlarmState:
    """What is remembered from sample to sample."""

    since_ms: int | None = None
    """When watching began."""
    last_commit_ms: int | None = None
    """When a commit was seen last; None for none yet."""
    readings: tuple[tuple[int, float, int], ...] = ()
    """Readings of rows of the last `ROWS_OVER_S`: when (ms), over how long (s), how many."""
    ringing: Mapping[AlarmName, int] = field(default_factory=dict)
    """Alarms that ring, with when each began (ms)."""


@dataclass(frozen=True, slots=True)
class AlarmChange:
    """An alarm has begun to ring, or is over."""

    name: AlarmName
    """Which."""
    rings: bool
    """Whether it rings now."""
    at_ms: int
    """When, milliseconds since the epoch."""
    value: float
    """Seconds without a commit, MB of the log, or rows per second."""
    limit: float
    """What the rule says."""


def watch_sample(
    rules: AlarmRules, state: AlarmState, sample: Sample, engine_claims: bool | None
) -> tuple[AlarmState, tuple[AlarmChange, ...]]:
    """Return the state after `sample`, and which alarms began to ring or are over.

    `engine_claims` is whether an engine says that it runs; None where that is not known: nothing
    begins to ring for it then, and nothing is over.
    """
    state = _remember(rules, state, sample)
    values: dict[AlarmName, tuple[float | None, float | None]] = {
        "silence": (_silence_s(state, sample, engine_claims), rules.silence_s),
        "wal_size": (_wal_mb(sample), rules.wal_mb),
        "few_rows": (_rows_per_s(state), rules.rows_per_s),
    }
    ringing = dict(state.ringing)
    changes = []
    for name, (value, limit) in values.items():
        if limit is None:
            ringing.pop(name, None)
        elif value is not None and _should_ring(name, value, limit, name in ringing) != (
            name in ringing
        ):
            rings = name not in ringing
            changes.append(AlarmChange(name, rings, sample.at_ms, value, limit))
            if rings:
                ringing[name] = sample.at_ms
            else:
                del ringing[name]
    return replace(state, ringing=ringing), tuple(changes)


def _should_ring(name: AlarmName, value: float, limit: float, rings: bool) -> bool:
    if name == "few_rows":
        return value < (limit * (1 + _CLEARLY) if rings else limit)
    return value > (limit * (1 - _CLEARLY) if rings else limit)


def _remember(rules: AlarmRules, state: AlarmState, sample: Sample) -> AlarmState:
    growth = sample.rows_per_table
    readings = state.readings
    if growth is not None:
        rows = sum(t.rows for t in growth.tables if rules.table in (None, t.table))
        readings = (*readings, (sample.at_ms, growth.interval_s, rows))
    oldest_ms = sample.at_ms - ROWS_OVER_S * 1000
    return replace(
        state,
        since_ms=sample.at_ms if state.since_ms is None else state.since_ms,
        last_commit_ms=sample.at_ms if sample.commits else state.last_commit_ms,
        readings=tuple(reading for reading in readings if reading[0] > oldest_ms),
    )


def _silence_s(state: AlarmState, sample: Sample, engine_claims: bool | None) -> float | None:
    if sample.journal_mode == "unwatched":
        return None
    if engine_claims is False or sample.commits:
        return 0.0
    since_ms = state.since_ms if state.last_commit_ms is None else state.last_commit_ms
    if engine_claims is None or since_ms is None:
        return None
    return (sample.at_ms - since_ms) / 1000


def _wal_mb(sample: Sample) -> float | None:
    return sample.wal_bytes / _MB if sample.journal_mode == "wal" else 0.0


def _rows_per_s(state: AlarmState) -> float | None:
    """Return the mean of the last time, once it was watched for as long as that."""
    measured_s = sum(interval_s for _, interval_s, _ in state.readings)
    if measured_s < ROWS_OVER_S * (1 - _CLEARLY):
        return None
    return sum(rows for _, _, rows in state.readings) / measured_s
