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
