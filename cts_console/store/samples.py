"""What was written to a database, second by second, kept for a month and thinned with age.

One second for an hour, ten seconds for a day, a minute for a month. Thinning adds counts and
measured times; what is unknown stays so, and for how long is kept.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import reduce
from typing import Any, Final

from cts_console.sqlite import Connection, Row

RESOLUTIONS_S: Final = (1, 10, 60)
"""Lengths of time that one kept sample stands for, seconds."""
_KEPT_S: Final = {1: 3_600, 10: 86_400, 60: 30 * 86_400}


@dataclass(frozen=True, slots=True)
class KeptSample:
    """What all processes wrote in one stretch of time. None is unknown."""

    at_ms: int
    """Where the stretch begins, milliseconds since the epoch."""
    interval_s: float = 0.0
    """Measured time in which the commits are known, seconds."""
    unknown_s: float = 0.0
    """Measured time in which they are not."""
    commits: int | None = None
    """Commits of all processes."""
    frames: int | None = None
    """Frames written to the log; at least so many where `missed` is not 0."""
    wal_bytes_written: int | None = None
    """Bytes of those, likewise."""
    own_commits: int = 0
    """Commits of this console."""
    own_wal_bytes: int = 0
    """Bytes of its frames."""
    own_commit_ms: float = 0.0
    """Time of its commits in all, milliseconds."""
    own_longest_ms: float | None = None
    """The longest of them; None without one."""
    own_waits: int = 0
    """How often it waited for a lock."""
    own_wait_ms: float = 0.0
    """For how long in all, milliseconds."""
    own_lock_ms: float = 0.0
    """For how long it held the write lock, milliseconds."""
    checkpoints: int = 0
    """How often the log started over."""
    missed: int = 0
    """Generations of the log that were not seen."""
    wal_bytes: int = 0
    """The largest size of the -wal."""
    wal_frames: int | None = None
    """The most frames in the log; None outside WAL."""
    pending_frames: int | None = None
    """The most frames that were not in the main file yet; likewise."""
    size_bytes: int = 0
    """The last size of the main file."""
    rows_s: float = 0.0
    """Measured time in which `rows` were appended; 0.0 where nobody counted."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """Rows appended, by table."""
    pages: Mapping[str, int] = field(default_factory=dict)
    """Pages written, by table, those of its indexes included; approximate."""
    pages_unknown: int = 0
    """Pages written whose table is not known."""

    def plus(self, later: KeptSample) -> KeptSample:
        """Return both as one, beginning where this one does."""
        changed: dict[str, Any] = {
            name: add(getattr(self, name), getattr(later, name))
            for names, add in _ADDED
            for name in names
        }
        return replace(self, size_bytes=later.size_bytes, **changed)


def _add(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return other if one is None else one
    return one + other


def _largest(one: float | None, other: float | None) -> float | None:
    return max((value for value in (one, other) if value is not None), default=None)


def _add_each(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}


_ADDED: Final = (
    (
        (
            *("interval_s", "unknown_s", "commits", "frames", "wal_bytes_written", "own_commits"),
            *("own_wal_bytes", "own_commit_ms", "own_waits", "own_wait_ms", "own_lock_ms"),
            *("checkpoints", "missed", "rows_s", "pages_unknown"),
        ),
        _add,
    ),
    (("own_longest_ms", "wal_bytes", "wal_frames", "pending_frames"), _largest),
    (("rows", "pages"), _add_each),
)
_FIELDS: Final = tuple(entry.name for entry in fields(KeptSample))
_COLUMNS: Final = ", ".join("at" if name == "at_ms" else name for name in _FIELDS)
_INSERT: Final = (
    f"INSERT OR {{0}} INTO samples (database, resolution_s, {_COLUMNS}) "
    f"VALUES ({', '.join('?' * (len(_FIELDS) + 2))})"
)


def merge_samples(samples: Iterable[KeptSample], resolution_s: int) -> list[KeptSample]:
    """Return samples, which come in the order of time, as samples of that length."""
    step_ms = resolution_s * 1000
    return _merge_equal(
        replace(sample, at_ms=sample.at_ms // step_ms * step_ms) for sample in samples
    )


def _merge_equal(samples: Iterable[KeptSample]) -> list[KeptSample]:
    return [
        reduce(KeptSample.plus, together) for _, together in itertools.groupby(samples, _begin_of)
    ]


def _begin_of(sample: KeptSample) -> int:
    return sample.at_ms


def insert_samples(connection: Connection, database: int, samples: Iterable[KeptSample]) -> None:
    """Keep samples of one second; of a second that another console has kept already, its own."""
    _insert(connection, database, 1, samples, "IGNORE")


def thin_samples(connection: Connection, database: int, now_ms: int) -> None:
    """Make longer samples of those that are too old, and forget what is older than a month."""
    for fine, coarse in itertools.pairwise(RESOLUTIONS_S):
        step_ms = coarse * 1000
        before_ms = (now_ms - _KEPT_S[fine] * 1000) // step_ms * step_ms
        old = _read(connection, database, 0, before_ms, fine)
        if not old:
            continue
        merged = merge_samples(old, coarse)
        there = _read(connection, database, merged[0].at_ms, merged[-1].at_ms + 1, coarse)
        both = _merge_equal(sorted([*there, *merged], key=_begin_of))
        _insert(connection, database, coarse, both, "REPLACE")
        _forget(connection, database, before_ms, fine)
    last = RESOLUTIONS_S[-1]
    _forget(connection, database, now_ms - _KEPT_S[last] * 1000, last)


def read_samples(
    connection: Connection, database: int, from_ms: int, to_ms: int, resolution_s: int
) -> list[KeptSample]:
    """Return the samples of a time, none shorter than `resolution_s`; older ones may be longer."""
    found = [
        sample
        for resolution in RESOLUTIONS_S
        for sample in merge_samples(
            _read(connection, database, from_ms - resolution * 1000, to_ms, resolution),
            max(resolution, resolution_s),
        )
    ]
    # Where one length of time ends and the next begins, both have a part of the same stretch.
    return _merge_equal(sorted(found, key=_begin_of))


def _read(
    connection: Connection, database: int, from_ms: int, to_ms: int, resolution_s: int
) -> list[KeptSample]:
    rows = connection.read_rows(
        f"SELECT {_COLUMNS} FROM samples "
        "WHERE database = ? AND resolution_s = ? AND at >= ? AND at < ? ORDER BY at",
        (database, resolution_s, from_ms, to_ms),
    )
    return [_of_row(row) for row in rows]


def _of_row(row: Row) -> KeptSample:
    values = dict(zip(_FIELDS, row, strict=True))
    for name in ("rows", "pages"):
        values[name] = json.loads(str(values[name]))
    return KeptSample(**values)  # type: ignore[arg-type]  # STRICT columns


def _insert(
    connection: Connection,
    database: int,
    resolution_s: int,
    samples: Iterable[KeptSample],
    conflict: str,
) -> None:
    connection.execute_many(
        _INSERT.format(conflict),
        (
            (
                database,
                resolution_s,
                *(
                    json.dumps(value, separators=(",", ":")) if isinstance(value, dict) else value
                    for value in asdict(sample).values()
                ),
            )
            for sample in samples
        ),
    )


def _forget(connection: Connection, database: int, before_ms: int, resolution_s: int) -> None:
    connection.execute(
        "DELETE FROM samples WHERE database = ? AND resolution_s = ? AND at < ?",
        (database, resolution_s, before_ms),
    )
