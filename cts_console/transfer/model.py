"""What an import is asked for, what was found out about its file, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, get_args

from cts_console.errors import CtsError

Format = Literal["csv", "json", "jsonl", "sql", "sqlite", "xlsx"]
Compression = Literal["none", "gzip", "zip"]
OnConflict = Literal["abort", "ignore", "replace", "update"]
TimeUnit = Literal["s", "ms", "us", "iso"]
Kind = Literal[
    "empty", "integer", "decimal", "boolean", "time_s", "time_ms", "time_us", "time_iso", "text"
]

FORMATS: Final[tuple[Format, ...]] = get_args(Format)
ON_CONFLICT: Final[tuple[OnConflict, ...]] = get_args(OnConflict)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a file is read; None leaves the question to its content."""

    format: Format | Literal["auto"] = "auto"
    """What it is."""
    encoding: str | None = None
    """Of a text: any name that Python knows."""
    delimiter: str | None = None
    """Between the fields of a CSV, one character."""
    quote: str | None = None
    """Around the fields of a CSV, one character; "" or "none" where quotes mean nothing."""
    has_header: bool | None = None
    """Whether the first row names the columns."""
    decimal_comma: bool | None = None
    """Whether numbers are written as 1,5."""
    null_texts: tuple[str, ...] | None = None
    """Texts that mean NULL in every column. None: an empty field is NULL, but text in a TEXT
    column."""
    table: str | None = None
    """The table of a database, the sheet of a workbook, the member of a zip."""
    skip_lines: int | None = None
    """Lines of a CSV before its header."""


@dataclass(frozen=True, slots=True)
class Detected:
    """How a file is read, as ordered or as its content says."""

    format: Format
    """What it is."""
    compression: Compression = "none"
    """How it is packed."""
    encoding: str | None = None
    """Of a text."""
    delimiter: str | None = None
    """Of a CSV."""
    quote: str | None = None
    """Of a CSV; "" where quotes mean nothing."""
    has_header: bool | None = None
    """Whether the first row names the columns; None where the format has names of its own."""
    decimal_comma: bool = False
    """Whether numbers are written as 1,5."""
    null_texts: tuple[str, ...] | None = None
    """Texts that mean NULL; None as in `ReadOptions`."""
    table: str | None = None
    """The table, sheet or member that is read."""
    skip_lines: int = 0
    """Lines of a CSV before its header."""
    reasons: tuple[str, ...] = ()
    """Why, one sentence each, for a person."""


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """One column of a file."""

    name: str
    """Its name in the file."""
    kind: Kind
    """What all values that were read have in common."""
    samples: tuple[str, ...]
    """The first different values, as text."""
    empty: int = 0
    """Rows in which it holds nothing."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The beginning of a file."""

    file: Path
    """The file."""
    detected: Detected
    """How it is read."""
    columns: tuple[SourceColumn, ...]
    """Its columns; their kinds are those of the rows that were read."""
    rows: tuple[tuple[Any, ...], ...]
    """The first rows."""
    rows_read: int
    """How many rows the kinds rest on."""
    is_whole: bool
    """Whether that was the whole file."""


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What is imported where, and how."""

    table: str
    """The table that takes the rows."""
    mapping: Mapping[str, str] | None = None
    """Column of the file to column of the table, beside what maps by itself; "" leaves one out."""
    constants: Mapping[str, str] = field(default_factory=dict)
    """Column of the table to the value that every row gets."""
    on_conflict: OnConflict = "abort"
    """What becomes of a row whose key is there already; `update` sets the other columns."""
    key: tuple[str, ...] = ()
    """The columns by which `update` finds the row; the only key of the table where none is said."""
    options: ReadOptions = ReadOptions()
    """How the file is read."""
    rejects: Path | None = None
    """A new file for refused rows; without it the first one ends the import."""
    batch_rows: int = 10_000
    """Rows between two looks at progress and at a stop."""
    dry_run: bool = False
    """Check everything and write nothing."""
    allow_repeat: bool = False
    """Import a file once more into a table where nothing else keeps its rows from doubling."""
    overrule: bool = False
    """Write beside others in spite of what the gate says."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One row that was not imported."""

    line: int
    """Its line, or its number where the file has no lines, from 1."""
    reason: str
    """Why, with the column."""


@dataclass(frozen=True, slots=True)
class KnownKeys:
    """Rows of a file whose key the table holds already."""

    columns: tuple[str, ...]
    """The columns of the key."""
    rows: int
    """How many rows."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What one import did, or would do."""

    table: str
    """The table, as the schema spells it."""
    format: Format
    """What the file was."""
    rows_read: int
    """Rows of the file."""
    rows_written: int
    """Rows that are in the table because of it; with `dry_run`, that would be."""
    rows_rejected: int
    """Rows that were left out."""
    rejects_file: Path | None
    """Where they are; None where there were none, or nobody wanted them."""
    bytes_read: int
    """Bytes of the file."""
    duration_s: float
    """How long it took, COMMIT included."""
    strategy: str
    """How rows were written."""
    indexes_deferred: tuple[str, ...]
    """Indexes that were dropped and built again in the same transaction."""
    detected: Detected
    """How the file was read."""
    mapping: dict[str, str]
    """Column of the file to column of the table."""
    constants: dict[str, str]
    """Column of the table to the value that every row got."""
    left_out: tuple[str, ...]
    """Columns of the file that were not imported."""
    notes: tuple[str, ...]
    """What a person should know besides."""
    first_rejects: tuple[RejectedRow, ...]
    """The first rows that were left out."""
    dry_run: bool
    """Whether nothing was written on purpose."""
    mode: str = "whole"
    """`whole`: one transaction; `slices`: beside others, in short ones."""
    batch_id: str | None = None
    """In slices, the batch, by which all of it can be taken back."""
    known_keys: tuple[KnownKeys, ...] = ()
    """Of a dry run: each key of the table that rows of the file meet there. A row may meet
    several."""

    @property
    def rows_per_s(self) -> float:
        """Rows written per second."""
        return self.rows_written / self.duration_s if self.duration_s else 0.0


class UnreadableFileError(CtsError):
    """The content of a file is not what its format says. To an import that is `usage`."""

    def __init__(self, title: str, message: str, hint: str) -> None:
        super().__init__("usage", title, message, hint)


def usage(title: str, message: str, hint: str = "") -> CtsError:
    """Return the error for a file or an order that cannot be imported as it is."""
    return CtsError("usage", title, message, hint)
