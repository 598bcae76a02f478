"""The sampler: one short look at the log per call, and the difference to the look before.

Method and measurements: `engineering.md` section 2. It takes no lock but the read mark of the one
statement that looks at the tables.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cts_console.errors import CtsError
from cts_console.monitor.own_share import OwnShareReader
from cts_console.monitor.sample import JournalMode, PageWrites, RowGrowth, Sample
from cts_console.monitor.table_growth import TableGrowth
from cts_console.monitor.table_heat import TableHeat
from cts_console.monitor.wal_file import (
    FRAME_HEADER_BYTES,
    WAL_HEADER_BYTES,
    count_ended_frames,
    count_unseen,
)
from cts_console.sqlite import Connection, side_file
from cts_console.sqlite.wal_index import WalIndex, WalIndexReader, open_wal_index

_WRITE_VERSION_OFFSET: Final = 18
_WAL_VERSION: Final = b"\2"
_CHANGE_COUNTER_OFFSET: Final = 24
_MASK: Final = 0xFFFF_FFFF
# The log starts over at most some ten times a second: a larger step of the salt is another log.
_MOST_GENERATIONS: Final = 100_000
# Before the first commit.
_NO_LOG: Final = (0, 0)


@dataclass(frozen=True, slots=True)
class _Look:
    """What one look saw."""

    at_s: float
    mode: JournalMode
    counter: int | None
    index: WalIndex | None


@dataclass(frozen=True, slots=True)
class _Written:
    """What lies between two looks."""

    commits: int | None = None
    frames: int | None = None
    checkpoints: int = 0
    missed: int = 0


class Sampler:
    """Measures what every process writes to the file of one open connection, read-only or not.

    Call `sample` in the thread that owns the connection, outside a transaction. A connection to
    another file needs another sampler.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._wal = side_file(connection.path, "-wal")
        self._file_number = _read_file_number(connection.path)
        self._index: WalIndexReader | None = None
        self._growth: TableGrowth | None = None
        self._heat = TableHeat(connection, self._wal)
        self._own = OwnShareReader(connection.path)
        self._before: _Look | None = None

    @property
    def connection(self) -> Connection:
        """The connection that it looks through."""
        return self._connection

    def sample(self) -> Sample:
        """Return what was written since the last call; the first call has nothing to compare.

        Raises `CtsError("not_found")` where the file is gone or another one has its name, and
        what SQLite reports (damaged, locked) where the schema cannot be read.
        """
        size_bytes = self._check_file()
        look = self._look()
        before = self._before
        written = _Written() if before is None else self._compare(before, look)
        interval_s = 0.0 if before is None else look.at_s - before.at_s
        if look.counter is not None:
            self._before = look
        growth, read_ms = self._read_growth(look.mode)
        heat = self._read_heat(before, look, written)
        index = look.index
        return Sample(
            at_ms=time.time_ns() // 1_000_000,
            interval_s=interval_s,
            commits=written.commits,
            frames=written.frames,
            wal_bytes_written=_count_bytes(written, index),
            wal_bytes=_read_size(self._wal),
            wal_frames=index.frames if index else 0,
            wal_frames_checkpointed=index.checkpointed_frames if index else 0,
            size_bytes=size_bytes,
            checkpoints=written.checkpoints,
            missed=written.missed,
            journal_mode=look.mode,
            rows_per_table=growth,
            read_ms=read_ms,
            pages_per_table=heat,
            own=self._own.read(),
        )

    def _check_file(self) -> int:
        """Return the size of the file, once it is certain that it is still the same one."""
        path = self._connection.path
        try:
            status = path.stat()
        except OSError as error:
            raise CtsError(
                "not_found",
                "The database is gone",
                f"{path} cannot be found any more: {error.strerror}.",
                "Whoever has it open writes into a file without a name. Put it back or open "
                "another one.",
            ) from error
        if (status.st_dev, status.st_ino) != self._file_number:
            raise CtsError(
                "not_found",
                "Another file has taken its place",
                f"{path} is not the file that was opened: it was replaced meanwhile.",
                "Open it again.",
            )
        return status.st_size

    def _look(self) -> _Look:
        if self._index is None:
            if self._connection.immutable:
                return _Look(time.monotonic(), "unwatched", None, None)
            version = self._connection.read_bytes(_WRITE_VERSION_OFFSET, 1)
            if version != _WAL_VERSION:
                data = self._connection.read_bytes(_CHANGE_COUNTER_OFFSET, 4)
                return _Look(time.monotonic(), "rollback", int.from_bytes(data, "big"), None)
            self._index = open_wal_index(self._connection)
            if self._index is None:
                return _Look(time.monotonic(), "unwatched", None, None)
        index = self._index.read()
        return _Look(time.monotonic(), "wal", index.change_count if index else None, index)

    def _compare(self, before: _Look, now: _Look) -> _Written:
        if now.counter is None or before.counter is None or before.mode != now.mode:
            return _Written()
        commits = (now.counter - before.counter) & _MASK
        if before.index is None or now.index is None:
            return _Written(commits=commits)
        if commits > _MASK // 2:
            # The index was rebuilt and counts from zero: what came before that is unknown.
            return _Written(commits=None, frames=None, missed=1)
        return self._compare_logs(before.index, now.index, commits)

    def _compare_logs(self, before: WalIndex, now: WalIndex, commits: int) -> _Written:
        if before.salts == now.salts:
            return _Written(commits, max(0, now.frames - before.frames))
        generations = (now.salts[0] - before.salts[0]) & _MASK
        if before.salts == _NO_LOG or not 0 < generations <= _MOST_GENERATIONS:
            # The first log, or one that was begun anew: nothing tells what lies in between.
            missed = count_unseen(self._wal, now, commits)
            return _Written(commits, now.frames, int(before.salts != _NO_LOG), missed)
        ended, missed = count_ended_frames(self._wal, before, now, generations)
        return _Written(commits, ended + now.frames, generations, missed)

    def _read_growth(self, mode: JournalMode) -> tuple[RowGrowth | None, float]:
        if mode != "wal":
            return None, 0.0
        if self._growth is None:
            self._growth = TableGrowth(self._connection)
        started_s = time.perf_counter()
        growth = self._growth.read()
        return growth, (time.perf_counter() - started_s) * 1000

    def _read_heat(self, before: _Look | None, now: _Look, written: _Written) -> PageWrites | None:
        if now.index is None or self._growth is None:
            return None
        earlier = None if before is None else before.index
        return self._heat.read(earlier, now.index, written.frames or 0, self._growth.schema_version)


def _count_bytes(written: _Written, index: WalIndex | None) -> int | None:
    if written.frames is None or index is None:
        return None
    return (
        written.frames * (FRAME_HEADER_BYTES + index.page_size)
        + written.checkpoints * WAL_HEADER_BYTES
    )


def _read_size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _read_file_number(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return status.st_dev, status.st_ino
