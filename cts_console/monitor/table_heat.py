"""Which tables the frames of the log went to: updates and deletions as well as inserts.

Page numbers come from the headers of the frames in the -wal, tables from `page_owners.py`. All of
it is approximate, and what is not known is counted as such.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final

from cts_console.monitor.page_owners import PageOwners, read_roots
from cts_console.monitor.sample import PageWrites, TablePages
from cts_console.sqlite import Connection
from cts_console.sqlite.wal_frames import WalFrame, read_frame, read_frames
from cts_console.sqlite.wal_index import WalIndex

MOST_FRAMES: Final = 1_000
"""Frames that are looked at in one reading, spread over all of them; about 2 µs each."""
MOST_TABLES: Final = 256
"""Tables that one reading tells of, those that were written most; the others count as unknown."""
LEARNING_S: Final = 0.003
"""For how long one reading learns who owns which page, seconds."""
_MOST_IN_LOG: Final = 5_000


class TableHeat:
    """Counts the pages that were written between two states of the log, table by table."""

    def __init__(self, connection: Connection, wal: Path) -> None:
        self._connection = connection
        self._wal = wal
        self._owners = PageOwners(self._read_page)
        self._schema_version: int | None = None
        self._index: WalIndex | None = None
        self._log: BinaryIO | None = None
        self._in_log: dict[int, int] = {}

    def read(
        self, before: WalIndex | None, now: WalIndex, written: int, schema_version: int | None
    ) -> PageWrites | None:
        """Return what was written from `before` to `now`: `written` frames.

        None at the first reading. `schema_version` is the newest one that is known; where it has
        changed, the schema is read, by one short read.
        """
        if not now.page_size:  # nobody has written to a log yet
            return None if before is None else PageWrites((), 0, 0, is_mapped=False)
        try:
            stream = self._wal.open("rb", buffering=0)
        except OSError:
            stream = None
        self._index, self._log = now, stream
        try:
            frames = self._read_new(before, now)
            self._note_log(before, now, frames)
            if schema_version is not None and schema_version != self._schema_version:
                self._owners.begin(read_roots(self._connection), now.page_count)
                self._schema_version = schema_version
            self._owners.grow(now.page_count)
            self._owners.note_written({frame.page for frame in frames})
            self._owners.learn(LEARNING_S)
        finally:
            self._log = None
            if stream is not None:
                stream.close()
        return None if before is None else self._count(frames, written)

    def _read_new(self, before: WalIndex | None, now: WalIndex) -> list[WalFrame]:
        if before is None:
            return []
        if before.salts == now.salts:
            return self._read_spread(now, before.frames + 1, now.frames)
        found = self._read_spread(now, 1, now.frames)
        # Behind the present frames lie those of the generation before, as far as they go.
        first = max(before.frames, now.frames) + 1
        ended = replace(now, salts=before.salts)
        return found + read_frames(self._log, ended, first, first + MOST_FRAMES - 1)

    def _read_spread(self, index: WalIndex, first: int, last: int) -> list[WalFrame]:
        """Return frames from `first` to `last`; of too many, one of every so many."""
        step = max(1, (last - first + MOST_FRAMES) // MOST_FRAMES)
        if step == 1:
            return read_frames(self._log, index, first, last)
        numbers = range(first, last + 1, step)
        return [
            frame for number in numbers for frame in read_frames(self._log, index, number, number)
        ]

    def _note_log(self, before: WalIndex | None, now: WalIndex, frames: list[WalFrame]) -> None:
        """Remember where in the log the newest version of a page lies."""
        if before is None:
            first = max(1, now.frames - _MOST_IN_LOG)
            frames = read_frames(self._log, now, first, now.frames)
        elif before.salts != now.salts:
            # It started over: all that was in it before is in the main file.
            self._in_log = {}
            frames = [frame for frame in frames if frame.number <= now.frames]
        self._in_log.update((frame.page, frame.number) for frame in frames)

    def _read_page(self, page: int) -> bytes:
        """Return a page as it is in the log, or else in the main file; without a lock."""
        index = self._index
        if index is None:
            return b""
        number = self._in_log.get(page)
        if number is not None and self._log is not None:
            found = read_frames(self._log, index, number, number)
            if found and found[0].page == page:  # else it was overwritten meanwhile
                return read_frame(self._log, index, number)
        return self._connection.read_bytes((page - 1) * index.page_size, index.page_size)

    def _count(self, frames: list[WalFrame], written: int) -> PageWrites:
        pages: Counter[str] = Counter()
        index_pages: Counter[str] = Counter()
        unknown = 0
        for frame in frames:
            owner = self._owners.owner(frame.page)
            if owner is None:
                unknown += 1
            elif owner.name == owner.table:
                pages[owner.table] += 1
            else:
                index_pages[owner.table] += 1
        ranked = (pages + index_pages).most_common()
        return PageWrites(
            tables=tuple(
                TablePages(table, pages[table], index_pages[table])
                for table, _ in sorted(ranked[:MOST_TABLES])
            ),
            unknown=unknown + sum(number for _, number in ranked[MOST_TABLES:]),
            left_out=max(0, written - len(frames)),
            is_mapped=self._owners.is_complete,
        )
