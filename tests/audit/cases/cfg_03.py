"""Cases of CFG-03: no successful cleanup for two intervals."""

from tests.audit.case import Case
from tests.audit.cases.cfg_02 import setting
from tests.audit.rows import ago, candle, row

_DAY = 86_400
_FOUND = ("data_cleanup_log.finished_at",)


def run(number: int, days: float, status: str = "success", **values: object) -> str:
    """Return a cleanup of market_data so many days ago."""
    return row(
        "data_cleanup_log",
        **{
            "id": number,
            "table_name": "market_data",
            "cleanup_type": "archive",
            "status": status,
            "started_at": ago(days * _DAY),
            "finished_at": None if status == "running" else ago(days * _DAY - 5),
        }
        | values,
    )


DEFECT = (
    Case("three days ago", run(1, 3), base="cts", objects=_FOUND),
    Case(
        "fails since",
        run(1, 3) + run(2, 2, "failed") + run(3, 1, "partial"),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "never succeeded", run(1, 3, "failed") + run(2, 0.1, "failed"), base="cts", objects=_FOUND
    ),
    Case("hangs", run(1, 4) + run(2, 3, "running"), base="cts", objects=_FOUND),
    Case(
        "another table's cleanup works",
        run(1, 3) + run(2, 0.5, table_name="site_logs"),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "a VACUUM is no cleanup",
        run(1, 3) + run(2, 0.5, cleanup_type="vacuum"),
        base="cts",
        objects=_FOUND,
    ),
)

NEAR_MISS = (
    Case("new and empty", base="cts", status="not_applicable"),
    Case(
        "never run although it was due, which is CFG-02's",
        candle(1, ago(90 * _DAY)),
        base="cts",
        status="not_applicable",
    ),
    Case("yesterday", run(1, 1), base="cts"),
    Case("within two days", run(1, 1.9) + run(2, 0.9, "failed"), base="cts"),
    Case("the first run failed today", run(1, 0.2, "failed"), base="cts"),
    Case("the first run goes on", run(1, 0.01, "running"), base="cts"),
    Case("once, by a person", run(1, 90, triggered_by=1), base="cts"),
    Case("by a person since", run(1, 3) + run(2, 1, triggered_by=1), base="cts"),
    Case("one VACUUM long ago", run(1, 90, cleanup_type="vacuum"), base="cts"),
    Case("off", run(1, 9) + setting("enabled", "false"), base="cts", status="not_applicable"),
    Case("the legacy shape does not name tables", base="cts_legacy", status="not_checked"),
    Case("no such log", base="hummingbot", status="not_applicable"),
)
