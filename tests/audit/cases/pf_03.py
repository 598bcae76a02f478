"""Cases of PF-03: a loss or drawdown limit that was passed."""

from tests.audit.case import Case
from tests.audit.rows import MIDNIGHT, metric, risk_limit

_FOUND = ("performance_metrics",)
_EACH = risk_limit(connection_id=1) + risk_limit(2, connection_id=2, max_drawdown_percent=20.0)

DEFECT = (
    Case(
        "the loss",
        metric(pnl=-150.0) + risk_limit(),
        base="cts",
        objects=_FOUND,
        confidence="certain",
    ),
    Case(
        "the drawdown", metric(max_drawdown_percent=12.0) + risk_limit(), base="cts", objects=_FOUND
    ),
    Case(
        "of one connection",
        metric(connection_id=1, pnl=-150.0) + risk_limit(connection_id=1),
        base="cts",
        objects=_FOUND,
        confidence="certain",
    ),
    Case(
        "more than all connections together may lose",
        metric(pnl=-201.0) + _EACH,
        base="cts",
        objects=_FOUND,
        confidence="likely",
    ),
    Case(
        "deeper than any connection may fall",
        metric(max_drawdown_percent=21.0) + _EACH,
        base="cts",
        objects=_FOUND,
        confidence="likely",
        profile="quick",
    ),
)

NEAR_MISS = (
    Case("at the limit", metric(pnl=-100.0, max_drawdown_percent=10.0) + risk_limit(), base="cts"),
    Case("a gain", metric(pnl=1000.0) + risk_limit(), base="cts"),
    Case("a limit that is off", metric(pnl=-150.0) + risk_limit(is_active=0), base="cts"),
    Case("no limit set", metric(pnl=-150.0) + risk_limit(max_daily_loss=None), base="cts"),
    Case("another portfolio", metric(pnl=-150.0) + risk_limit(portfolio_id=2), base="cts"),
    Case(
        "an hour",
        metric(pnl=-150.0, period="hourly", period_start=MIDNIGHT) + risk_limit(),
        base="cts",
    ),
    Case("two connections may have lost a part each", metric(pnl=-150.0) + _EACH, base="cts"),
    Case(
        "one of the connections has no such limit",
        metric(pnl=-500.0)
        + risk_limit(connection_id=1)
        + risk_limit(2, connection_id=2, max_daily_loss=None),
        base="cts",
    ),
    Case(
        "a connection's loss, the portfolio's limit",
        metric(connection_id=1, pnl=-150.0) + risk_limit(),
        base="cts",
    ),
    Case("freqtrade", base="freqtrade", status="not_applicable"),
    Case("legacy", base="cts_legacy", status="not_applicable"),
)
