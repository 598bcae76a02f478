"""Cases of CRD-03: queue items that hang, fail or are never begun."""

from tests.audit.case import Case
from tests.audit.rows import ago, row


def item(number: int = 1, **values: object) -> str:
    """Return an item that has waited for two minutes."""
    return row(
        "symbol_processing_queue",
        **{
            "id": number,
            "connection_id": 1,
            "trading_pair_id": 1,
            "status": "pending",
            "attempts": 0,
            "enqueued_at": ago(120),
        }
        | values,
    )


_HUNG = item(status="processing", started_at=ago(660), attempts=1, enqueued_at=ago(700))

DEFECT = (
    Case(
        "eleven minutes in processing",
        _HUNG,
        base="cts",
        objects=("symbol_processing_queue.started_at",),
    ),
    Case(
        "failed five times",
        item(status="failed", attempts=5),
        base="cts",
        objects=("symbol_processing_queue.attempts",),
    ),
    Case(
        "never begun",
        item(enqueued_at=ago(4000)),
        base="cts",
        objects=("symbol_processing_queue.enqueued_at",),
    ),
    Case(
        "another connection's queue moves",
        item(enqueued_at=ago(4000)) + item(2, connection_id=2, status="done", started_at=ago(60)),
        base="cts",
        objects=("symbol_processing_queue.enqueued_at",),
    ),
    Case(
        "all three",
        _HUNG + item(2, status="failed", attempts=9) + item(3, enqueued_at=ago(4000)),
        base="cts",
        objects=(
            "symbol_processing_queue.attempts",
            "symbol_processing_queue.enqueued_at",
            "symbol_processing_queue.started_at",
        ),
    ),
)

NEAR_MISS = (
    Case(
        "nine minutes in processing",
        item(status="processing", started_at=ago(540)),
        base="cts",
    ),
    Case("failed four times", item(status="failed", attempts=4), base="cts"),
    Case(
        "done after many attempts",
        item(status="done", attempts=9, started_at=ago(9000)),
        base="cts",
    ),
    Case("waiting for fifty minutes", item(enqueued_at=ago(3000)), base="cts"),
    Case(
        "a back-fill that is being worked off",
        item(enqueued_at=ago(9000)) + item(2, status="done", started_at=ago(60)),
        base="cts",
    ),
    Case("no queue", base="cts_legacy", status="not_applicable"),
)
