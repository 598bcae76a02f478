"""Take seals of a file into the console's own records: how they come to another machine.

An imported seal that goes on where the kept one ends takes its place; a kept one that covers the
imported one stays, with the short hashes of its rows. Two that contradict each other are refused:
one of them tells of other rows, and taking either would hide that. Nothing is said of whether the
rows agree with an imported seal: verifying says it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from cts_console.audit.seal.blocks import hash_rows
from cts_console.audit.seal.files import check_whole, read_seal_file
from cts_console.audit.seal.forms import from_stored, to_stored
from cts_console.audit.seal.model import Block, Seal, instant_text, lend_marks
from cts_console.audit.seal.reading import TableReader
from cts_console.errors import CtsError
from cts_console.maintenance import open_look
from cts_console.progress import CancelToken, ProgressCallback
from cts_console.schema import Schema, Table, read_schema
from cts_console.sqlite import Connection, Row, resolve_database_path
from cts_console.store import identify, open_store

ImportResult = Literal["new", "extended", "kept", "replaced"]


@dataclass(frozen=True, slots=True)
class ImportedSeal:
    """What came of one seal of the file."""

    seal: Seal
    """The one that is kept now."""
    result: ImportResult
    """`new`: none was kept; `extended`: it goes on where the kept one ends; `kept`: the kept one
    covers it and stays; `replaced`: it contradicts the kept one and was wanted all the same."""


def import_seals(
    path: str | os.PathLike[str],
    file: Path,
    names: Sequence[str] = (),
    *,
    replaces: bool = False,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> list[ImportedSeal]:
    """Keep the seals of `file` (of the tables `names`, else all), all or none, and return them.

    Raises `CtsError`: usage for a table that this database does not have, constraint where a seal
    contradicts the kept one and `replaces` is not given, what `read_seal_file`, opening the
    database and the side database raise.
    """
    seals = _wanted(file, read_seal_file(file), names)
    with open_look(path, on_progress=on_progress, cancel=cancel) as connection:
        schema = read_schema(connection)
        identity = identify(connection, original=resolve_database_path(path))
        given = [_of_table(schema, file, seal) for seal in seals]
        for _, seal in given:
            connection.read_value("SELECT 1")  # a stop ends it here
            check_whole(seal)
        with open_store() as store:
            stored = {each.table.lower(): each for each in store.read_seals(identity)}
        imported = []
        for table, seal in given:
            before = stored.get(table.name.lower())
            if before is None or replaces:
                result: ImportResult = "new" if before is None else "replaced"
                imported.append(ImportedSeal(seal, result))
            else:
                imported.append(_beside(connection, table, from_stored(before), seal))
        connection.read_value("SELECT 1")
    with open_store() as store:
        changed = [each.seal for each in imported if each.result != "kept"]
        store.record_seals(identity, [to_stored(seal) for seal in changed])
    return imported


def _wanted(file: Path, seals: Sequence[Seal], names: Sequence[str]) -> list[Seal]:
    by_name: dict[str, Seal] = {}
    for seal in seals:
        if seal.table.lower() in by_name:
            raise CtsError("damaged", "", f"{file} holds two seals of {seal.table}.")
        by_name[seal.table.lower()] = seal
    for name in names:
        if name.lower() not in by_name:
            raise CtsError(
                "usage",
                "No such seal",
                f"{file} holds no seal of {name}.",
                f"It holds seals of: {', '.join(seal.table for seal in seals) or 'nothing'}.",
            )
    chosen = {name.lower() for name in names} or set(by_name)
    return [seal for name, seal in by_name.items() if name in chosen]


def _of_table(schema: Schema, file: Path, seal: Seal) -> tuple[Table, Seal]:
    table = schema.tables_by_name().get(seal.table.lower())
    if table is None:
        raise CtsError(
            "usage",
            "The seal is of another table",
            f"{file} holds a seal of {seal.table}, which this database does not have.",
            "Check that it is the seal of this database; naming tables imports theirs alone.",
        )
    return table, replace(seal, table=table.name)


def _beside(connection: Connection, table: Table, kept: Seal, given: Seal) -> ImportedSeal:
    """Return which of the two stays. Raises `CtsError("constraint")` where they contradict."""
    longer, shorter = (given, kept) if given.rows > kept.rows else (kept, given)
    if not (_is_alike(kept, given) and _goes_on(connection, table, shorter, longer)):
        raise CtsError(
            "constraint",
            "Two seals contradict each other",
            f"The seals of {table.name} contradict each other: the kept one "
            f"({_told(kept)}) and the one of the file ({_told(given)}).",
            "Verify by each of them (`cts-console verify-seal`, --from). Importing with --replace "
            "takes that of the file in the place of the kept one.",
        )
    if longer is kept:
        return ImportedSeal(kept, "kept")
    return ImportedSeal(lend_marks(given, [kept]), "extended")


def _is_alike(one: Seal, other: Seal) -> bool:
    return (one.columns, one.key_columns, one.block_rows) == (
        other.columns,
        other.key_columns,
        other.block_rows,
    )


def _goes_on(connection: Connection, table: Table, shorter: Seal, longer: Seal) -> bool:
    """Whether `longer` says of the rows of `shorter` what that one says.

    Complete blocks have the same hash. The last one may have been completed since: then the rows
    themselves must bear out both, because a hash says nothing of a part of its block.
    """
    count = len(shorter.blocks)
    if count == 0 or _heads(shorter.blocks) == _heads(longer.blocks[:count]):
        return True
    if _heads(shorter.blocks[:-1]) != _heads(longer.blocks[: count - 1]):
        return False
    after = shorter.blocks[-2].to_key if count > 1 else None
    parts = (shorter.blocks[-1], longer.blocks[count - 1])
    try:
        reader = TableReader(connection, table, longer.columns)
        return all(_is_borne_out(reader, longer, after, block) for block in parts)
    except CtsError as error:
        if error.code != "usage":
            raise
        return False  # a sealed column is gone, or the table can be sealed no longer


def _is_borne_out(reader: TableReader, seal: Seal, after: Row | None, block: Block) -> bool:
    if reader.key_columns != seal.key_columns:
        return False
    only = set(block.read_keys())
    now = hash_rows(reader, after, upto=block.to_key, only=only)
    return (now.rows, now.hash) == (block.rows, block.hash)


def _heads(blocks: Sequence[Block]) -> list[tuple[int, bytes, Row]]:
    return [(block.rows, block.hash, block.to_key) for block in blocks]


def _told(seal: Seal) -> str:
    rows = "1 row" if seal.rows == 1 else f"{seal.rows:,} rows"
    return f"{rows}, made {instant_text(seal.at_ms)}, root {seal.root}"
