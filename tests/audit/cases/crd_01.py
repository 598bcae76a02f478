"""Cases of CRD-01: a lease that ran out, or that two held."""

import json

from tests.audit.case import Case
from tests.audit.rows import NOW, Sql, ago, ahead, row


def lease(**values: object) -> str:
    """Return a lease that ended a minute ago and is still owned."""
    return row(
        "connection_coordination",
        **{
            "id": 1,
            "connection_id": 1,
            "owner": "host-a:100",
            "lease_expires_at": ago(60),
            "status": "idle",
            "last_heartbeat_at": ago(90),
            "updated_at": ago(90),
        }
        | values,
    )


def entry(
    number: int, at: object, owner: str | None, ends: Sql | None = None, **values: object
) -> str:
    """Return an entry of the audit log about the lease of connection 1."""
    details = Sql(
        f"json_object('owner', {'NULL' if owner is None else repr(owner)}"
        f", 'lease_expires_at', {ends or 'NULL'})"
    )
    return row(
        "audit_logs",
        **{
            "id": number,
            "action": "lease.take",
            "entity_type": "connection_coordination",
            "entity_id": 1,
            "details": details,
            "created_at": at,
        }
        | values,
    )


_EXPIRED = ("connection_coordination.lease_expires_at",)
_TWO = ("audit_logs.details",)

DEFECT = (
    Case("a minute ago", lease(), base="cts", objects=_EXPIRED, severity="error"),
    Case(
        "another owner before the end",
        entry(1, ago(300), "a:1", ago(240)) + entry(2, ago(280), "b:2", ago(220)),
        base="cts",
        objects=_TWO,
        severity="critical",
    ),
    Case(
        "among the entries of other leases",
        entry(1, ago(300), "a:1", ago(240))
        + entry(2, ago(290), "c:3", ago(230), entity_id=2)
        + entry(3, ago(280), "b:2", ago(220)),
        base="cts",
        objects=_TWO,
    ),
    Case(
        "both",
        lease() + entry(1, ago(300), "a:1", ago(240)) + entry(2, ago(280), "b:2", ago(220)),
        base="cts",
        objects=("audit_logs.details", "connection_coordination.lease_expires_at"),
    ),
)

NEAR_MISS = (
    Case("twenty seconds ago", lease(lease_expires_at=ago(20)), base="cts"),
    Case("still running", lease(lease_expires_at=ahead(20)), base="cts"),
    Case("free", lease(owner=None), base="cts"),
    Case(
        "another owner after the end",
        entry(1, ago(300), "a:1", ago(240)) + entry(2, ago(200), "b:2", ago(140)),
        base="cts",
    ),
    Case(
        "renewed by the same owner",
        entry(1, ago(300), "a:1", ago(240)) + entry(2, ago(280), "a:1", ago(220)),
        base="cts",
    ),
    Case(
        "given back in between",
        entry(1, ago(300), "a:1", ago(240))
        + entry(2, ago(290), None)
        + entry(3, ago(280), "b:2", ago(220)),
        base="cts",
    ),
    Case(
        "refused",
        entry(1, ago(300), "a:1", ago(240)) + entry(2, ago(280), "b:2", ago(220), outcome="denied"),
        base="cts",
    ),
    Case(
        "two leases",
        entry(1, ago(300), "a:1", ago(240)) + entry(2, ago(280), "b:2", ago(220), entity_id=2),
        base="cts",
    ),
    Case(
        "a lease of last year",
        entry(1, ago(30_000_300), "a:1", ago(30_000_240))
        + entry(2, ago(30_000_280), "b:2", ago(30_000_220)),
        base="cts",
    ),
    Case(
        "details without the end of the lease, and details that are none",
        entry(1, ago(300), "a:1")
        + entry(2, ago(280), "b:2")
        + entry(3, ago(270), None, details="not json")
        + entry(4, ago(260), None, details=json.dumps({"owner": "c:3", "lease_expires_at": "soon"}))
        + entry(5, NOW, "d:4"),
        base="cts",
    ),
    Case("the legacy shape has no leases", base="cts_legacy", status="not_checked"),
    Case("no coordination", base="freqtrade", status="not_applicable"),
)
