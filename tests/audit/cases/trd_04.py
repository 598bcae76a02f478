"""Cases of TRD-04: a trade that disagrees with its order."""

from tests.audit.case import Case
from tests.audit.foreign_rows import (
    PLAIN,
    hummingbot_fill,
    hummingbot_order,
    legacy_order,
    legacy_trade,
)
from tests.audit.rows import order, row, trade

DEFECT = (
    Case("side", order() + trade(side="sell"), base="cts", objects=("trades.order_id",)),
    Case("pair", order() + trade(trading_pair_id=2), base="cts", objects=("trades.order_id",)),
    Case("connection", order() + trade(connection_id=2), base="cts", objects=("trades.order_id",)),
    Case(
        "the legacy shape: another symbol",
        legacy_order() + legacy_trade(symbol="ETHUSDT"),
        base="cts_legacy",
        objects=("trades.order_id",),
    ),
    Case(
        "a swap is another pair",
        legacy_order(symbol="BTC/USDT") + legacy_trade(symbol="BTC/USDT:USDT"),
        base="cts_legacy",
        objects=("trades.order_id",),
    ),
    Case(
        "hummingbot: another market",
        hummingbot_order() + hummingbot_fill(market="kucoin"),
        base="hummingbot",
        objects=("TradeFill.order_id",),
    ),
)

NEAR_MISS = (
    Case("all the same", order() + trade(), base="cts"),
    Case(
        "written otherwise",
        legacy_order(symbol="BTC/USDT", side="BUY") + legacy_trade(symbol="btc-usdt"),
        base="cts_legacy",
    ),
    Case(
        "other capital letters",
        PLAIN
        + row("orders", id=1, trading_pair_id="BTCUSDT", side="BUY")
        + row("trades", id=1, order_id=1, trading_pair_id="btcusdt", side="buy"),
    ),
    Case(
        "one does not say",
        PLAIN
        + row("orders", id=1, connection_id=1, trading_pair_id=1)
        + row("trades", id=1, order_id=1, trading_pair_id=1, side="buy"),
    ),
    Case("no order", legacy_trade(order_id=None), base="cts_legacy"),
    Case("hummingbot", hummingbot_order() + hummingbot_fill(), base="hummingbot"),
    Case("no trades apart from the orders", base="freqtrade", status="not_applicable"),
)
