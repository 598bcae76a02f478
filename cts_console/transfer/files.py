"""The bytes of a file to import: unpacked on the way, counted, checked, and looked through once.

Nothing here holds more of a file than a buffer, so a packed file of any size costs no memory.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

from cts_console.errors import CtsError
from cts_console.maintenance.disk import told_as
from cts_console.progress import CancelToken
from cts_console.sqlite import open_database
from cts_console.transfer.model import Compression, usage

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BUFFER_BYTES: Final = 1 << 18
_TITLE: Final = "The file cannot be read"
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file, and how it is packed."""

    path: Path
    """Where it is."""
    size_bytes: int
    """Its size."""
    compression: Compression
    """How it is packed."""
    member: str | None
    """The member of a zip."""
    is_workbook: bool = False
    """Whether it is a zip that holds a spreadsheet."""
    is_database: bool = False
    """Whether it is an SQLite database, which is opened by SQLite and nobody else: closing a
    descriptor of ours would cancel the locks that this process holds on it."""


def find_file(path: Path, member: str | None) -> SourceFile:
    """Look at the first bytes of the file and return what it is packed in.

    Raises `CtsError`: not_found, not_a_file, no_permission; usage for an empty file, for a zip
    without or with several members of which none is named.
    """
    if not path.exists():
        raise CtsError("not_found", "No such file", f"{path} does not exist.", "Check the path.")
    if not path.is_file():
        raise CtsError("not_a_file", "Not a file", f"{path} is not an ordinary file.", "Name one.")
    if _is_database(path):
        return SourceFile(path, path.stat().st_size, "none", None, is_database=True)
    with told_as(_TITLE, path), path.open("rb") as stream:
        head = stream.read(4)
        size_bytes = os.fstat(stream.fileno()).st_size
    if not size_bytes:
        raise usage("An empty file", f"{path} is empty (0 bytes).", "Name a file with rows.")
    if head.startswith(_GZIP):
        return SourceFile(path, size_bytes, "gzip", None)
    if head in (_ZIP, _EMPTY_ZIP):
        return _find_member(path, size_bytes, member)
    return SourceFile(path, size_bytes, "none", None)


def _is_database(path: Path) -> bool:
    """Return what SQLite says of the file, without opening it by any other way."""
    try:
        open_database(path).close()
    except CtsError as error:
        if error.code in ("not_a_database", "encrypted"):
            return False
        if error.code == "damaged":
            return True
        raise
    return True


def _find_member(path: Path, size_bytes: int, wanted: str | None) -> SourceFile:
    with told_as(_TITLE, path):
        try:
            with zipfile.ZipFile(path) as packed:
                names = [entry.filename for entry in packed.infolist() if not entry.is_dir()]
        except zipfile.BadZipFile as error:
            raise _damaged(path, error) from error
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        return SourceFile(path, size_bytes, "none", None, is_workbook=True)
    if wanted is None and len(names) == 1:
        wanted = names[0]
    if wanted not in names:
        shown = ", ".join(map(repr, names[:20])) or "nothing"
        raise usage(
            "Which file of the zip?",
            f"{path} holds {shown}"
            + ("." if wanted is None else f", and no {wanted!r}.")
            + (f" {len(names):,} files in all." if len(names) > 20 else ""),
            "Name one (`--sheet NAME`).",
        )
    return SourceFile(path, size_bytes, "zip", wanted)


@contextmanager
def open_bytes(file: SourceFile, cancel: CancelToken | None = None) -> Iterator[CheckedBytes]:
    """Open the unpacked content of the file.

    Raises `CtsError`: damaged where the packing is, cancelled at a stop, and what the system says.
    """
    with ExitStack() as stack, told_as(_TITLE, file.path):
        raw: IO[bytes]
        try:
            is_plain = file.compression == "none"
            disk = stack.enter_context(file.path.open("rb", buffering=0 if is_plain else -1))
            start, size_bytes = 0, file.size_bytes
            if file.compression == "gzip":
                raw = cast("IO[bytes]", stack.enter_context(gzip.GzipFile(fileobj=disk)))
            elif file.compression == "zip":
                packed = stack.enter_context(zipfile.ZipFile(disk))
                raw = stack.enter_context(packed.open(file.member or ""))
                start = disk.tell()
                size_bytes = packed.getinfo(file.member or "").compress_size
            else:
                raw = disk
            checked = CheckedBytes(raw, cancel, lambda: Position(disk.tell() - start, size_bytes))
            stack.callback(checked.close)
            yield checked
        except (zlib.error, EOFError, gzip.BadGzipFile, zipfile.BadZipFile) as error:
            raise _damaged(file.path, error) from error
        except (RuntimeError, NotImplementedError) as error:
            if file.compression != "zip":
                raise
            # So zipfile refuses an encrypted member and a method that it does not know.
            raise usage("A zip that cannot be read", f"{file.path}: {error}.") from error


