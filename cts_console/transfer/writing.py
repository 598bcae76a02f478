"""What every format of an export is given, and what it must do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from cts_console.sqlite import Row


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above the rows."""

    name: str
    """The table, or "query"."""
    columns: tuple[str, ...]
    """The columns as they are called; a query's may repeat."""
    create_sql: str
    """The statement that makes a table for the rows."""


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """What a person may choose."""

    protect_formulas: bool = False
    """Put a quote before text that a spreadsheet would calculate (CSV)."""
    null_text: str = ""
    """What NULL is written as (CSV); never in quotes, as a text of the same letters is."""
    bom: bool = False
    """Begin with a byte order mark, by which Excel knows UTF-8 (CSV)."""


class RowWriter(Protocol):
    """Writes rows into an open file, as a stream."""

    def write_rows(self, rows: Sequence[Row]) -> None:
        """Write some rows behind those before."""

    def finish(self) -> None:
        """Write what comes behind the last row."""

    def abandon(self) -> None:
        """Let go of a file that is thrown away."""

    def notes(self) -> list[str]:
        """Return what a reader of the file must know, one sentence each."""


@dataclass(frozen=True, slots=True)
class FileFormat:
    """One format."""

    name: str
    """Its name on the command line."""
    title: str
    """Its name in the window."""
    endings: tuple[str, ...]
    """Endings of file names by which it is known, the usual one first."""
    open: Callable[[BinaryIO, Heading, WriteOptions], RowWriter]
    """Begins a file."""
    is_for_spreadsheets: bool = False
    """Whether a spreadsheet opens it, so that formulas matter."""
    keeps_bytes: bool = False
    """Whether text that is no valid text keeps its bytes (`BrokenText`)."""


class BrokenText(str):
    """Text with bytes that are no valid text; they read U+FFFD."""

    __slots__ = ("raw",)

    raw: bytes

    @classmethod
    def of(cls, raw: bytes, encoding: str) -> BrokenText:
        """Return `raw` as text that still knows its bytes."""
        made = cls(raw.decode(encoding, "replace"))
        made.raw = raw
        return made


def count_note(count: int, one: str, many: str) -> list[str]:
    """Return no note for a count of 0, else one with the number before the words."""
    if not count:
        return []
    return [f"1 {one}" if count == 1 else f"{count:,} {many}"]


def unique_names(columns: Sequence[str], *, ignore_case: bool = False) -> tuple[str, ...]:
    """Return the names with a number behind each that came before."""

    def key(name: str) -> str:
        return name.lower() if ignore_case else name

    given, taken = set(map(key, columns)), set[str]()
    found: list[str] = []
    for column in columns:
        name, number = column, 1
        while key(name) in taken or (number > 1 and key(name) in given):
            number += 1
            name = f"{column}_{number}"
        taken.add(key(name))
        found.append(name)
    return tuple(found)


def renaming_note(columns: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return what of `columns` was given another name in `names`, for the person."""
    renamed = [
        f"{name!r} (column {number})"
        for number, (name, column) in enumerate(zip(names, columns, strict=True), 1)
        if name != column
    ]
    return [f"Names that came twice were made different: {', '.join(renamed)}."] if renamed else []
