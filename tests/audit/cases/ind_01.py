"""Cases of IND-01: active indications past their expiry."""

from tests.audit.case import Case
from tests.audit.rows import ago, ahead, row


def _indication(**values: object) -> str:
    return row(
        "indications",
        **{
            "id": 1,
            "connection_id": 1,
            "trading_pair_id": 1,
            "indication_type": "move",
            "timeframe": "5m",
            "status": "active",
            "calculated_at": ago(600),
            "expires_at": ago(120),
        }
        | values,
    )


DEFECT = (
    Case(
        "two minutes over",
        _indication(),
        base="cts",
        objects=("indications.status",),
        severity="info",
    ),
)

NEAR_MISS = (
    Case("half a minute over", _indication(expires_at=ago(30)), base="cts"),
    Case("still valid", _indication(expires_at=ahead(60)), base="cts"),
    Case("never expires", _indication(expires_at=None), base="cts"),
    Case("marked as expired", _indication(status="expired"), base="cts"),
    Case(
        "a time that is text",
        "CREATE TABLE indications (id, indication_type, status, calculated_at, expires_at);"
        "INSERT INTO indications VALUES (1, 'move', 'active', 0, '2099-01-01');",
    ),
    Case("the legacy shape has no expiry", base="cts_legacy", status="not_applicable"),
)
