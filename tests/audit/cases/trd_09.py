"""Cases of TRD-09: an implausible fee rate."""

from tests.audit.case import Case
from tests.audit.foreign_rows import PLAIN, hummingbot_fill, hummingbot_order, legacy_trade
from tests.audit.rows import order, row, trade

DEFECT = (
    Case("in the quote currency", order() + trade(fee=2.1), base="cts", objects=("trades.fee",)),
    Case("a rebate", order() + trade(fee=-2.1), base="cts", objects=("trades.fee",)),
    Case(
        "in the base currency",
        order() + trade(fee=0.2, fee_currency="BTC"),
        base="cts",
        objects=("trades.fee",),
    ),
    Case("no cost", order() + trade(fee=2.1, cost=0.0), base="cts", objects=("trades.fee",)),
    Case("the legacy shape", legacy_trade(fee=2.1), base="cts_legacy", objects=("trades.fee",)),
    Case(
        "hummingbot",
        hummingbot_order() + hummingbot_fill(trade_fee_in_quote=2_100_000),
        base="hummingbot",
        objects=("TradeFill.fee",),
        confidence="likely",
    ),
)

NEAR_MISS = (
    Case("a tenth of a percent", order() + trade(), base="cts"),
    Case("one percent", order() + trade(fee=2.0), base="cts"),
    Case("a tiny trade", order() + trade(amount=0.009, cost=0.9, fee=0.1), base="cts"),
    Case("in a token", order() + trade(fee=20.0, fee_currency="HT"), base="cts"),
    Case(
        "contracts of a swap, in coins",
        order() + trade(trading_pair_id=2, fee=0.2, fee_currency="ETH"),
        base="cts",
    ),
    Case("in the base currency", order() + trade(fee=0.002, fee_currency="BTC"), base="cts"),
    Case("the legacy shape", legacy_trade(), base="cts_legacy"),
    Case(
        "the legacy shape, in a token",
        legacy_trade(fee=20.0, fee_currency="KCS"),
        base="cts_legacy",
    ),
    Case("hummingbot", hummingbot_order() + hummingbot_fill(), base="hummingbot"),
    Case(
        "a pair whose id ends with what it is settled in",
        PLAIN
        + "CREATE TABLE trading_pairs (id, symbol, base_currency, quote_currency, market_type);"
        + row(
            "trading_pairs",
            id="BTC/USD:BTC",
            base_currency="BTC",
            quote_currency="USD",
            market_type="swap",
        )
        + row("trades", id=1, trading_pair_id="BTC/USD:BTC", cost=2.0, fee=0.1, fee_currency="BTC"),
    ),
    Case(
        "no pairs",
        PLAIN
        + row(
            "trades",
            id=1,
            trading_pair_id=1,
            price=100.0,
            amount=2.0,
            fee=9.0,
            fee_currency="USDT",
        ),
        status="not_checked",
    ),
    Case("no trades apart from the orders", base="freqtrade", status="not_applicable"),
)
