"""When a heartbeat is too old, as the file itself says."""

from __future__ import annotations

from typing import Final

from cts_console.audit.rule import AuditContext
from cts_console.audit.trading import bound
from cts_console.engine import read_heartbeat_timeout_s
from cts_console.engine.connections import DEFAULT_HEARTBEAT_TIMEOUT_S

_LONGEST_S: Final = 86_400 * 365
"""A setting beyond it stands for "never", and must not overflow SQLite's integers."""


def heartbeat_timeout_ms(context: AuditContext) -> int:
    """Return the age at which a heartbeat is stale: `engine.heartbeat_timeout_s`, or a minute."""
    if bound(context, "system_settings") is None:
        return 1000 * DEFAULT_HEARTBEAT_TIMEOUT_S
    return 1000 * min(read_heartbeat_timeout_s(context.connection), _LONGEST_S)
