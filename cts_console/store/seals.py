"""Seals in the side database: the latest of each table whole, of earlier ones the root."""

from __future__ import annotations

import json
from dataclasses import astuple

from cts_console.errors import CtsError
from cts_console.sqlite import Connection
from cts_console.store.records import StoredBlock, StoredSeal


def write_seal(connection: Connection, database: int, seal: StoredSeal) -> None:
    """Make `seal` the latest of its table, in the open transaction.

    Blocks that the seal before it has as well stay as they lie: extending writes the new ones only.
    Short hashes that only one of the two has are kept.
    """
    kept = connection.read_rows(
        "SELECT hash, rows, to_key, keys, length(marks) FROM seal_blocks "
        "WHERE database = ? AND table_name = ? ORDER BY number",
        (database, seal.table),
    )
    same = 0
    for (*old, marked), new in zip(kept, seal.blocks, strict=False):
        if old != [new.hash, new.rows, new.to_key, new.keys] or (new.marks and not marked):
            break
        same += 1
    connection.execute(
        "DELETE FROM seal_blocks WHERE database = ? AND table_name = ? AND number >= ?",
        (database, seal.table, same),
    )
    connection.execute_many(
        "INSERT INTO seal_blocks (database, table_name, number, rows, hash, to_key, keys, marks) "
        "VALUES (?,?,?,?,?,?,?,?)",
        (
            (database, seal.table, number, *astuple(block))
            for number, block in enumerate(seal.blocks)
            if number >= same
        ),
    )
    connection.execute(
        "INSERT INTO seals (database, table_name, made_at, rows, root, head) VALUES (?,?,?,?,?,?)",
        (
            database,
            seal.table,
            seal.made_at_ms,
            seal.rows,
            seal.root,
            json.dumps(seal.head, separators=(",", ":")),
        ),
    )


def read_seals(
    connection: Connection, database: int, most_blocks: int | None = None
) -> list[StoredSeal]:
    """Return the latest seal of each table, by the table's name, with its first blocks or all."""
    rows = connection.read_rows(
        "SELECT table_name, made_at, rows, root, head FROM seals WHERE id IN "
        "(SELECT max(id) FROM seals WHERE database = ? GROUP BY table_name) ORDER BY table_name",
        (database,),
    )
    return [
        StoredSeal(
            table=str(table),
            made_at_ms=int(made_at),  # type: ignore[arg-type]  # STRICT columns
            rows=int(count),  # type: ignore[arg-type]  # STRICT columns
            root=str(root),
            head=_read_head(connection, str(head)),
            blocks=_read_blocks(connection, database, str(table), most_blocks),
        )
        for table, made_at, count, root, head in rows
    ]


def _read_blocks(
    connection: Connection, database: int, table: str, most: int | None
) -> tuple[StoredBlock, ...]:
    rows = connection.read_rows(
        "SELECT rows, hash, to_key, keys, marks FROM seal_blocks "
        "WHERE database = ? AND table_name = ? ORDER BY number LIMIT ?",
        (database, table, -1 if most is None else most),
    )
    return tuple(StoredBlock(*row) for row in rows)  # type: ignore[arg-type]  # STRICT columns


def _read_head(connection: Connection, text: str) -> dict[str, object]:
    try:
        head: dict[str, object] = json.loads(text)
    except ValueError as error:
        raise CtsError(
            "damaged", "", f"{connection.path}: a stored seal cannot be read: {error}."
        ) from error
    return head
