"""The header of the WAL index: what every process has committed, read without a lock.

Format: https://sqlite.org/walformat.html#the_wal_index_file_format and `WalIndexHdr` in `wal.c`;
numbers are in this machine's byte order, the salts as in the log, big-endian. The index is shared
memory that SQLite has mapped already: it is read there, through SQLite's own `xShmMap`. Opening
the -shm would cancel this process's locks on it, and `wal_checkpoint(NOOP)`, which tells less,
takes the write lock for a moment where it meets a header that is half written.
"""

from __future__ import annotations

import ctypes
import struct
from dataclasses import dataclass
from typing import Final

import apsw

from cts_console.sqlite.connection import Connection

_REGION_BYTES: Final = 32_768
_COPY_BYTES: Final = 48
_READ_BYTES: Final = 100
# iVersion, (unused), iChange, isInit, bigEndCksum, szPage, mxFrame, nPage
_HEADER: Final = struct.Struct("=IIIBBHII")
_SALTS: Final = struct.Struct(">II")
_SALTS_OFFSET: Final = 32
_IS_INIT_OFFSET: Final = 12
_BACKFILL: Final = struct.Struct("=I")
_BACKFILL_OFFSET: Final = 96
_WORDS: Final = struct.Struct("=12I")
_MASK: Final = 0xFFFF_FFFF
# A commit rewrites both copies within a microsecond: more tries than two were never needed.
_TRIES: Final = 8

# Places in `sqlite3_io_methods` (https://sqlite.org/c3ref/io_methods.html), counted in pointers.
_FIRST_VERSION_WITH_SHM: Final = 2
_SHM_MAP: Final = 13
_ShmMap = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.POINTER(ctypes.c_void_p),
)


@dataclass(frozen=True, slots=True)
class WalIndex:
    """What the WAL index says at one moment."""

    change_count: int
    """Commits that wrote, modulo 2**32; it starts over where the index is rebuilt."""
    page_size: int
    """Bytes per page."""
    frames: int
    """Committed frames in the log."""
    checkpointed_frames: int
    """Frames of those that are in the main file as well."""
    page_count: int
    """Pages of the database as of the last commit."""
    salts: tuple[int, int]
    """The log's salts; the first grows by one (modulo 2**32) each time the log starts over."""


class WalIndexReader:
    """Reads the WAL index through one open connection. Made by `open_wal_index`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self) -> WalIndex | None:
        """Return what the index says now, whoever wrote it: no lock, no system call, about 5 µs.

        None where the header stays half written because its writer died. It must not be called
        on a closed connection: APSW then raises, as it does for every use of one.
        """
        # Asked for anew each time: the address is SQLite's, and ends with the connection.
        address = _map_index(self._connection)
        if address is None:
            return None
        for _ in range(_TRIES):
            data = ctypes.string_at(address, _READ_BYTES)
            if _is_whole(data):
                return _parse(data)
        return None


def open_wal_index(connection: Connection) -> WalIndexReader | None:
    """Return a reader of the WAL index of the connection's database.

    None where there is none to look at: the database is in rollback mode, or was opened as
    immutable or with a lock of its own. It reads the schema once: before its first read a
    connection does not know the log. As long as the reader's connection is open, nobody can leave
    WAL mode. Raises `CtsError("locked")` inside a transaction of this connection.
    """
    with connection._translated():
        if connection.immutable or connection.raw.pragma("locking_mode") != "normal":
            return None
        connection.raw.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
        # Where SQLite itself has no log, `xShmMap` would make a -shm behind its back.
        frames, _ = connection.raw.wal_checkpoint("main", apsw.SQLITE_CHECKPOINT_NOOP)
    if frames < 0 or _map_index(connection) is None:
        return None
    return WalIndexReader(connection)


def _map_index(connection: Connection) -> int | None:
    """Return the address of the index's first region in this process, or None."""
    file = ctypes.c_void_p()
    with connection._translated():
        connection.raw.file_control("main", apsw.SQLITE_FCNTL_FILE_POINTER, ctypes.addressof(file))
    if not file.value:
        return None
    methods = ctypes.c_void_p.from_address(file.value).value
    if not methods or ctypes.c_int.from_address(methods).value < _FIRST_VERSION_WITH_SHM:
        return None
    place = methods + _SHM_MAP * ctypes.sizeof(ctypes.c_void_p)
    mapped = ctypes.c_void_p()
    code = _ShmMap.from_address(place)(file, 0, _REGION_BYTES, 0, ctypes.byref(mapped))
    return mapped.value if code in (apsw.SQLITE_OK, apsw.SQLITE_READONLY) else None


def _is_whole(data: bytes) -> bool:
    """Return whether both copies of the header agree and fit their checksum.

    Checksum: `walChecksumBytes`, over the 40 bytes before it in this machine's byte order.
    """
    if data[:_COPY_BYTES] != data[_COPY_BYTES : 2 * _COPY_BYTES] or not data[_IS_INIT_OFFSET]:
        return False
    words = _WORDS.unpack_from(data)
    first = second = 0
    for word in range(0, 10, 2):
        first = (first + words[word] + second) & _MASK
        second = (second + words[word + 1] + first) & _MASK
    return (first, second) == words[10:]


def _parse(data: bytes) -> WalIndex:
    _, _, change_count, _, _, page_size, frames, page_count = _HEADER.unpack_from(data)
    return WalIndex(
        change_count=change_count,
        # 65,536 does not fit 16 bits and is kept as 1.
        page_size=(page_size & 0xFE00) + ((page_size & 1) << 16),
        frames=frames,
        checkpointed_frames=_BACKFILL.unpack_from(data, _BACKFILL_OFFSET)[0],
        page_count=page_count,
        salts=_SALTS.unpack_from(data, _SALTS_OFFSET),
    )
