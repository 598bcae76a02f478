"""What the data view asks a connection for: plain functions for the `browse` thread."""

from __future__ import annotations

from dataclasses import dataclass

from cts_console.errors import CtsError
from cts_console.schema.browse import RowSlice, read_page
from cts_console.schema.browse_estimate import RowidMap, count_rows, count_up_to, read_rowid_map
from cts_console.schema.browse_source import RowSource, Seek
from cts_console.sqlite import Connection
from cts_console.ui.models.rows_map import NEAR_ROWS
from cts_console.worker import Errand


@dataclass(frozen=True, slots=True)
class Opening:
    """The first rows of a source, and how many there may be."""

    first: RowSlice
    """The first pages."""
    rowids: RowidMap | None
    """Where its rowids lie; None where the rows do not come in their order."""
    estimated_rows: int | None
    """How many rows there probably are; None where nobody knows without counting."""
    counted_rows: int | None = None
    """How many there are, where they are few enough to be counted at once."""


def open_rows(
    connection: Connection | None,
    errand: Errand,
    source: RowSource,
    limit: int,
    known_rows: int | None,
) -> Opening:
    """Read the first `limit` rows; `known_rows` is what the statistics say about the table."""
    del errand
    opened = _required(connection)
    first = read_page(opened, source, Seek(), limit)
    if first.is_end or source.conditions or source.is_positional:
        return Opening(first, None, None)
    counted = count_up_to(opened, source, NEAR_ROWS)
    if counted is not None or source.rowid is None:
        return Opening(first, None, known_rows, counted)
    rowids = read_rowid_map(opened, source, known_rows)
    return Opening(first, rowids if source.is_by_rowid else None, rowids.rows)


def fetch_rows(
    connection: Connection | None, errand: Errand, source: RowSource, seek: Seek, limit: int
) -> RowSlice:
    """Read one run of pages."""
    del errand
    return read_page(_required(connection), source, seek, limit)


def count_all_rows(
    connection: Connection | None, errand: Errand, source: RowSource, total: int | None
) -> int:
    """Count the rows exactly."""
    return count_rows(
        _required(connection),
        source,
        cancel=errand.cancel,
        on_progress=errand.on_progress,
        total=total,
    )


def _required(connection: Connection | None) -> Connection:
    if connection is None:
        raise CtsError("internal", "No connection", "A page of rows was asked for without a file.")
    return connection