@dataclass(frozen=True, slots=True)
class Position:
    """How far a file is read, in bytes as they lie on the disk."""

    done_bytes: int
    """Bytes that were read."""
    total_bytes: int
    """Bytes that there are: of a zip, those of the one member."""


class CheckedBytes(io.RawIOBase):
    """A stream of bytes that counts, looks at the stop, and remembers whether it met a NUL."""

    def __init__(
        self, stream: IO[bytes], cancel: CancelToken | None, position: Callable[[], Position]
    ) -> None:
        self._stream = stream
        self._cancel = cancel
        self._position = position
        self.done_bytes = 0
        """Bytes that were handed out."""
        self.has_nul = False
        """Whether a zero byte was among them."""

    @property
    def position(self) -> Position:
        """How far the file is read, packed as it is."""
        return self._position()

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer and return how many bytes came."""
        if self._cancel is not None:
            self._cancel.raise_if_cancelled()
        view = memoryview(buffer)
        data = self._stream.read(len(view)) or b""
        view[: len(data)] = data
        self.done_bytes += len(data)
        self.has_nul = self.has_nul or b"\0" in data
        return len(data)


@dataclass(frozen=True, slots=True)
class Look:
    """What one pass over the bytes of a file tells."""

    digest: str
    """BLAKE2b of the bytes as they lie on the disk, hex."""
    lines: int
    """Lines, a last one without an end included."""
    is_plain: bool
    """Whether it is valid UTF-8 without NUL bytes, quotes, lone carriage returns and lines of a
    megabyte; False for a packed file."""
    stamp: tuple[int, int, int, int]
    """Device, inode, size and time of the last change."""


def look_through(
    file: SourceFile, cancel: CancelToken | None, on_bytes: Callable[[int], None]
) -> Look:
    """Read the file once, at the disk's speed. Raises `CtsError` as the system says."""
    digest = hashlib.blake2b(digest_size=32)
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = returns = pairs = done = 0
    assert not file.is_database
    is_plain = file.compression == "none" and not file.is_workbook
    last = b""
    with told_as(_TITLE, file.path), file.path.open("rb", buffering=0) as stream:
        stamp = read_stamp(file.path)
        while data := stream.read(BUFFER_BYTES * 4):
            if cancel is not None:
                cancel.raise_if_cancelled()
            digest.update(data)
            done += len(data)
            on_bytes(done)
            lines += data.count(b"\n")
            if is_plain:
                pairs += last == b"\r" and data[:1] == b"\n"
                if b"\r" in data:
                    # To count what is not there takes ten times as long as to look for it.
                    returns += data.count(b"\r")
                    pairs += data.count(b"\r\n")
                last = data[-1:]
                has_odd = b"\0" in data or b'"' in data or b"\n" not in data
                is_plain = not has_odd and _is_utf8(decoder, data)
    lines += bool(last) and last != b"\n"
    return Look(digest.hexdigest(), lines, is_plain and returns == pairs, stamp)


def _is_utf8(decoder: codecs.IncrementalDecoder, data: bytes) -> bool:
    try:
        decoder.decode(data)
    except UnicodeDecodeError:
        return False
    return True


def read_stamp(path: Path) -> tuple[int, int, int, int]:
    """Return what changes when a file is written to or replaced."""
    facts = path.stat()
    return facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns


def _damaged(path: Path, error: Exception) -> CtsError:
    return CtsError(
        "damaged",
        "A packed file that is damaged",
        f"{path}: {error}.",
        "Fetch or pack it again.",
    )
