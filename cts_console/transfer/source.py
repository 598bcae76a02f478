"""What every reader gives: columns, and rows in chunks with the lines on which they begin."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from cts_console.progress import CancelToken
from cts_console.transfer.files import Position, SourceFile
from cts_console.transfer.model import Detected, Format, ReadOptions


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that the reader could not take apart."""

    line: int
    """Where it begins."""
    values: Sequence[Any]
    """What it holds."""
    reason: str
    """What is wrong with it."""


@dataclass(slots=True)
class Chunk:
    """Some rows of a file."""

    lines: Sequence[int]
    """The line of each row, or its number where the file has no lines, from 1."""
    rows: list[Sequence[Any]]
    """The rows, all as wide as the columns are many."""
    bad: list[BadRow] = field(default_factory=list)
    """Rows that are none."""


class Source(Protocol):
    """An open file of rows."""

    @property
    def detected(self) -> Detected:
        """How it is read."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns, all different."""

    @property
    def position(self) -> Position | None:
        """How far the file is read, packed as it is; None where nobody measures it."""

    def chunks(self, rows: int) -> Iterator[Chunk]:
        """Yield all rows from the first one, at most so many at a time; once.

        Raises `CtsError("usage")` with the line where the file cannot be read on.
        """


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a file, for the question what it is."""

    head: bytes
    """Its first bytes, unpacked."""
    text: str
    """The same as text; "" where it is none."""
    encoding: str
    """The encoding of the text."""
    why: str
    """Why this encoding."""
    is_whole: bool
    """Whether the file has no more."""
    is_guess: bool = False
    """Whether another encoding fits its bytes as well."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a reader is to open."""

    file: SourceFile
    """The file."""
    sample: Sample
    """Its beginning."""
    options: ReadOptions
    """What is ordered."""
    reasons: tuple[str, ...]
    """Why it is read as this format."""
    cancel: CancelToken | None
    """The stop."""
    is_verbatim: bool = False
    """Whether cells are wanted as they are written, as text: also formulas, and a NUL is one of its
    characters."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One format."""

    format: Format
    """Its name."""
    recognise: Callable[[SourceFile, Sample], str | None]
    """Why a file is of this format; None where it is not."""
    open: Callable[[Task], AbstractContextManager[Source]]
    """Open a file of it."""


def unique_names(names: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Return names that are all there and all different, and what was changed about them.

    An empty one becomes `column N`, a second `x` becomes `x (2)`.
    """
    chosen: list[str] = []
    notes: list[str] = []
    for number, name in enumerate(names, 1):
        plain = str(name).strip() or f"column {number}"
        unique, count = plain, 1
        while unique in chosen:
            count += 1
            unique = f"{plain} ({count})"
        if unique != name:
            notes.append(f"column {number} is called {name!r} in the file, here {unique!r}")
        chosen.append(unique)
    return tuple(chosen), notes
