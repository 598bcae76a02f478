"""Compare a table with its seal: the first block that differs, then its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from cts_console.audit.seal.aggregates import HashedRows
from cts_console.audit.seal.blocks import hash_rows
from cts_console.audit.seal.model import Block, Seal, hash_sql, key_document
from cts_console.audit.seal.reading import TableReader
from cts_console.progress import Progress, ProgressCallback
from cts_console.schema import Table
from cts_console.sqlite import Connection, Row

MOST_BLOCKS: Final = 100
"""Blocks whose rows are named; of more there is the count."""


@dataclass(frozen=True, slots=True)
class BlockDifference:
    """A block whose content is not what was sealed."""

    block: int
    """Its number, from 0."""
    from_key: Row
    """Key of its first sealed row."""
    to_key: Row
    """Key of its last sealed row."""
    keys: tuple[Row, ...]
    """Rows whose content differs, or that were put between the sealed ones."""
    missing: tuple[Row, ...]
    """Sealed rows that are gone."""


@dataclass(frozen=True, slots=True)
class TableVerdict:
    """What came of comparing one table with its seal."""

    table: str
    """Its name."""
    sealed_rows: int
    """How many rows the seal covers."""
    differs: tuple[BlockDifference, ...]
    """The first blocks that differ (at most `MOST_BLOCKS`), in order."""
    rows_after_seal: int
    """Rows that came since: no difference."""
    is_gone: bool = False
    """Whether there is no such table any more."""
    schema_changed: bool = False
    """Whether its CREATE statement is another."""
    more_blocks: int = 0
    """How many more blocks differ."""
    columns_gone: tuple[str, ...] = ()
    """Sealed columns that are gone: then only the presence of the rows was compared."""

    root: str = ""
    """Root of the seal that it was compared with, hex."""

    @property
    def is_true(self) -> bool:
        """Whether everything that was sealed is there, unchanged."""
        return not (self.differs or self.is_gone or self.columns_gone)


def verify_table(
    connection: Connection,
    table: Table | None,
    seal: Seal,
    *,
    on_progress: ProgressCallback,
) -> TableVerdict:
    """Return how `table` compares with `seal`; every block is read in a statement of its own."""
    return replace(_compare(connection, table, seal, on_progress), root=seal.root)


def _compare(
    connection: Connection, table: Table | None, seal: Seal, on_progress: ProgressCallback
) -> TableVerdict:
    if table is None:
        return TableVerdict(seal.table, seal.rows, (), 0, is_gone=True)
    names = {column.name.lower() for column in table.columns}
    gone = tuple(name for name in seal.columns if name.lower() not in names)
    columns = tuple(name for name in seal.columns if name.lower() in names)
    reader = TableReader(connection, table, columns)
    if [name.lower() for name in reader.key_columns] != [n.lower() for n in seal.key_columns]:
        # Its rows come in another order: none can be found again.
        return TableVerdict(
            seal.table, seal.rows, (), 0, schema_changed=True, columns_gone=seal.columns
        )
    comparison = _Comparison(reader, seal, on_progress, keys_only=bool(gone))
    differs, added = comparison.by_key()
    after = reader.count_after(seal.to_key)
    if differs and reader.is_numbered_by_sqlite and not gone and comparison.is_same_by_place():
        differs, after = [], reader.count_after(None) - seal.rows
    return TableVerdict(
        table=seal.table,
        sealed_rows=seal.rows,
        differs=tuple(differs[:MOST_BLOCKS]),
        more_blocks=max(0, len(differs) - MOST_BLOCKS),
        rows_after_seal=after + added,
        schema_changed=hash_sql(table.sql) != seal.schema_hash,
        columns_gone=gone,
    )


def verdicts_document(verdicts: Sequence[TableVerdict]) -> dict[str, Any]:
    """Return what came of verifying as `interfaces.md` tells it."""
    return {
        "ok": all(verdict.is_true for verdict in verdicts),
        "differs": [each for verdict in verdicts for each in _differences(verdict)],
        "rows_after_seal": sum(verdict.rows_after_seal for verdict in verdicts),
        "tables": [_table_document(verdict) for verdict in verdicts],
    }


def _differences(verdict: TableVerdict) -> list[dict[str, Any]]:
    return [
        {
            "table": verdict.table,
            "block": difference.block,
            "from_key": key_document(difference.from_key),
            "to_key": key_document(difference.to_key),
            "keys": [key_document(key) for key in difference.keys],
            "missing": [key_document(key) for key in difference.missing],
        }
        for difference in verdict.differs
    ]


def _table_document(verdict: TableVerdict) -> dict[str, Any]:
    return {
        "table": verdict.table,
        "ok": verdict.is_true,
        "rows": verdict.sealed_rows,
        "root": verdict.root,
        "rows_after_seal": verdict.rows_after_seal,
        "is_gone": verdict.is_gone,
        "schema_changed": verdict.schema_changed,
        "columns_gone": list(verdict.columns_gone),
        "more_blocks": verdict.more_blocks,
    }


class _Comparison:
    """One table beside its seal."""

    def __init__(
        self, reader: TableReader, seal: Seal, on_progress: ProgressCallback, *, keys_only: bool
    ) -> None:
        self._reader = reader
        self._seal = seal
        self._on_progress = on_progress
        self._keys_only = keys_only

    def by_key(self) -> tuple[list[BlockDifference], int]:
        """Return the blocks that differ, and how many rows were rightly put between sealed ones.

        Past `MOST_BLOCKS` they come without their rows.
        """
        differs: list[BlockDifference] = []
        added = 0
        for number, (after, block) in enumerate(self._blocks()):
            if self._is_as_sealed(after, block):
                continue
            difference, more = self._compare(number, after, block)
            added += more
            if difference is not None:
                if len(differs) >= MOST_BLOCKS:
                    difference = replace(difference, keys=(), missing=())
                differs.append(difference)
        return differs, added

    def is_same_by_place(self) -> bool:
        """Whether the rows, in their order, are those that were sealed, under whatever numbers."""
        after: Row | None = None
        for _, block in self._blocks():
            now = hash_rows(self._reader, after, most=block.rows)
            if (now.rows, now.hash) != (block.rows, block.hash):
                return False
            after = now.to_key
        return True

    def _is_as_sealed(self, after: Row | None, block: Block) -> bool:
        if self._reader.hash_block(after, block.to_key) == (block.rows, block.hash):
            return True
        now = hash_rows(self._reader, after, upto=block.to_key)
        return (now.rows, now.hash) == (block.rows, block.hash)

    def _compare(
        self, number: int, after: Row | None, block: Block
    ) -> tuple[BlockDifference | None, int]:
        """Return what differs in a block, if anything does, and how many rows it has too many."""
        sealed = block.read_keys()
        now = hash_rows(self._reader, after, upto=block.to_key, by_row=True)
        known = set(sealed)
        present = set(now.keys)
        missing = tuple(key for key in sealed if key not in present)
        new = [key for key in now.keys if key not in known]
        changed = [] if self._keys_only else _changed(block, now)
        may_grow_inside = bool(self._seal.key_columns)
        if may_grow_inside and not missing and not changed:
            same = hash_rows(self._reader, after, upto=block.to_key, only=known)
            if self._keys_only or same.hash == block.hash:
                return None, len(new)
        if self._keys_only and not missing and not new:
            return None, 0
        keys = changed if may_grow_inside else [*changed, *new]
        return BlockDifference(number, sealed[0], block.to_key, tuple(keys), missing), (
            len(new) if may_grow_inside else 0
        )

    def _blocks(self) -> Iterator[tuple[Row | None, Block]]:
        """Yield each block and the key after which it begins, and tell progress."""
        done = 0
        total = self._seal.rows
        starts = pairwise((None, *self._seal.blocks))
        for before, block in starts:
            assert block is not None
            yield (before.to_key if before else None), block
            done += block.rows
            note = f"verifying {self._seal.table}"
            self._on_progress(Progress(done, total, "rows", note))


def _changed(block: Block, now: HashedRows) -> list[Row]:
    marks = block.read_marks()
    return [
        key
        for key, mark in zip(now.keys, now.marks, strict=True)
        if key in marks and marks[key] != mark
    ]
