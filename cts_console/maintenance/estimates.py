"""How long work on one table would hold the write lock: bounds on the long side, for the gate.

Measured (SQLite 3.54.1, 2 shared cores, warm cache, 1.5 million rows of 9 columns, 300 MB): an
index took 0.3 to 1.6 µs per row (integer key to four columns, cache 2 to 64 MB); reading 2 KB rows
1,500 MB/s; a full ANALYZE 0.1 µs per row and index. Of 1 million rows of 6 columns (264 MB):
dropping an index of four columns 17 ms, ANALYZE with a limit of 400 samples 10 ms per index,
incremental_vacuum 13 µs per page, VACUUM 0.7 s. The constants are about twice the worst of these,
and bytes are taken as read from a slow disk.
"""

from __future__ import annotations

from typing import Final

from cts_console.sqlite import Connection, quote_identifier, quote_text

_INDEX_S_PER_ROW: Final = 3e-6
_ANALYZE_S_PER_ROW: Final = 0.25e-6
_ANALYZE_S_PER_SAMPLE: Final = 50e-6
_S_PER_BYTE: Final = 1 / 200e6
# An entry of 60 bytes, read from a slow disk: every page of a dropped index is looked at.
_DROP_S_PER_ROW: Final = 0.3e-6
_S_PER_MOVED_PAGE: Final = 50e-6
# VACUUM reads everything, writes it into a file of its own, and from there back.
_VACUUM_PASSES: Final = 3
# At this many rows an index build is over the gate's slice anyway; counting them takes 2 ms.
_COUNTED_ROWS: Final = 50_000
# A row is at least a cell pointer, a header and one value.
_SMALLEST_ROW_BYTES: Final = 8
_WIDE_ROW_BYTES: Final = 4096


def estimate_index_build_s(connection: Connection, table: str) -> float:
    """Return for about how many seconds building one index on `table` would hold the lock.

    Any other pass over all rows (UPDATE, DELETE, adding a checked column) is of the same order.
    """
    rows = _bound_rows(connection, table)
    return rows * _INDEX_S_PER_ROW + _bound_bytes(connection, rows) * _S_PER_BYTE


def estimate_index_drop_s(connection: Connection, table: str) -> float:
    """Return for about how many seconds dropping one index on `table` would hold the lock."""
    return _bound_rows(connection, table) * _DROP_S_PER_ROW


def estimate_analyze_s(connection: Connection, table: str, limit: int = 0) -> float:
    """Return for about how many seconds an ANALYZE of `table` would hold the lock.

    With a `limit` SQLite looks at about so many rows of each index (`PRAGMA analysis_limit`), and
    at each of them where it is 0.
    """
    rows = _bound_rows(connection, table)
    passes = 1 + connection.read_int(
        f"SELECT count(*) FROM temp.pragma_index_list({quote_text(table)})"
    )
    full_s = passes * rows * _ANALYZE_S_PER_ROW + _bound_bytes(connection, rows) * _S_PER_BYTE
    return min(full_s, passes * limit * _ANALYZE_S_PER_SAMPLE) if limit else full_s


def estimate_incremental_vacuum_s(pages: int) -> float:
    """Return for about how many seconds giving `pages` free pages back would hold the lock."""
    return pages * _S_PER_MOVED_PAGE


def estimate_vacuum_s(connection: Connection) -> float:
    """Return for about how many seconds a VACUUM would hold the lock."""
    return _VACUUM_PASSES * _file_bytes(connection) * _S_PER_BYTE


def _bound_rows(connection: Connection, table: str) -> int:
    """Return the table's rows: counted while they are few, else an upper bound."""
    name = quote_identifier(table)
    counted = connection.read_int(
        f"SELECT count(*) FROM (SELECT 1 FROM {name} LIMIT {_COUNTED_ROWS})"
    )
    if counted < _COUNTED_ROWS:
        return counted
    bound = _file_bytes(connection) // _SMALLEST_ROW_BYTES
    if connection.read_int(
        f"SELECT wr FROM temp.pragma_table_list({quote_text(table)}) WHERE schema = 'main'"
    ):
        return bound  # WITHOUT ROWID
    first = connection.read_int(f"SELECT min(_rowid_) FROM {name}")
    last = connection.read_int(f"SELECT max(_rowid_) FROM {name}")
    return min(bound, last - first + 1)


def _bound_bytes(connection: Connection, rows: int) -> int:
    return min(_file_bytes(connection), rows * _WIDE_ROW_BYTES)


def _file_bytes(connection: Connection) -> int:
    return connection.read_int("PRAGMA page_count") * connection.read_int("PRAGMA page_size")
