"""What the -wal still tells about generations of the log that have ended.

Format: https://sqlite.org/fileformat.html#the_write_ahead_log. When the log starts over, the first
salt grows by one and new frames overwrite the old ones from the front: behind the new frames the
old ones stay, with their old salt. The -wal carries no locks and may be opened.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from cts_console.sqlite.wal_index import WalIndex

WAL_HEADER_BYTES: Final = 32
FRAME_HEADER_BYTES: Final = 24
# Page number, database size after a commit (else 0), first salt
_FRAME: Final = struct.Struct(">III")
_MASK: Final = 0xFFFF_FFFF
# Frames looked at one by one, at about 1 µs each.
_LONGEST_WALK: Final = 20_000


@dataclass(frozen=True, slots=True)
class _Frame:
    age: int
    """How many generations ago it was written."""
    is_commit: bool


class WalFile:
    """The frames of a -wal as seen from its present generation."""

    def __init__(self, stream: BinaryIO, index: WalIndex) -> None:
        self._stream = stream
        self._index = index
        self._frame_bytes = FRAME_HEADER_BYTES + index.page_size
        size_bytes = stream.seek(0, 2)
        self._frames = max(0, size_bytes - WAL_HEADER_BYTES) // self._frame_bytes

    def read_ended_generations(self, oldest: int) -> dict[int, int]:
        """Return {age: frames of that generation} for those whose end is still to be seen.

        Ages go from 1, the generation before the present one, to `oldest`.
        """
        ends: dict[int, int] = {}
        number = self._index.frames + 1
        while number <= self._frames and (age := self._read(number).age) <= oldest:
            last = self._find_last(number, age)
            if age > 0 and (end := self._find_commit(last, number)) is not None:
                ends[age] = end
            number = last + 1
        return ends

    def count_commits(self) -> int | None:
        """Return the commits in the present generation; None where it is too long to walk."""
        if self._index.frames > _LONGEST_WALK:
            return None
        numbers = range(1, min(self._index.frames, self._frames) + 1)
        return sum(self._read(number).is_commit for number in numbers)

    def _find_last(self, first: int, age: int) -> int:
        """Return the last frame of the generation that frame `first` belongs to."""
        low, high = first, self._frames
        while low < high:
            middle = (low + high + 1) // 2
            if self._read(middle).age <= age:
                low = middle
            else:
                high = middle - 1
        return low

    def _find_commit(self, last: int, first: int) -> int | None:
        """Return the last commit from `first` to `last`: behind it lies what was rolled back."""
        for number in range(last, max(first, last - _LONGEST_WALK) - 1, -1):
            if self._read(number).is_commit:
                return number
        return None

    def _read(self, number: int) -> _Frame:
        self._stream.seek(WAL_HEADER_BYTES + (number - 1) * self._frame_bytes)
        data = self._stream.read(_FRAME.size)
        if len(data) < _FRAME.size:  # cut short meanwhile
            return _Frame(age=_MASK, is_commit=False)
        _, size, salt = _FRAME.unpack(data)
        age = (self._index.salts[0] - salt) & _MASK
        # A frame that is newer than the index we hold was written meanwhile.
        return _Frame(age=0 if age > _MASK // 2 else age, is_commit=size != 0)


def count_ended_frames(
    path: Path, before: WalIndex, now: WalIndex, generations: int
) -> tuple[int, int]:
    """Return (frames, missed): what was written to the -wal at `path` before its present start.

    `before` is the state that was seen last, `generations` how often the log has started over
    since. `frames` counts from `before` on; `missed` generations ended unseen and are not in it.
    """
    commits = (now.change_count - before.change_count) & _MASK
    if not commits:
        return 0, 0
    try:
        with path.open("rb", buffering=0) as stream:
            ends = WalFile(stream, now).read_ended_generations(generations)
    except FileNotFoundError:
        ends = {}
    frames = sum(end for age, end in ends.items() if age != generations)
    frames += max(0, ends.get(generations, before.frames) - before.frames)
    missed = generations - len(ends)
    if missed:
        missed *= count_unseen(path, now, commits)
    return frames, missed


def count_unseen(path: Path, now: WalIndex, commits: int) -> int:
    """Return 0 where all of the last `commits` are in the present generation of the log, else 1."""
    try:
        with path.open("rb", buffering=0) as stream:
            return int(WalFile(stream, now).count_commits() != commits)
    except FileNotFoundError:
        return int(commits > 0)
