"""Cases of ENG-03: a connection that is on, without an engine."""

from tests.audit.case import Case
from tests.audit.cases.eng_01 import engine
from tests.audit.rows import ago, connection

_ALIVE = engine(last_realtime_run_at=ago(30))
_FOUND = ("exchange_connections.is_enabled",)

DEFECT = (
    Case("no row of an engine", connection(2) + _ALIVE, base="cts", objects=_FOUND),
    Case(
        "stopped",
        connection(2) + _ALIVE + engine(id=2, connection_id=2, status="stopped"),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "failed",
        connection(2) + _ALIVE + engine(id=2, connection_id=2, status="error"),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "the other engine has started and not turned yet",
        connection(2) + engine(last_realtime_run_at=None, started_at=ago(10)),
        base="cts",
        objects=_FOUND,
    ),
)

NEAR_MISS = (
    Case(
        "every connection has one",
        connection(2) + _ALIVE + engine(id=2, connection_id=2),
        base="cts",
    ),
    Case(
        "paused on purpose",
        connection(2) + _ALIVE + engine(id=2, connection_id=2, status="paused"),
        base="cts",
    ),
    Case("the application is closed", connection(2) + engine(status="stopped"), base="cts"),
    Case(
        "the application was closed this minute",
        connection(2) + engine(status="stopped", last_realtime_run_at=ago(20)),
        base="cts",
    ),
    Case(
        "the application died, which is ENG-01's",
        connection(2) + engine(last_realtime_run_at=ago(700)),
        base="cts",
    ),
    Case("no engine at all", connection(2), base="cts"),
    Case("switched off", connection(2, is_enabled=0) + _ALIVE, base="cts"),
    Case("not active", connection(2, is_active=0) + _ALIVE, base="cts"),
    Case("switched on this minute", connection(2, updated_at=ago(20)) + _ALIVE, base="cts"),
    Case("the legacy shape does not say what is enabled", base="cts_legacy", status="not_checked"),
    Case("no connections", base="hummingbot", status="not_applicable"),
)
