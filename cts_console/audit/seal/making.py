"""Make a seal, or extend one by the rows that came since."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Final

from cts_console.audit.seal.blocks import hash_rows, read_blocks
from cts_console.audit.seal.model import ALGORITHM, Seal, hash_sql
from cts_console.audit.seal.reading import TableReader, sealed_columns
from cts_console.audit.seal.verifying import TableVerdict, verify_table
from cts_console.errors import CtsError
from cts_console.progress import Progress, ProgressCallback
from cts_console.schema import Table
from cts_console.sqlite import Connection, Kind

BLOCK_ROWS: Final = 4096


def make_seal(
    connection: Connection,
    table: Table,
    kind: Kind | None,
    before: Seal | None = None,
    *,
    on_progress: ProgressCallback,
) -> Seal:
    """Return the seal of all rows of `table`.

    Complete blocks of the seal `before` are taken as they are; its last block is verified, and read
    again where it was not complete. A row that came between those of a complete block, as it may in
    a table WITHOUT ROWID, is therefore not sealed until everything is sealed anew. Where the sealed
    columns are others now, all of `before` is verified and everything is read again.

    Raises `CtsError("damaged")` where a row that was verified differs or is missing: a new seal
    would make that look right.
    """
    columns, left_out = sealed_columns(table, kind)
    reader = TableReader(connection, table, columns)
    kept: Seal | None = None
    if before is not None:
        if (before.columns, before.key_columns) == (columns, reader.key_columns):
            kept = _extendable(reader, before)
        if kept is None:
            _refuse_differences(verify_table(connection, table, before, on_progress=on_progress))
    blocks = list(kept.blocks) if kept else []
    done = sum(block.rows for block in blocks)

    def on_rows(rows: int) -> None:
        nonlocal done
        done += rows
        on_progress(Progress(done, None, "rows", f"sealing {table.name}"))

    size = kept.block_rows if kept else BLOCK_ROWS
    after = blocks[-1].to_key if blocks else None
    blocks += read_blocks(reader, after, size, on_rows)
    return Seal(
        table=table.name,
        columns=columns,
        left_out=left_out,
        key_columns=reader.key_columns,
        block_rows=size,
        algorithm=ALGORITHM,
        schema_hash=hash_sql(table.sql),
        at_ms=time.time_ns() // 1_000_000,
        blocks=tuple(blocks),
    )


def _extendable(reader: TableReader, before: Seal) -> Seal | None:
    """Return the complete blocks of a seal whose last block is still true, or None."""
    if not before.blocks:
        return before
    *complete, last = before.blocks
    after = complete[-1].to_key if complete else None
    only = set(last.read_keys()) if reader.key_columns else None
    now = hash_rows(reader, after, upto=last.to_key, only=only)
    if (now.rows, now.hash) != (last.rows, last.hash):
        return None
    if last.rows == before.block_rows:
        complete.append(last)
    return replace(before, blocks=tuple(complete))


def _refuse_differences(verdict: TableVerdict) -> None:
    if not verdict.is_true:
        raise CtsError(
            "damaged",
            "The table differs from its seal",
            f"{verdict.table}: rows that the kept seal covers differ or are missing.",
            "`cts-console verify-seal` names them; --anew begins a new seal all the same.",
        )
