"""Exchange connections and trading engines, as the database tells of them. Reading only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cts_console.sqlite import Connection, SqliteValue
from cts_console.sqlite.inspection import read_foreign_rows

DEFAULT_HEARTBEAT_TIMEOUT_S: Final = 60

_CONNECTIONS: Final = """
SELECT c.id, c.name, e.name, c.api_type, c.is_enabled, c.is_active, c.is_live_trade, c.is_testnet,
       c.last_test_result
FROM exchange_connections c JOIN exchanges e ON e.id = c.exchange_id
ORDER BY c.id
"""
_ENGINES: Final = """
SELECT s.connection_id, c.name, s.status, coalesce(s.last_realtime_run_at, s.started_at)
FROM trade_engine_state s JOIN exchange_connections c ON c.id = s.connection_id
ORDER BY s.connection_id
"""


@dataclass(frozen=True, slots=True)
class ExchangeConnection:
    """One API account; no secret is ever read, since none is stored."""

    id: int
    """Row id."""
    name: str
    """The name that its owner gave it."""
    exchange: str
    """The venue."""
    api_type: str
    """spot, margin, perpetual_futures or unified."""
    is_enabled: bool
    """Whether it may be used."""
    is_active: bool
    """Whether its engine starts by itself."""
    is_live_trade: bool
    """Whether it sends real orders."""
    is_testnet: bool
    """Whether it talks to a test exchange."""
    last_test_result: str | None
    """success, failed or timeout; None before the first test."""

    @property
    def would_start(self) -> bool:
        """Whether an engine may start on it: enabled, active, and its last test passed."""
        return self.is_enabled and self.is_active and self.last_test_result == "success"


@dataclass(frozen=True, slots=True)
class EngineState:
    """What an engine last wrote about itself; whether it lives is another matter."""

    connection_id: int
    """The connection it trades on."""
    connection: str
    """That connection's name."""
    status: str
    """stopped, starting, running, paused or error, as stored."""
    heartbeat_at: int | None
    """Its last sign of life in milliseconds since the epoch; None for none."""

    def is_stale(self, now_ms: int, timeout_s: int) -> bool:
        """Whether it says that it runs, but has not been heard of for `timeout_s` seconds."""
        if self.status not in ("running", "starting"):
            return False
        return self.heartbeat_at is None or self.heartbeat_at < now_ms - timeout_s * 1000


def read_connections(connection: Connection) -> tuple[ExchangeConnection, ...]:
    """Return every exchange connection of a CTS database.

    Raises `CtsError("usage")` where somebody altered the tables.
    """
    return tuple(
        ExchangeConnection(
            _whole(row[0]),
            str(row[1]),
            str(row[2]),
            str(row[3]),
            bool(row[4]),
            bool(row[5]),
            bool(row[6]),
            bool(row[7]),
            None if row[8] is None else str(row[8]),
        )
        for row in read_foreign_rows(connection, _CONNECTIONS)
    )


def read_engines(connection: Connection) -> tuple[EngineState, ...]:
    """Return the stored state of every engine of a CTS database.

    Raises `CtsError("usage")` where somebody altered the tables.
    """
    return tuple(
        EngineState(
            _whole(row[0]), str(row[1]), str(row[2]), None if row[3] is None else _whole(row[3])
        )
        for row in read_foreign_rows(connection, _ENGINES)
    )


def read_heartbeat_timeout_s(connection: Connection) -> int:
    """Return the age at which a heartbeat is stale: the setting, or a minute."""
    rows = read_foreign_rows(
        connection, "SELECT value FROM system_settings WHERE key = 'engine.heartbeat_timeout_s'"
    )
    text = str(rows[0][0]) if rows else ""
    return int(text) if text.isdecimal() and int(text) > 0 else DEFAULT_HEARTBEAT_TIMEOUT_S


def _whole(value: SqliteValue) -> int:
    return value if isinstance(value, int) else 0
