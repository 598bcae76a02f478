"""Cases of ENG-02: an engine on a connection that is off."""

from tests.audit.case import Case
from tests.audit.cases.eng_01 import engine
from tests.audit.rows import ago, ahead, connection

_FOUND = ("trade_engine_state.status",)
_LEGACY = (
    "INSERT INTO exchange_connections (id, name, exchange, is_active, updated_at)"
    " VALUES (1, 'main', 'binance', {active}, '2024-05-01 10:00:00');"
    "INSERT INTO trade_engine_state (connection_id, status) VALUES (1, 'running');"
)

DEFECT = (
    Case(
        "not enabled",
        connection(2, is_enabled=0) + engine(connection_id=2),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "not active, about to start",
        connection(2, is_active=0) + engine(connection_id=2, status="starting"),
        base="cts",
        objects=_FOUND,
    ),
    Case("the legacy shape", _LEGACY.format(active=0), base="cts_legacy", objects=_FOUND),
)

NEAR_MISS = (
    Case("on", engine(), base="cts"),
    Case(
        "off and stopped",
        connection(2, is_enabled=0) + engine(connection_id=2, status="stopped"),
        base="cts",
    ),
    Case(
        "off and failed",
        connection(2, is_enabled=0) + engine(connection_id=2, status="error"),
        base="cts",
    ),
    Case(
        "switched off this minute",
        connection(2, is_enabled=0, updated_at=ago(20)) + engine(connection_id=2),
        base="cts",
    ),
    Case(
        "switched off this minute by a clock that is ahead",
        connection(2, is_enabled=0, updated_at=ahead(20)) + engine(connection_id=2),
        base="cts",
    ),
    Case("the legacy shape", _LEGACY.format(active=1), base="cts_legacy"),
    Case("no connections", base="freqtrade", status="not_applicable"),
)
