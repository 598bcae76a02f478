"""Cases of TRD-07: negative fees."""

from tests.audit.case import Case
from tests.audit.foreign_rows import hummingbot_fill, hummingbot_order, legacy_trade
from tests.audit.rows import connection, order, trade

_THREE = order() + "".join(trade(number, fee=-0.2) for number in (1, 2))

DEFECT = (
    Case(
        "a taker is paid",
        order() + trade() + trade(2, fee=-0.2),
        base="cts",
        objects=("trades.fee",),
    ),
    Case(
        "every fee of a connection",
        _THREE + trade(3, fee=-0.1),
        base="cts",
        objects=("trades.fee",),
    ),
    Case(
        "every fee of a connection, makers among them",
        _THREE + trade(3, fee=-0.1, is_maker=1) + trade(4, fee=0.0),
        base="cts",
        objects=("trades.fee",),
    ),
    Case(
        "one connection as a whole, one trade of another",
        connection(2)
        + _THREE
        + trade(3, fee=-0.1)
        + trade(4, connection_id=2)
        + trade(5, connection_id=2, fee=-0.2),
        base="cts",
        objects=("trades.fee", "trades.fee"),
    ),
    Case(
        "hummingbot",
        hummingbot_order()
        + "".join(hummingbot_fill(number, trade_fee_in_quote=-200_000) for number in (1, 2, 3)),
        base="hummingbot",
        objects=("TradeFill.fee",),
        confidence="likely",
    ),
    Case(
        "the legacy shape",
        "".join(legacy_trade(number, fee=-0.2) for number in (1, 2, 3)),
        base="cts_legacy",
        objects=("trades.fee",),
    ),
)

NEAR_MISS = (
    Case("a fee", order() + trade(), base="cts"),
    Case("no fee", order() + trade(fee=0.0), base="cts"),
    Case("a maker is paid", order() + trade() + trade(2, fee=-0.2, is_maker=1), base="cts"),
    Case(
        "makers alone",
        order() + "".join(trade(number, fee=-0.2, is_maker=1) for number in (1, 2, 3, 4)),
        base="cts",
    ),
    Case(
        "the legacy shape does not know makers",
        legacy_trade() + legacy_trade(2, fee=-0.2),
        base="cts_legacy",
        status="not_checked",
    ),
    Case(
        "two fees are too few to judge a connection by",
        legacy_trade(fee=-0.2) + legacy_trade(2, fee=-0.2),
        base="cts_legacy",
        status="not_checked",
    ),
    Case("no trades apart from the orders", base="freqtrade", status="not_applicable"),
)
