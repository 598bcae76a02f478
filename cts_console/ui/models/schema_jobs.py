"""What the Schema tab asks a connection for: plain functions for the threads."""

from __future__ import annotations

from typing import Final

from cts_console.errors import CtsError
from cts_console.schema import RowCount, Schema, read_row_counts, read_schema, read_storage
from cts_console.schema.browse_estimate import count_small_tables
from cts_console.sqlite import Connection
from cts_console.worker import Errand

_COUNT_TIMEOUT_S: Final = 0.2
_FEW_PAGES: Final = 5_000


def read_all(connection: Connection | None, errand: Errand) -> Schema:
    """Read the schema."""
    return read_schema(_required(connection), cancel=errand.cancel)


def read_counts(
    connection: Connection | None, errand: Errand, schema: Schema
) -> dict[str, RowCount]:
    """Count the small tables and estimate the rows of the others."""
    opened = _required(connection)
    estimates = read_row_counts(opened, schema, exact=False, cancel=errand.cancel)
    return estimates | count_small_tables(opened, schema.tables, timeout_s=_COUNT_TIMEOUT_S)


def read_sizes_quickly(connection: Connection | None, errand: Errand) -> dict[str, int]:
    """Measure the bytes of each table and index, where that harms nobody.

    Without WAL a reader keeps writers from committing: then only a small file is measured, which
    takes some milliseconds, and the bytes of others stay unknown until a person asks for them.
    """
    opened = _required(connection)
    mode = str(opened.read_value("PRAGMA journal_mode")).lower()
    if mode != "wal" and opened.read_int("PRAGMA page_count") > _FEW_PAGES:
        return {}
    return read_sizes(opened, errand)


def read_sizes(connection: Connection | None, errand: Errand) -> dict[str, int]:
    """Measure the bytes of each table and index."""
    return read_storage(_required(connection), cancel=errand.cancel)


def _required(connection: Connection | None) -> Connection:
    if connection is None:
        raise CtsError("internal", "No connection", "The schema was asked for without a file.")
    return connection
