"""Exchange connections and engines of a CTS database."""

from __future__ import annotations

from cts_console.engine.connections import (
    EngineState,
    ExchangeConnection,
    read_connections,
    read_engines,
    read_heartbeat_timeout_s,
)

__all__ = [
    "EngineState",
    "ExchangeConnection",
    "read_connections",
    "read_engines",
    "read_heartbeat_timeout_s",
]
