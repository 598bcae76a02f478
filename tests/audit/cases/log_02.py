"""Cases of LOG-02: bulk operations with losses."""

from tests.audit.case import Case
from tests.audit.rows import AT, row

_FOUND = ("batch_processor_stats.rows_written",)


def batch(**values: object) -> str:
    """Return an insert of 100 rows."""
    return row(
        "batch_processor_stats",
        **{
            "id": 1,
            "operation": "insert",
            "table_name": "market_data",
            "rows_requested": 100,
            "rows_written": 100,
            "errors": 0,
            "started_at": AT,
        }
        | values,
    )


DEFECT = (
    Case("errors", batch(errors=1), base="cts", objects=_FOUND, severity="info"),
    Case("a row is missing", batch(rows_written=99), base="cts", objects=_FOUND),
    Case("an upsert with errors", batch(operation="upsert", errors=2), base="cts", objects=_FOUND),
)

NEAR_MISS = (
    Case("all of them", batch(), base="cts"),
    Case("an upsert that skips doubles", batch(operation="upsert", rows_written=40), base="cts"),
    Case(
        "a checkpoint has no rows",
        batch(operation="checkpoint", rows_requested=0, rows_written=0),
        base="cts",
    ),
    Case("no such table", base="cts_legacy", status="not_applicable"),
)
