"""Text out of bytes: the encoding found or ordered, and the place of a byte that is none."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from cts_console.progress import CancelToken
from cts_console.transfer.files import BUFFER_BYTES, CheckedBytes, SourceFile, open_bytes
from cts_console.transfer.model import UnreadableFileError, usage

SAMPLE_BYTES: Final = 1 << 18
MOST_FIELD_CHARACTERS: Final = 20_000_000
"""A longer field, line or value is refused: nobody has it on purpose, and it must be held whole."""
GUESSED: Final = "cp1252"
"""What text is taken for whose bytes prove nothing."""
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "it begins with the mark of UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "it begins with the mark of UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "it begins with the mark of UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "it begins with the mark of UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "it begins with the mark of UTF-16"),
)


def find_encoding(sample: bytes, ordered: str | None) -> tuple[str, str]:
    """Return the encoding of a text that begins with `sample`, and why.

    UTF-8 is proved by its bytes. Text that is not, and that has no valid character of UTF-8 beyond
    ASCII either, is taken for cp1252 (a guess, told as such). Raises `CtsError("usage")` for an
    ordered encoding that is none.
    """
    for mark, encoding, why in _MARKS:
        if sample.startswith(mark) and (ordered or encoding).replace("_", "-").lower() in (
            encoding,
            encoding.removesuffix("-sig"),
        ):
            return encoding, why
    if ordered is not None:
        try:
            codecs.lookup(ordered)
            sample[:1].decode(ordered, "replace")
        except (LookupError, UnicodeError) as error:
            raise usage("No such encoding", f"{ordered!r} is no encoding of text.") from error
        return ordered, "as ordered"
    return _guess_encoding(sample)


def _guess_encoding(sample: bytes) -> tuple[str, str]:
    for zero, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(sample) >= 4 and sample[zero:200:2].count(0) * 4 > len(sample[:200]):
            return encoding, "every second byte is zero, as in UTF-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8", "its bytes are valid UTF-8"
    if any(ord(character) > 0x7F for character in sample.decode("utf-8", "ignore")):
        return "utf-8", "most of its bytes are valid UTF-8"
    try:
        sample.decode(GUESSED)
    except UnicodeDecodeError:
        return "utf-8", "no other encoding fits its bytes either"
    return GUESSED, "its bytes are no UTF-8; cp1252 (Western Europe) is a guess"


@contextmanager
def open_text(
    file: SourceFile, encoding: str, cancel: CancelToken | None = None
) -> Iterator[tuple[io.TextIOWrapper, CheckedBytes]]:
    """Open the file as text, line ends as they are.

    Raises `UnreadableFileError` with line and byte offset for bytes that are no text.
    """
    with open_bytes(file, cancel) as raw:
        buffered = io.BufferedReader(raw, BUFFER_BYTES)
        text = io.TextIOWrapper(buffered, encoding=encoding, newline="")
        try:
            yield text, raw
        except UnicodeDecodeError as error:
            raise _bad_bytes(file, encoding, cancel) from error
        finally:
            text.close()


def check_nul(file: SourceFile, raw: CheckedBytes, encoding: str) -> None:
    """Raise `UnreadableFileError`, with its place, where a NUL character was read."""
    if not raw.has_nul or encoding.startswith(("utf-16", "utf-32")):
        return
    line, offset = _place_of(file, lambda data: data.find(b"\0"))
    raise UnreadableFileError(
        "A NUL byte",
        f"{file.path}: a NUL byte in line {line:,} (byte {offset:,}); text has none.",
        "The file is damaged or no text. Export it again, or remove the byte.",
    )


def _bad_bytes(file: SourceFile, encoding: str, cancel: CancelToken | None) -> Exception:
    decoder = codecs.getincrementaldecoder(encoding)()

    def find(data: bytes) -> int:
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            return max(error.start - pending, 0)
        return -1

    line, offset = _place_of(file, find, cancel)
    return UnreadableFileError(
        "Bytes that are no text",
        f"{file.path}: line {line:,} (byte {offset:,}) is no valid {encoding}.",
        "Correct the file, or name its encoding (`--encoding cp1252`).",
    )


def _place_of(
    file: SourceFile, find: Callable[[bytes], int], cancel: CancelToken | None = None
) -> tuple[int, int]:
    """Return line and byte offset of what `find` finds first in the unpacked bytes."""
    line, offset = 1, 0
    with open_bytes(file, cancel) as raw:
        while True:
            data = raw.read(BUFFER_BYTES) or b""
            at = find(data)
            if at >= 0 or not data:
                at = max(at, 0)
                return line + data.count(b"\n", 0, at), offset + at
            line += data.count(b"\n")
            offset += len(data)
