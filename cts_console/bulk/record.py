"""One row in `batch_processor_stats` per operation, where the database has that table."""

from __future__ import annotations

from typing import Final

from cts_console.bulk.model import BulkResult
from cts_console.sqlite import Connection

_TABLE: Final = "batch_processor_stats"
_COLUMNS: Final = (
    "operation",
    "table_name",
    "rows_requested",
    "rows_written",
    "batches",
    "errors",
    "started_at",
    "duration_ms",
    "status",
)


def record_operation(connection: Connection, result: BulkResult, started_at_ms: int) -> None:
    """Record `result` in the open transaction, or else in one of its own (037 has the columns).

    Nothing is recorded where the table is another program's, with other columns.
    """
    known = {
        str(name).lower()
        for (name,) in connection.read_rows(
            "SELECT name FROM temp.pragma_table_info(?, 'main')", (_TABLE,)
        )
    }
    if not known.issuperset(_COLUMNS):
        return
    marks = ",".join("?" * len(_COLUMNS))
    connection.execute(
        f"INSERT INTO main.{_TABLE} ({', '.join(_COLUMNS)}) VALUES ({marks})",
        (
            result.operation,
            result.table,
            result.rows_requested,
            result.rows_written,
            result.batches,
            result.rows_rejected,
            started_at_ms,
            round(result.duration_s * 1000),
            "partial" if result.rows_rejected else "ok",
        ),
    )
