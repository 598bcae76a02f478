"""Find the kept seals of a file that is not known as the one that they were kept for.

A file without an id of its own that was restored, or moved to another disk, is a new file to the
system, and a copy is one anyhow. Its seals are found by the rows themselves: most of those in the
first sealed block must be what was sealed. That is evidence and no proof, so it is always told for
which file the seals were kept, and by what they are matched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cts_console.audit.seal.blocks import hash_rows
from cts_console.audit.seal.forms import from_first_block, from_stored
from cts_console.audit.seal.model import Seal, SealDamagedError
from cts_console.audit.seal.reading import TableReader
from cts_console.errors import CtsError
from cts_console.schema import Schema
from cts_console.sqlite import Connection
from cts_console.store import (
    DatabaseIdentity,
    SealedDatabase,
    Store,
    StoredSeal,
    open_store,
    store_path,
)


@dataclass(frozen=True, slots=True)
class SealOrigin:
    """For which file seals were kept that are matched with another."""

    path: str
    """Where that file lay when it was seen last."""
    matched_by: str
    """What the two have in common, in words."""
    is_copy: bool
    """Whether that file still lies there: then this one is a copy of it, or of what it was."""

    def describe(self) -> str:
        """Return where the seals come from, in one sentence."""
        copy = ", which is still there" if self.is_copy else ""
        return f"The seals were kept for {self.path}{copy}, and are matched by {self.matched_by}."


@dataclass(frozen=True, slots=True)
class StoredSeals:
    """The kept seals that are compared with a file, as they are stored."""

    seals: tuple[StoredSeal, ...]
    """The latest of each table."""
    origin: SealOrigin | None
    """Where they come from; None where they were kept for this very file."""


@dataclass(frozen=True, slots=True)
class KeptSeals:
    """The kept seals that are compared with a file."""

    seals: tuple[Seal, ...]
    """The latest of each table."""
    origin: SealOrigin | None
    """Where they come from; None where they were kept for this very file."""


_NOTHING: Final = StoredSeals((), None)


def find_seals(connection: Connection, schema: Schema, identity: DatabaseIdentity) -> KeptSeals:
    """Return the kept seals of the open file, or those that match its rows.

    Makes no side database. Raises `SealDamagedError` for one that cannot be read, and what reading
    the file and the side database raise.
    """
    if not store_path().exists():
        return KeptSeals((), None)
    with open_store() as store:
        found = find_stored(store, connection, schema, identity)
    return KeptSeals(tuple(map(from_stored, found.seals)), found.origin)


def find_stored(
    store: Store, connection: Connection, schema: Schema, identity: DatabaseIdentity
) -> StoredSeals:
    """Return what `find_seals` does, as it is stored."""
    own = store.read_seals(identity)
    if own:
        return StoredSeals(tuple(own), None)
    for sealed in store.read_sealed(identity):
        matched_by = (
            "the id of the database" if sealed.is_original else _match(connection, schema, sealed)
        )
        if matched_by:
            origin = SealOrigin(sealed.path, matched_by, sealed.is_in_place)
            return StoredSeals(tuple(store.read_seals_of(sealed)), origin)
    return _NOTHING


def _match(connection: Connection, schema: Schema, sealed: SealedDatabase) -> str:
    """Return by what the file is matched; "" where most of the rows are not those of the seals.

    The tables count together: two lines that every log begins with are no evidence.
    """
    counts = [_try(connection, schema, stored) for stored in sealed.first_blocks]
    same, present, covered = map(sum, zip(*counts, strict=True)) if counts else (0, 0, 0)
    if not same or same * 2 < present:
        return ""
    parts = ["its place"] if sealed.is_same_place else []
    parts += ["its schema"] if sealed.has_same_schema else []
    rows = f"{same:,} of the first {covered:,} sealed rows"
    return f"{', '.join(parts)} and {rows}" if parts else rows


def _try(connection: Connection, schema: Schema, stored: StoredSeal) -> tuple[int, int, int]:
    rows = sum(block.rows for block in stored.blocks)
    try:
        found = _compare(connection, schema, from_first_block(stored))
    except SealDamagedError:
        return 0, 0, 0
    except CtsError as error:
        if error.code != "usage":
            raise
        found = None  # the table cannot be sealed any more
    # What cannot be compared speaks against it, as rows that are others do.
    return (*found, rows) if found else (0, rows, rows)


def _compare(connection: Connection, schema: Schema, seal: Seal) -> tuple[int, int] | None:
    """Return how many rows of the first block are as sealed, and how many are there at all."""
    table = schema.tables_by_name().get(seal.table.lower())
    if not seal.blocks:
        return 0, 0
    if table is None:
        return None
    if not {name.lower() for name in seal.columns} <= {c.name.lower() for c in table.columns}:
        return None
    reader = TableReader(connection, table, seal.columns)
    if reader.key_columns != seal.key_columns:
        return None
    (block,) = seal.blocks
    # Of a file with other rows there may be any number up to the key.
    now = hash_rows(reader, None, upto=block.to_key, most=2 * block.rows, by_row=True)
    if (now.rows, now.hash) == (block.rows, block.hash):
        return block.rows, block.rows
    marks = block.read_marks()
    present = [(key, mark) for key, mark in zip(now.keys, now.marks, strict=True) if key in marks]
    return sum(marks[key] == mark for key, mark in present), len(present)
