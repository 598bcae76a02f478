"""Cases of POS-09: leverage above the limit."""

from tests.audit.case import Case
from tests.audit.rows import ago, position, risk_limit

_FOUND = ("positions.leverage",)

DEFECT = (
    Case("above the connection's", position(leverage=20.0), base="cts", objects=_FOUND),
    Case(
        "above the portfolio's", position(leverage=8.0) + risk_limit(), base="cts", objects=_FOUND
    ),
    Case(
        "above the one of its connection in the portfolio",
        position(leverage=8.0) + risk_limit(connection_id=1),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "above the lower of two",
        position(leverage=8.0) + risk_limit(max_leverage=9.0) + risk_limit(2, connection_id=1),
        base="cts",
        objects=_FOUND,
    ),
)

NEAR_MISS = (
    Case("at the limit", position(leverage=10.0), base="cts"),
    Case(
        "a limit of another connection",
        position(leverage=8.0) + risk_limit(connection_id=2),
        base="cts",
    ),
    Case("a limit that is off", position(leverage=8.0) + risk_limit(is_active=0), base="cts"),
    Case(
        "a limit of another portfolio",
        position(leverage=8.0) + risk_limit(portfolio_id=2),
        base="cts",
    ),
    Case("closed", position(leverage=20.0, status="closed", closed_at=ago(9)), base="cts"),
    Case("no limit is known", position(leverage=20.0, connection_id=9), base="cts"),
    Case("freqtrade keeps no limits", base="freqtrade", status="not_applicable"),
    Case("legacy", base="cts_legacy", status="not_checked"),
)
