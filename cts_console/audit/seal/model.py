"""What a seal is: the hashes of a table's blocks, the root of their tree, and what they cover."""

from __future__ import annotations

import hashlib
import json
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from cts_console.audit.seal.encoding import (
    ENCODING,
    encode_each,
    encode_rows,
    key_to_json,
    unpack_keys,
)
from cts_console.errors import CtsError
from cts_console.sqlite import Row

ALGORITHM: Final = f"blake2b-256/{ENCODING}"
"""The only algorithm of today's seals; it is kept in each, so that another may come."""
MARK_BYTES: Final = 4
"""Bytes of a row's own hash: it names the row in a block that is known to differ."""

HASH_BYTES: Final = 32
"""Bytes of a block's hash."""
MOST_KEY_BYTES: Final = 2**24
"""Bytes that the keys of a block may take before they are compressed: 4 KB a key."""


class SealDamagedError(CtsError):
    """The seal itself cannot be read: it was kept or sent badly. It says nothing of the file."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "damaged",
            "The seal is damaged",
            f"The seal cannot be read: {reason}.",
            "Verify by an exported copy with --from, or make a new seal with --anew.",
        )


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that follow each other in key order."""

    rows: int
    """How many."""
    hash: bytes
    """Hash of their content."""
    to_key: Row
    """Key of the last one; the next block begins after it."""
    keys: bytes
    """Every key (`pack_keys`), compressed by zlib."""
    marks: bytes
    """A short hash per row; empty where the seal comes from a file."""

    def read_keys(self) -> list[Row]:
        """Return the keys of its rows in their order.

        Raises `SealDamagedError`.
        """
        try:
            # A bound, because the file may come from anywhere.
            keys = unpack_keys(zlib.decompressobj().decompress(self.keys, MOST_KEY_BYTES))
            if len(keys) != self.rows:
                raise ValueError("their number is another")
        except (zlib.error, ValueError, TypeError, RecursionError) as error:
            raise SealDamagedError(f"the keys of a block: {error}") from error
        return keys

    def read_marks(self) -> dict[Row, bytes]:
        """Return the short hash of every row by its key; empty where there are none.

        Raises `SealDamagedError`.
        """
        if not self.marks:
            return {}
        if len(self.marks) != self.rows * MARK_BYTES:
            raise SealDamagedError("the short hashes of a block: their number is another")
        places = range(0, len(self.marks), MARK_BYTES)
        marks = (self.marks[at : at + MARK_BYTES] for at in places)
        return dict(zip(self.read_keys(), marks, strict=True))


@dataclass(frozen=True, slots=True)
class Seal:
    """What a table held at one moment."""

    table: str
    """Its name."""
    columns: tuple[str, ...]
    """The columns that are sealed."""
    left_out: tuple[str, ...]
    """Columns that are not, because they may rightly be set later."""
    key_columns: tuple[str, ...]
    """Columns of the key; empty where it is the rowid."""
    block_rows: int
    """Rows of a complete block."""
    algorithm: str
    """How the hashes are made."""
    schema_hash: str
    """Hash of the table's CREATE statement, hex."""
    at_ms: int
    """When it was made, milliseconds since the epoch, UTC."""
    blocks: tuple[Block, ...]
    """Every block in key order."""

    @property
    def rows(self) -> int:
        """How many rows are sealed."""
        return sum(block.rows for block in self.blocks)

    @property
    def root(self) -> str:
        """The root of the tree over the blocks' hashes, hex."""
        return merkle_root([block.hash for block in self.blocks]).hex()

    @property
    def from_key(self) -> Row | None:
        """Key of the first sealed row; None where the table was empty."""
        return self.blocks[0].read_keys()[0] if self.blocks else None

    @property
    def to_key(self) -> Row | None:
        """Key of the last sealed row; None where the table was empty."""
        return self.blocks[-1].to_key if self.blocks else None


def lend_marks(seal: Seal, others: Sequence[Seal]) -> Seal:
    """Return a seal of a file with the rows' short hashes of other seals, block by block."""
    marks = {(s.table, b.hash, b.to_key): b.marks for s in others for b in s.blocks}
    blocks = (
        replace(b, marks=marks.get((seal.table, b.hash, b.to_key), b.marks)) for b in seal.blocks
    )
    return replace(seal, blocks=tuple(blocks))


class BlockHash:
    """The hash of a block, fed with its rows in slices of any length."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=HASH_BYTES, person=b"cts-seal-block")

    def update(self, rows: Sequence[Row]) -> None:
        """Add rows."""
        self._hash.update(encode_rows(rows))

    def update_marked(self, rows: Sequence[Row]) -> list[bytes]:
        """Add rows and return the short hash of each."""
        encoded = encode_each(rows)
        self._hash.update(b"".join(encoded))
        blake2b = hashlib.blake2b
        return [blake2b(data, digest_size=MARK_BYTES).digest() for data in encoded]

    def digest(self) -> bytes:
        """Return the hash of all rows so far."""
        return self._hash.digest()


def merkle_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root of the tree; a hash without a partner rises as it is."""
    level = list(hashes) or [bytes(32)]
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [_node(*pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return level[0]


def hash_sql(sql: str) -> str:
    """Return the hash of a CREATE statement, hex."""
    return hashlib.blake2b(sql.encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()


def seal_document(seal: Seal) -> dict[str, Any]:
    """Return the seal as `interfaces.md` tells it: what it covers, without its blocks."""
    return {
        "table": seal.table,
        "rows": seal.rows,
        "blocks": len(seal.blocks),
        "root": seal.root,
        "from_key": key_document(seal.from_key),
        "to_key": key_document(seal.to_key),
        "schema_hash": seal.schema_hash,
        "at": instant_text(seal.at_ms),
        "columns": list(seal.columns),
        "left_out": list(seal.left_out),
        "algorithm": seal.algorithm,
        "block_rows": seal.block_rows,
    }


def key_document(key: Row | None) -> Any:
    """Return a key as JSON: one value by itself, several as a list."""
    if key is None:
        return None
    # JSON has no infinity.
    values = key_to_json(
        tuple(str(v) if isinstance(v, float) and math.isinf(v) else v for v in key)
    )
    return values[0] if len(values) == 1 else values


def key_text(key: Row) -> str:
    """Return a key for a person."""
    document = key_document(key)
    return str(document) if isinstance(document, int) else json.dumps(document)


def instant_text(at_ms: int) -> str:
    """Return an instant in ISO 8601, UTC."""
    moment = datetime.fromtimestamp(at_ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.blake2b(left + right, digest_size=32, person=b"cts-seal-node").digest()
