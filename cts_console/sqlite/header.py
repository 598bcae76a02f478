"""The first 100 bytes of a database file, read through SQLite's own descriptor.

Format: https://sqlite.org/fileformat.html#the_database_header. Reading goes through
`Connection.read_bytes`, never through `open()`: closing a second descriptor on the file would
cancel every POSIX lock that this process holds on it.
"""

from __future__ import annotations

import math
import struct
from collections import Counter
from dataclasses import dataclass
from typing import Final

MAGIC: Final = b"SQLite format 3\0"
HEADER_BYTES: Final = 100
WAL_VERSION: Final = 2
# zip, gzip, bzip2, xz, zstd, 7z, PNG, JPEG
_COMPRESSED: Final = (
    b"PK\3\4",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"7z\xbc\xaf",
    b"\x89PNG",
    b"\xff\xd8\xff",
)
_FIELDS: Final = struct.Struct(">16sHBBBBBBIIIIIIIIIiIi20xII")


@dataclass(frozen=True, slots=True)
class FileHeader:
    """The header's fields as they stand in the file, unchecked."""

    magic: bytes
    """16 bytes; `MAGIC` in every SQLite 3 database."""
    page_size: int
    """Bytes per page (the stored 1 means 65,536)."""
    write_version: int
    """1 rollback journal, 2 WAL."""
    read_version: int
    """1 rollback journal, 2 WAL."""
    reserved_bytes: int
    """Bytes at the end of each page that SQLite leaves alone."""
    max_embedded_fraction: int
    """Always 64."""
    min_embedded_fraction: int
    """Always 32."""
    leaf_fraction: int
    """Always 32."""
    change_counter: int
    """Transactions that changed the main file (in WAL mode it lags)."""
    page_count: int
    """Pages of the file; valid only where `version_valid_for` equals `change_counter`."""
    first_freelist_page: int
    """Page number of the first freelist trunk, 0 for none."""
    freelist_count: int
    """Unused pages."""
    schema_cookie: int
    """Counts changes of the schema."""
    schema_format: int
    """1 to 4; 0 in a file without tables."""
    default_cache_size: int
    """Suggested cache, pages."""
    largest_root_page: int
    """Non-zero where auto_vacuum is on."""
    text_encoding: int
    """1 UTF-8, 2 UTF-16le, 3 UTF-16be; 0 in a file without tables."""
    user_version: int
    """`PRAGMA user_version`."""
    incremental_vacuum: int
    """Non-zero where auto_vacuum is INCREMENTAL."""
    application_id: int
    """`PRAGMA application_id`."""
    version_valid_for: int
    """The change counter at which `sqlite_version_number` and `page_count` were written."""
    sqlite_version_number: int
    """Library that wrote the file last: 3054001 is 3.54.1."""

    @property
    def is_wal(self) -> bool:
        """Whether the file is in WAL mode."""
        return self.write_version == WAL_VERSION

    @property
    def sqlite_version(self) -> str:
        """The last writer's library version as people write it; "" where it is not recorded."""
        number = self.sqlite_version_number
        if not number:
            return ""
        return f"{number // 1_000_000}.{number // 1_000 % 1_000}.{number % 1_000}"


def parse_header(data: bytes) -> FileHeader:
    """Return the fields of a header of `HEADER_BYTES` bytes; nothing is checked here."""
    fields = list(_FIELDS.unpack(data[:HEADER_BYTES]))
    if fields[1] == 1:
        fields[1] = 65_536
    return FileHeader(*fields)


def looks_encrypted(data: bytes, size_bytes: int) -> bool:
    """Return whether the first bytes of a file without SQLite's magic look like an encrypted one.

    Encrypted databases (SQLCipher, SEE) are whole pages of bytes that look random. A kilobyte of
    random bytes has about 7.8 bits of Shannon entropy per byte; text and most formats stay under
    6.5, and compressed ones begin with a signature. A heuristic: it chooses the words of an error,
    nothing else.
    """
    sample = data[:1024]
    if size_bytes % 512 or len(sample) < 512 or sample.startswith(_COMPRESSED):
        return False
    counts = Counter(sample).values()
    entropy = -sum(n / len(sample) * math.log2(n / len(sample)) for n in counts)
    return entropy > 7.0
