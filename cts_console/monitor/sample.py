"""One measurement of what all processes wrote since the one before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

JournalMode = Literal["wal", "rollback", "unwatched"]


@dataclass(frozen=True, slots=True)
class TableRows:
    """Rows that all processes appended to one table, net: updates and deletions are not seen."""

    table: str
    """Its name."""
    rows: int
    """Rows appended since the reading before."""


@dataclass(frozen=True, slots=True)
class RowGrowth:
    """One reading of the tables that grew."""

    interval_s: float
    """Measured time since the reading before, seconds."""
    tables: tuple[TableRows, ...]
    """The tables that grew, in the order of the schema."""
    left_out: int
    """Tables that are not looked at: they have no rowid, or are beyond the first
    `table_growth.MOST_TABLES`."""


@dataclass(frozen=True, slots=True)
class TablePages:
    """Pages of one table that were written to the log; approximate."""

    table: str
    """Its name."""
    pages: int
    """Frames with a page of the table itself."""
    index_pages: int
    """Frames with a page of one of its indexes."""


@dataclass(frozen=True, slots=True)
class PageWrites:
    """Where the frames of one interval went: approximate, for a page may have a new owner."""

    tables: tuple[TablePages, ...]
    """By name; only tables that were written."""
    unknown: int
    """Frames whose page has no known owner: long values, free pages, what is not mapped yet."""
    left_out: int
    """Frames that were not looked at: too many, or overwritten meanwhile."""
    is_mapped: bool
    """Whether all b-trees have been mapped; until then more is unknown."""


@dataclass(frozen=True, slots=True)
class OwnShare:
    """What this console itself did to the file in one interval, whatever others did."""

    commits: int
    """Commits of its own connections that wrote."""
    wal_bytes: int
    """Bytes of the frames that they wrote."""
    commit_ms: float | None
    """Mean time of one in COMMIT, milliseconds, a checkpoint included; None without one."""
    longest_commit_ms: float | None
    """The longest, likewise."""
    waits: int
    """How often one of its connections waited for another process's lock."""
    wait_ms: float
    """For how long in all, milliseconds."""
    lock_ms: float
    """For how long it held the write lock, milliseconds."""
    oldest_read_ms: float
    """Age of its oldest open read transaction at the end, milliseconds; 0.0 for none."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What all processes wrote in one interval. None is unknown, never a guess."""

    at_ms: int
    """When it was taken, milliseconds since the epoch."""
    interval_s: float
    """Measured time since the last sample that knew, seconds; 0.0 for the first one."""
    commits: int | None
    """Commits that wrote, exact."""
    frames: int | None
    """Frames written to the log; at least so many where `missed` is not 0. None outside WAL."""
    wal_bytes_written: int | None
    """Bytes of those frames, with their headers; None outside WAL."""
    wal_bytes: int
    """Size of the -wal on disk; 0 where there is none."""
    wal_frames: int
    """Committed frames in the log now."""
    wal_frames_checkpointed: int
    """Frames of those that are in the main file as well."""
    size_bytes: int
    """Size of the main file."""
    checkpoints: int
    """How often the log started over, for each of which one checkpoint had to be complete."""
    missed: int
    """Generations of the log that ended and were overwritten before their end was seen."""
    journal_mode: JournalMode
    """How commits are made; `unwatched` where this connection cannot see the commits of others
    (the file was opened as immutable)."""
    rows_per_table: RowGrowth | None = None
    """Rows appended per table; None where this sample did not read them (at most once a second,
    and never in rollback mode, where reading could cost a writer its commit)."""
    read_ms: float = 0.0
    """For how long our own read transaction was open for `rows_per_table`, milliseconds."""
    pages_per_table: PageWrites | None = None
    """Where the frames went; None outside WAL and for the first sample."""
    own: OwnShare | None = None
    """The console's own part in all of this; None for the first sample."""
