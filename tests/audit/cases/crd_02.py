"""Cases of CRD-02: a busy coordinator without a heartbeat."""

from tests.audit.case import Case
from tests.audit.cases.crd_01 import lease
from tests.audit.rows import ago, ahead

_FOUND = ("connection_coordination.last_heartbeat_at",)
_LEGACY = (
    "INSERT INTO connection_coordination (connection_id, last_heartbeat, status)"
    " VALUES (1, datetime('now', '{age}'), 'busy');"
)
_FREE = {"owner": None, "lease_expires_at": None, "status": "busy"}

DEFECT = (
    Case("a minute and a half", lease(**_FREE), base="cts", objects=_FOUND),
    Case("never", lease(**_FREE | {"last_heartbeat_at": None}), base="cts", objects=_FOUND),
    Case("the legacy shape", _LEGACY.format(age="-5 minutes"), base="cts_legacy", objects=_FOUND),
)

NEAR_MISS = (
    Case("half a minute", lease(**_FREE | {"last_heartbeat_at": ago(30)}), base="cts"),
    Case("a clock that is ahead", lease(**_FREE | {"last_heartbeat_at": ahead(600)}), base="cts"),
    Case("idle", lease(**_FREE | {"status": "idle"}), base="cts"),
    Case(
        "the setting is ten minutes",
        lease(**_FREE)
        + "UPDATE system_settings SET value = '600' WHERE key = 'engine.heartbeat_timeout_s';",
        base="cts",
    ),
    Case("the legacy shape", _LEGACY.format(age="-5 seconds"), base="cts_legacy"),
    Case("no coordination", base="hummingbot", status="not_applicable"),
)
