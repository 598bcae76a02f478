"""Frames of a -wal: which pages they hold, which of them commit, and their bytes.

Format: https://sqlite.org/fileformat.html#the_write_ahead_log; numbers are big-endian. The -wal
carries no locks, so it may be opened beside SQLite.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO, Final

from cts_console.sqlite.wal_index import WalIndex

WAL_HEADER_BYTES: Final = 32
FRAME_HEADER_BYTES: Final = 24
# Page number, pages of the database after a commit (else 0), both salts
_FRAME: Final = struct.Struct(">IIII")


@dataclass(frozen=True, slots=True)
class WalFrame:
    """The header of one frame."""

    number: int
    """Its place in the log, from 1."""
    page: int
    """The page that it holds."""
    is_commit: bool
    """Whether it is the last of a transaction."""


def read_frames(
    log: BinaryIO | None, index: WalIndex, first: int, last: int | None
) -> list[WalFrame]:
    """Return the frames from `first` to `last` (None: to their end) of the index's generation.

    It ends early at the first frame of another generation and at the end of the file.
    """
    found: list[WalFrame] = []
    number = first
    while log is not None and (last is None or number <= last):
        log.seek(_offset(index, number))
        data = log.read(_FRAME.size)
        if len(data) < _FRAME.size:
            break
        page, size, *salts = _FRAME.unpack(data)
        if tuple(salts) != index.salts:
            break
        found.append(WalFrame(number, page, size != 0))
        number += 1
    return found


def read_frame(log: BinaryIO, index: WalIndex, number: int) -> bytes:
    """Return the page that frame `number` holds."""
    log.seek(_offset(index, number) + FRAME_HEADER_BYTES)
    return log.read(index.page_size)


def _offset(index: WalIndex, number: int) -> int:
    return WAL_HEADER_BYTES + (number - 1) * (FRAME_HEADER_BYTES + index.page_size)
