"""Cases of POS-15: an open position without any trade."""

from tests.audit.case import Case
from tests.audit.foreign_rows import freqtrade_order, freqtrade_position
from tests.audit.rows import ago, order, position, trade

_FOUND = ("positions",)

DEFECT = (
    Case("no trade at all", position(), base="cts", objects=_FOUND),
    Case(
        "trades of others",
        position(opened_at=ago(3000)) + position(2) + trade(position_id=2),
        base="cts",
        objects=_FOUND,
        severity="critical",
    ),
    Case(
        "an exit waits, no entry",
        position(opened_at=ago(3000))
        + order(position_id=1, side="sell", status="open", filled=0.0),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "its entry was cancelled",
        position(opened_at=ago(3000)) + order(position_id=1, status="cancelled", filled=0.0),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "one found, another older than the trades",
        position(opened_at=ago(3000)) + position(2, opened_at=ago(9000)) + trade(),
        base="cts",
        objects=_FOUND,
    ),
    Case("freqtrade", freqtrade_position(), base="freqtrade", objects=("trades",)),
)

NEAR_MISS = (
    Case("a trade", position() + trade(position_id=1), base="cts"),
    Case("opened in this minute", position(opened_at=ago(5)), base="cts"),
    Case("of nothing: POS-05", position(quantity=0.0), base="cts"),
    Case("closed", position(status="closed", closed_at=ago(9)), base="cts"),
    Case(
        "its entry waits",
        position() + order(position_id=1, status="open", filled=0.0, remaining=2.0),
        base="cts",
    ),
    Case(
        "older than the trades",
        position(opened_at=ago(9000)) + trade(),
        base="cts",
        status="not_checked",
    ),
    Case("freqtrade", freqtrade_position() + freqtrade_order(), base="freqtrade"),
    Case(
        "freqtrade, its entry waits",
        freqtrade_position() + freqtrade_order(ft_is_open=1, status="open", filled=0.0),
        base="freqtrade",
    ),
    Case("legacy", base="cts_legacy", status="not_applicable"),
    Case("hummingbot keeps no positions", base="hummingbot", status="not_applicable"),
)
