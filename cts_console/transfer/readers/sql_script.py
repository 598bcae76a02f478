"""An SQL script, as rows of one column: its statements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Final

from cts_console.sqlite import Statement, split_statements
from cts_console.transfer.files import Position, SourceFile
from cts_console.transfer.model import Detected, usage
from cts_console.transfer.source import Chunk, Reader, Sample, Source, Task
from cts_console.transfer.text import check_nul, open_text

MOST_CHARACTERS: Final = 64_000_000
_START: Final = re.compile(
    r"\ufeff?(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:"
    r"(?:INSERT|REPLACE)\s+(?:OR\s+\w+\s+)?INTO\s|CREATE\s+(?:TABLE|INDEX|UNIQUE|TRIGGER|VIEW)\s"
    r"|BEGIN(?:\s+\w+)*\s*;|PRAGMA\s+\w+|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s)",
    re.IGNORECASE | re.DOTALL,
)


def recognise(_file: SourceFile, sample: Sample) -> str | None:
    """Return that a statement of SQL begins the file."""
    return "a statement of SQL begins it" if _START.match(sample.text) else None


@contextmanager
def open_script(task: Task) -> Iterator[Source]:
    """Read and split a script, which is held whole. Raises `CtsError("usage")` for a longer one."""
    with open_text(task.file, task.sample.encoding, task.cancel) as (text, raw):
        script = text.read(MOST_CHARACTERS + 1)
        check_nul(task.file, raw, task.sample.encoding)
        if len(script) > MOST_CHARACTERS:
            raise usage(
                "A script that is too long",
                f"{task.file.path} has more than {MOST_CHARACTERS:,} characters.",
                "Divide it, or import the rows as CSV.",
            )
        yield ScriptSource(task, split_statements(script), raw.position)


class ScriptSource:
    """The statements of a script."""

    columns = ("statement",)

    def __init__(self, task: Task, statements: list[Statement], position: Position) -> None:
        self.statements = statements
        """In order."""
        self.position = position
        """How far the file is read: it is held whole."""
        self.detected = Detected(
            format="sql",
            compression=task.file.compression,
            encoding=task.sample.encoding,
            table=task.file.member,
            reasons=(*task.reasons, task.sample.why),
        )

    def chunks(self, rows: int) -> Iterator[Chunk]:
        """Yield the statements with their lines."""
        stream = iter(self.statements)
        while read := list(islice(stream, rows)):
            yield Chunk([each.line for each in read], [(each.sql,) for each in read])


READER: Final = Reader("sql", recognise, open_script)
