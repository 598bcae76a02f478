"""Hash a table block by block."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterator

from cts_console.audit.seal.aggregates import HashedRows
from cts_console.audit.seal.encoding import pack_keys
from cts_console.audit.seal.model import MOST_KEY_BYTES, Block, BlockHash
from cts_console.audit.seal.reading import Rows, TableReader, refused
from cts_console.sqlite import Row


def hash_rows(
    reader: TableReader,
    after: Row | None,
    *,
    upto: Row | None = None,
    most: int | None = None,
    by_row: bool = False,
    only: Collection[Row] | None = None,
) -> HashedRows:
    """Read and hash rows in one statement; `by_row` gives their keys and short hashes as well.

    Where `only` names keys, other rows count for nothing.
    """

    def hashed(read: Callable[..., Iterator[Rows]]) -> HashedRows:
        result = HashedRows()
        whole = BlockHash()
        for rows in read(after, upto=upto, most=most):
            part = rows if only is None else rows.among(only)
            result.rows += len(part.values)
            result.to_key = part.last_key or result.to_key
            if by_row:
                result.keys += part.keys
                result.marks += whole.update_marked(part.values)
            else:
                whole.update(part.values)
        result.hash = whole.digest()
        return result

    try:
        return hashed(reader.read)
    except UnicodeDecodeError:
        return hashed(reader.read_raw)


def read_blocks(
    reader: TableReader, after: Row | None, block_rows: int, on_rows: Callable[[int], None]
) -> Iterator[Block]:
    """Yield the blocks of all rows after a key; each is read in a statement of its own."""
    while True:
        read = reader.mark_block(after, block_rows)
        if read is None:
            read = hash_rows(reader, after, most=block_rows, by_row=True)
        if read.to_key is None:
            return
        keys = pack_keys(read.keys).encode()
        if len(keys) > MOST_KEY_BYTES:
            raise refused(reader.name, "its keys are too long")
        yield Block(read.rows, read.hash, read.to_key, zlib.compress(keys), b"".join(read.marks))
        on_rows(read.rows)
        after = read.to_key
        if read.rows < block_rows:
            # What a writer added meanwhile belongs to the next seal.
            return
