"""Cases of PF-04: more open positions than allowed."""

from tests.audit.case import Case
from tests.audit.rows import ago, position, risk_limit

_FOUND = ("risk_limits.max_open_positions",)
_FOUR = "".join(position(number) for number in range(1, 5))

DEFECT = (
    Case("four of three", risk_limit() + _FOUR, base="cts", objects=_FOUND, profile="quick"),
    Case(
        "of the connection",
        risk_limit(connection_id=1) + _FOUR,
        base="cts",
        objects=_FOUND,
    ),
)

NEAR_MISS = (
    Case("at the limit", risk_limit(max_open_positions=4) + _FOUR, base="cts"),
    Case("of another connection", risk_limit(connection_id=2) + _FOUR, base="cts"),
    Case("of another portfolio", risk_limit(portfolio_id=2) + _FOUR, base="cts"),
    Case("a limit that is off", risk_limit(is_active=0) + _FOUR, base="cts"),
    Case(
        "some of them closed",
        risk_limit() + "".join(position(n, status="closed", closed_at=ago(9)) for n in range(1, 5)),
        base="cts",
    ),
    Case("freqtrade", base="freqtrade", status="not_applicable"),
    Case("legacy", base="cts_legacy", status="not_applicable"),
)
