"""JSON Lines: one object or array a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from io import TextIOWrapper
from typing import Any, Final

from cts_console.transfer.files import CheckedBytes, SourceFile
from cts_console.transfer.json_source import open_values
from cts_console.transfer.json_text import make_decoder
from cts_console.transfer.model import UnreadableFileError
from cts_console.transfer.source import Reader, Sample, Source, Task
from cts_console.transfer.text import MOST_FIELD_CHARACTERS, check_nul

_START: Final = re.compile(r"\ufeff?\s*(?:\{\s*[\"}]|\[[^\r\n]*\][ \t]*\r?\n[ \t]*\[)")


def recognise(_file: SourceFile, sample: Sample) -> str | None:
    """Return that an object begins the file, or that arrays stand in lines of their own."""
    return "an object begins it" if _START.match(sample.text) else None


def open_json_lines(task: Task) -> AbstractContextManager[Source]:
    """Open JSON Lines. Raises `CtsError("usage")` where a line is no JSON."""
    return open_values(task, "jsonl", _read_lines)


def _read_lines(task: Task, text: TextIOWrapper, raw: CheckedBytes) -> Iterator[tuple[int, Any]]:
    decode = make_decoder().decode
    lines = iter(partial(text.readline, MOST_FIELD_CHARACTERS + 2), "")
    for number, line in enumerate(lines, 1):
        plain = line.strip("\ufeff \t\r\n")
        if not plain:
            continue
        if len(line) > MOST_FIELD_CHARACTERS:
            raise _wrong(task, number, f"it has more than {MOST_FIELD_CHARACTERS:,} characters")
        try:
            value = decode(plain)
        except (ValueError, RecursionError) as error:
            check_nul(task.file, raw, task.sample.encoding)
            raise _wrong(task, number, str(error)) from error
        yield number, value


def _wrong(task: Task, line: int, reason: str) -> Exception:
    return UnreadableFileError(
        "Not valid JSON",
        f"{task.file.path}: line {line:,} is no JSON: {reason}.",
        "Correct the line. One array of objects is JSON (`--format json`).",
    )


READER: Final = Reader("jsonl", recognise, open_json_lines)
