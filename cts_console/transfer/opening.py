"""Open a file to import: find out what it is by its content, never by its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cts_console.progress import CancelToken
from cts_console.sqlite import MAGIC
from cts_console.transfer.files import SourceFile, find_file, open_bytes
from cts_console.transfer.model import FORMATS, ReadOptions, usage
from cts_console.transfer.readers import READERS
from cts_console.transfer.source import Sample, Source, Task
from cts_console.transfer.text import GUESSED, SAMPLE_BYTES, find_encoding


@contextmanager
def open_source(
    path: Path, options: ReadOptions, cancel: CancelToken | None = None
) -> Iterator[Source]:
    """Open `path` as rows.

    Raises `CtsError`: not_found, not_a_file, no_permission, damaged; usage where it holds no rows,
    is of no known format, or not of the ordered one.
    """
    if options.format not in ("auto", *FORMATS):
        raise usage(
            "No such format",
            f"{options.format!r} is none of auto, {', '.join(FORMATS)}.",
            "Use one.",
        )
    file = find_file(path, options.table)
    sample = read_sample(file, options, cancel)
    for reader in READERS:
        why = reader.recognise(file, sample)
        if options.format in ("auto", reader.format) and (why or reader.format == options.format):
            if why is None and (reader.format in ("sqlite", "xlsx") or not sample.text):
                break
            reasons = (f"{reader.format}: {why or 'as ordered'}",)
            with reader.open(Task(file, sample, options, reasons, cancel)) as source:
                yield source
            return
    raise usage(
        "Not a file of rows",
        f"{path} is neither text nor a database nor a workbook."
        if options.format == "auto"
        else f"{path} is no {options.format}.",
        "Name another file, or leave the format to the console.",
    )


def read_sample(file: SourceFile, options: ReadOptions, cancel: CancelToken | None) -> Sample:
    """Read the beginning of `file`. Raises as `open_source` does."""
    if file.is_database:
        return Sample(MAGIC, "", "", "", is_whole=False)
    with open_bytes(file, cancel) as raw:
        head = raw.read(SAMPLE_BYTES) or b""
        while len(head) < SAMPLE_BYTES and (more := raw.read(SAMPLE_BYTES - len(head))):
            head += more
        is_whole = not raw.read(1)
    if not head:
        raise usage("An empty file", f"{file.path} holds nothing.", "Name a file with rows.")
    if file.is_workbook or head.startswith(MAGIC):
        return Sample(head, "", "", "", is_whole)
    encoding, why = find_encoding(head, options.encoding)
    text = head.decode(encoding, "ignore")
    # Text hardly holds control characters; a picture or a program is full of them.
    controls = sum(character < " " and character not in "\t\r\n\f" for character in text[:4096])
    if options.format == "auto" and controls * 10 > len(text[:4096]):
        text = ""
    is_guess = encoding == GUESSED and options.encoding is None
    return Sample(head, text, encoding, why, is_whole, is_guess)
