"""What a `-wal` holds, by its own header and frames.

Format: https://sqlite.org/fileformat.html#the_write_ahead_log. Unlike the database and its -shm the
-wal carries no locks, and its bytes may be read. The checksums of the frames are left to SQLite:
here a frame counts where it carries the salts of the header.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

HEADER_BYTES: Final = 32
FRAME_HEADER_BYTES: Final = 24
MOST_FRAMES: Final = 5_000
"""Frames that are looked at one by one."""
# Magic, format, page size, checkpoint sequence, salts, checksum
_HEADER: Final = struct.Struct(">IIIIIIII")
# Page number, database size after a commit (else 0), salts
_FRAME: Final = struct.Struct(">IIII")
_MAGIC: Final = 0x377F0682
_FORMAT: Final = 3_007_000
_MASK: Final = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class WalLog:
    """A `-wal` with at least one byte."""

    problem: str
    """Why SQLite reads nothing of it; "" where it may."""
    page_size: int
    """Bytes per page, by its header."""
    frames: int
    """Frames by its size, those of earlier generations included."""
    pages: tuple[int, ...]
    """Page number of each frame that carries the header's salts, up to the last commit seen."""
    is_whole: bool
    """Whether all such frames were looked at (`MOST_FRAMES`)."""

    def offset(self, frame: int) -> int:
        """Return where the page of frame `frame` (from 0) begins in the file."""
        size_bytes = FRAME_HEADER_BYTES + self.page_size
        return HEADER_BYTES + frame * size_bytes + FRAME_HEADER_BYTES


def read_wal_log(path: Path) -> WalLog | None:
    """Return what the `-wal` at `path` holds, or None where it is missing or empty."""
    try:
        with path.open("rb") as stream:
            return _read(stream)
    except FileNotFoundError:
        return None


def _read(stream: BinaryIO) -> WalLog | None:
    size_bytes = stream.seek(0, 2)
    stream.seek(0)
    data = stream.read(HEADER_BYTES)
    if not data:
        return None
    problem = _header_problem(data)
    if problem:
        return WalLog(problem, 0, 0, (), is_whole=True)
    page_size = _HEADER.unpack(data)[2]
    frames = (size_bytes - HEADER_BYTES) // (FRAME_HEADER_BYTES + page_size)
    pages: list[int] = []
    committed = 0
    for page, database_size in _frames(stream, page_size, data[16:24]):
        pages.append(page)
        committed = len(pages) if database_size else committed
    if frames and not pages:
        problem = "its frames do not carry the salts of its header"
    is_whole = len(pages) < MOST_FRAMES
    return WalLog(problem, page_size, frames, tuple(pages[:committed]), is_whole)


def _frames(stream: BinaryIO, page_size: int, salts: bytes) -> Iterator[tuple[int, int]]:
    """Yield page number and database size of the frames with these salts, `MOST_FRAMES` at most."""
    for number in range(MOST_FRAMES):
        stream.seek(HEADER_BYTES + number * (FRAME_HEADER_BYTES + page_size))
        data = stream.read(_FRAME.size)
        if len(data) < _FRAME.size or data[8:16] != salts:
            return
        page, database_size, _, _ = _FRAME.unpack(data)
        yield page, database_size


def _header_problem(data: bytes) -> str:
    if len(data) < HEADER_BYTES:
        return "it is shorter than its header"
    magic, version, page_size, _, _, _, *checksum = _HEADER.unpack(data)
    if magic & ~1 != _MAGIC:
        return "it does not begin as a log of SQLite does"
    if version != _FORMAT:
        return f"its format {version} is not the one that SQLite writes"
    if not 512 <= page_size <= 65_536 or page_size & (page_size - 1):
        return f"its page size {page_size} makes no sense"
    if list(_checksum(data[:24], is_big_endian=bool(magic & 1))) != checksum:
        return "the checksum of its header is wrong"
    return ""


def _checksum(data: bytes, *, is_big_endian: bool) -> tuple[int, int]:
    first = second = 0
    for one, other in struct.iter_unpack(">II" if is_big_endian else "<II", data):
        first = (first + one + second) & _MASK
        second = (second + other + first) & _MASK
    return first, second
