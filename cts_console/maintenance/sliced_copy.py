"""Copy a database that others write, without keeping its log from starting over.

A copy in one read transaction is consistent, but the log cannot start over meanwhile: beside a
process that commits as fast as it can it grew by half a gigabyte a second. This copy is made in
slices. Each holds a read transaction until the log has grown by `SLICE_GROWTH_BYTES`, lets go so
that the writer can start its log over, and goes on. What was written in between is known from the
log itself (format: https://sqlite.org/fileformat.html#the_write_ahead_log): its frames name their
pages, and pages that were copied before are copied again. The commits that the frames show must be
as many as the WAL index counted; where one is missing the copy begins anew. At the end of the last
slice every page is as one commit left it.

Why the pages of a slice are those of one commit: while a read transaction is open, no checkpoint
moves a later frame into the main file, and the log does not start over. So the commit that the
WAL index shows *after* the transaction began stands still: its pages are the last frames up to it,
and the main file for the rest. A reader of an empty log does not stop the log from starting over,
once: then the salts have changed at the end of the slice, and its pages are copied again.

What it costs a writer: where a read begins while the header of the WAL index is half written,
SQLite takes the write lock for a microsecond to read it again. Measured beside 170,000 commits a
second, one slice in 300 met a commit so. A writer that waits for a lock at all does not notice.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

from cts_console.errors import CtsError
from cts_console.maintenance.disk import told_as
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.sqlite import Connection, open_database, read_transaction, side_file
from cts_console.sqlite.wal_frames import FRAME_HEADER_BYTES, WalFrame, read_frame, read_frames
from cts_console.sqlite.wal_index import WalIndex, WalIndexReader, open_wal_index

SLICE_GROWTH_BYTES: Final = 20_000_000
"""So much the log may grow while one slice holds it."""
_CHUNK_PAGES: Final = 256
_LONGEST_WAIT_S: Final = 1.0
_NAP_S: Final = 0.0005
_TRIES: Final = 20
_FAILED: Final = "A private copy could not be made"
_MOST_RESTARTS: Final = 10
_MASK: Final = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class SlicedCopy:
    """What a copy in slices did."""

    pages: int
    """Pages of the copy."""
    slices: int
    """Read transactions that it took."""
    restarts: int
    """How often it began anew because a part of the log went by unseen."""
    longest_slice_s: float
    """The longest of the read transactions, in seconds."""


def run_sliced_copy(
    path: Path,
    target: Path,
    *,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> SlicedCopy | None:
    """Copy the WAL database at `path` into the empty file `target`, as one commit left it.

    None where there is no WAL index to go by (rollback mode, immutable). Raises `CtsError`:
    cancelled, locked where the writers are too fast to be followed, disk_full, damaged.
    """
    with ExitStack() as stack:
        probe = stack.enter_context(open_database(path, cancel=cancel))
        reader = stack.enter_context(open_database(path, cancel=cancel))
        index = _open_index(probe)
        if index is None:
            return None
        with told_as(_FAILED, target):
            stream = stack.enter_context(target.open("r+b", buffering=0))
        return _Copy(reader, index, stream, on_progress, cancel or CancelToken()).run()


def _open_index(probe: Connection) -> WalIndexReader | None:
    for _ in range(_TRIES):
        try:
            return open_wal_index(probe)
        except CtsError as error:
            # SQLite met a header that a writer had half written, and does not wait for it.
            if error.code != "locked":
                raise
            time.sleep(_NAP_S)
    return open_wal_index(probe)


class _LostTrackError(Exception):
    """A part of the log went by unseen."""


class _Copy:
    """One copy while it is made."""

    def __init__(
        self,
        reader: Connection,
        index: WalIndexReader,
        target: BinaryIO,
        on_progress: ProgressCallback | None,
        cancel: CancelToken,
    ) -> None:
        self._reader = reader
        self._index = index
        self._target = target
        self._cancel = cancel
        self._sampler = ProgressSampler(on_progress)
        self._wal = side_file(reader.path, "-wal")
        self._slices = self._restarts = 0
        self._longest_s = 0.0
        self._forget()

    def run(self) -> SlicedCopy:
        """Copy slice by slice until one of them ends with every page."""
        is_done = False
        while not is_done:
            self._cancel.raise_if_cancelled()
            started_s = time.monotonic()
            try:
                with read_transaction(self._reader):
                    is_done = self._copy_slice()
            except _LostTrackError:
                self._begin_anew()
            self._slices += 1
            self._longest_s = max(self._longest_s, time.monotonic() - started_s)
            if not is_done:
                self._let_the_log_go()
        assert self._seen is not None
        pages = self._seen.page_count
        self._target.truncate(pages * self._seen.page_size)
        self._sampler.finish(Progress(pages, pages, "pages", "copied"))
        return SlicedCopy(pages, self._slices, self._restarts, self._longest_s)

    def _forget(self) -> None:
        self._seen: WalIndex | None = None
        self._frames: dict[int, int] = {}
        self._dirty: set[int] = set()
        self._next = 1

    def _begin_anew(self) -> None:
        self._restarts += 1
        if self._restarts > _MOST_RESTARTS:
            raise CtsError(
                "locked",
                "The database is written too fast to be copied",
                f"{self._reader.path}: a part of its log went by unseen {self._restarts} times.",
                "Try again when the programs that write to it are quieter.",
            )
        self._forget()

    def _copy_slice(self) -> bool:
        """Copy what the slice has time for; return whether the copy is complete."""
        now = self._read_index()
        with _opened(self._wal) as wal:
            self._catch_up(wal, now)
            touched: set[int] = set()
            is_done = self._copy_dirty(wal, now, touched) and self._copy_rest(wal, now, touched)
            after = self._read_index()
            if after.salts != now.salts:
                self._dirty |= touched
                return False
            if not is_done:
                # While the log still holds them: they are the first to be overwritten.
                self._catch_up(wal, after)
        return is_done

    def _catch_up(self, wal: BinaryIO | None, now: WalIndex) -> None:
        """Learn which pages were written since the last look."""
        seen = self._seen
        if seen is not None and seen.salts == now.salts:
            new = read_frames(wal, now, seen.frames + 1, now.frames)
            self._check_whole(new, seen, now)
        else:
            new = read_frames(wal, now, 1, now.frames)
            if seen is not None:
                # Behind the new frames the end of the old log is still there.
                ended = read_frames(wal, seen, max(seen.frames, now.frames) + 1, None)
                self._check_whole([*ended, *new], seen, now)
                self._dirty |= {frame.page for frame in ended}
            if len(new) != now.frames:
                raise _LostTrackError
            self._frames = {}
        if seen is not None:
            self._dirty |= {frame.page for frame in new}
        self._frames.update((frame.page, frame.number) for frame in new)
        self._dirty = {page for page in self._dirty if page < self._next}
        self._seen = now

    def _check_whole(self, frames: Iterable[WalFrame], seen: WalIndex, now: WalIndex) -> None:
        commits = (now.change_count - seen.change_count) & _MASK
        if sum(frame.is_commit for frame in frames) != commits:
            raise _LostTrackError

    def _copy_dirty(self, wal: BinaryIO | None, now: WalIndex, touched: set[int]) -> bool:
        for page in sorted(self._dirty):
            if page <= now.page_count:
                self._write(page, self._read_page(wal, now, page), now)
            touched.add(page)
            self._dirty.discard(page)
            if self._is_enough(now):
                return not self._dirty
        return True

    def _copy_rest(self, wal: BinaryIO | None, now: WalIndex, touched: set[int]) -> bool:
        while self._next <= now.page_count:
            self._cancel.raise_if_cancelled()
            first = self._next
            last = min(first + _CHUNK_PAGES - 1, now.page_count)
            data = bytearray(self._read_main(first, last, now))
            for page in self._frames.keys() & set(range(first, last + 1)):
                start = (page - first) * now.page_size
                data[start : start + now.page_size] = self._read_page(wal, now, page)
            self._write(first, data, now)
            touched.update(range(first, last + 1))
            self._next = last + 1
            self._sampler.report(Progress(last, now.page_count, "pages", "copying in slices"))
            if self._is_enough(now):
                break
        return self._next > now.page_count

    def _is_enough(self, now: WalIndex) -> bool:
        grown = self._read_index().frames - now.frames
        return abs(grown) * (FRAME_HEADER_BYTES + now.page_size) > SLICE_GROWTH_BYTES

    def _read_page(self, wal: BinaryIO | None, now: WalIndex, page: int) -> bytes:
        number = self._frames.get(page)
        if number is None or wal is None:
            return self._read_main(page, page, now)
        return read_frame(wal, now, number)

    def _read_main(self, first: int, last: int, now: WalIndex) -> bytes:
        size_bytes = (last - first + 1) * now.page_size
        data = self._reader.read_bytes((first - 1) * now.page_size, size_bytes)
        # Pages that no checkpoint has reached yet are in the log alone.
        return data.ljust(size_bytes, b"\0")

    def _write(self, page: int, data: bytes | bytearray, now: WalIndex) -> None:
        with told_as(_FAILED, Path(self._target.name)):
            self._target.seek((page - 1) * now.page_size)
            rest = memoryview(data)
            while rest:
                # A nearly full disk takes a part first, and says that it is full at the next.
                rest = rest[self._target.write(rest) :]

    def _read_index(self) -> WalIndex:
        index = self._index.read()
        if index is None:
            raise _LostTrackError
        if index.page_size and index.page_count:
            return index
        # An empty log knows neither; the main file is then all there is.
        page_size = self._reader.read_int("PRAGMA page_size")
        pages = self._reader.path.stat().st_size // page_size
        return replace(index, page_size=page_size, page_count=pages)

    def _let_the_log_go(self) -> None:
        """Wait until the log has started over, for as long as that usually takes."""
        deadline_s = time.monotonic() + _LONGEST_WAIT_S
        while self._seen is not None and time.monotonic() < deadline_s:
            now = self._index.read()
            if now is None or now.salts != self._seen.salts:
                return
            time.sleep(_NAP_S)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO | None]:
    """Open the log, or nothing where there is none; of a database's files it alone may be."""
    try:
        stream = path.open("rb", buffering=0)
    except FileNotFoundError:
        yield None
        return
    with stream:
        yield stream
