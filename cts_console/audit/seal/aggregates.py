"""Hashes of a block's rows as aggregate functions: a row costs less than one that is fetched."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from cts_console.audit.seal.model import BlockHash
from cts_console.sqlite import Row, SqliteValue

SLICE_ROWS: Final = 64
"""Rows that are held in memory at once."""


@dataclass(slots=True)
class HashedRows:
    """Rows that were read and hashed."""

    rows: int = 0
    """How many."""
    hash: bytes = b""
    """Hash of their content."""
    to_key: Row | None = None
    """Key of the last one."""
    keys: list[Row] = field(default_factory=list)
    """Their keys, where they were asked for."""
    marks: list[bytes] = field(default_factory=list)
    """Their short hashes, where they were asked for."""


class RowsHash:
    """The hash of a block's rows, as SQLite hands them over."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._hash = BlockHash()

    def step(self, *row: SqliteValue) -> None:
        """Take a row."""
        self._rows.append(row)
        if len(self._rows) == SLICE_ROWS:
            self._hash.update(self._rows)
            self._rows.clear()

    def final(self) -> bytes:
        """Return the hash."""
        self._hash.update(self._rows)
        return self._hash.digest()


class RowsMarks:
    """What a seal keeps of a block's rows: its hash, and the rowid and the short hash of each."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._hash = BlockHash()
        self._rowids: list[int] = []
        self._marks: list[bytes] = []

    def step(self, rowid: int, *row: SqliteValue) -> None:
        """Take a row."""
        self._rowids.append(rowid)
        self._rows.append(row)
        if len(self._rows) == SLICE_ROWS:
            self._marks += self._hash.update_marked(self._rows)
            self._rows.clear()

    def final(self) -> None:
        """Take the rest."""
        self._marks += self._hash.update_marked(self._rows)
        self._rows.clear()

    def result(self) -> HashedRows | None:
        """Return what came of it; None where the rows did not come in the order of their rowids."""
        rowids = self._rowids
        if sorted(rowids) != rowids:
            return None
        return HashedRows(
            rows=len(rowids),
            hash=self._hash.digest(),
            to_key=(rowids[-1],) if rowids else None,
            keys=list(zip(rowids, strict=True)),
            marks=self._marks,
        )
