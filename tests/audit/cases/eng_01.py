"""Cases of ENG-01: a running engine without a heartbeat."""

from tests.audit.case import Case
from tests.audit.rows import ago, ahead, row


def engine(**values: object) -> str:
    """Return an engine that started an hour ago and gave a heartbeat ten minutes ago."""
    return row(
        "trade_engine_state",
        **{
            "id": 1,
            "connection_id": 1,
            "status": "running",
            "started_at": ago(3600),
            "last_realtime_run_at": ago(600),
            "updated_at": ago(600),
        }
        | values,
    )


_LEGACY = (
    "INSERT INTO trade_engine_state (connection_id, status, last_realtime_run, started_at)"
    " VALUES (1, 'running', datetime('now', '{age}'), datetime('now', '-1 day'));"
)
_TIMEOUT = "UPDATE system_settings SET value = '{}' WHERE key = 'engine.heartbeat_timeout_s';"
_FOUND = ("trade_engine_state.last_realtime_run_at",)

DEFECT = (
    Case("ten minutes old", engine(), base="cts", objects=_FOUND),
    Case(
        "just over a minute old", engine(last_realtime_run_at=ago(70)), base="cts", objects=_FOUND
    ),
    Case("no heartbeat ever", engine(last_realtime_run_at=None), base="cts", objects=_FOUND),
    Case(
        "neither heartbeat nor start",
        engine(last_realtime_run_at=None, started_at=None),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "the setting is five seconds",
        engine(last_realtime_run_at=ago(20)) + _TIMEOUT.format(5),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "a setting that is no number stands for a minute",
        engine(last_realtime_run_at=ago(70)) + _TIMEOUT.format("soon"),
        base="cts",
        objects=_FOUND,
    ),
    Case("the legacy shape", _LEGACY.format(age="-10 minutes"), base="cts_legacy", objects=_FOUND),
)

NEAR_MISS = (
    Case("half a minute old", engine(last_realtime_run_at=ago(30)), base="cts"),
    Case("stopped", engine(status="stopped"), base="cts"),
    Case("paused", engine(status="paused"), base="cts"),
    Case(
        "started a moment ago, no turn yet",
        engine(last_realtime_run_at=None, started_at=ago(10)),
        base="cts",
    ),
    Case("the clock was moved back", engine(last_realtime_run_at=ahead(3600)), base="cts"),
    Case("the setting is an hour", engine() + _TIMEOUT.format(3600), base="cts"),
    Case("a setting beyond all numbers", engine() + _TIMEOUT.format("9" * 30), base="cts"),
    Case("the legacy shape", _LEGACY.format(age="-10 seconds"), base="cts_legacy"),
    Case("no engines", base="freqtrade", status="not_applicable"),
    Case("no engines either", base="hummingbot", status="not_applicable"),
)
