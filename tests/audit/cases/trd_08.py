"""Cases of TRD-08: a fee without a known currency."""

from tests.audit.case import Case
from tests.audit.foreign_rows import PLAIN, hummingbot_fill, hummingbot_order, legacy_trade
from tests.audit.rows import order, row, trade

DEFECT = (
    Case(
        "none",
        order() + trade(fee_currency=None),
        base="cts",
        objects=("trades.fee_currency",),
        confidence="certain",
    ),
    Case(
        "an empty one",
        order() + trade(fee_currency=" "),
        base="cts",
        objects=("trades.fee_currency",),
    ),
    Case(
        "one that the pair does not have",
        order() + trade(fee_currency="SOL"),
        base="cts",
        objects=("trades.fee_currency",),
        confidence="likely",
    ),
    Case(
        "a rebate without a currency, and a foreign one",
        order() + trade(fee=-0.1, fee_currency=None) + trade(2, fee_currency="SOL"),
        base="cts",
        objects=("trades.fee_currency", "trades.fee_currency"),
    ),
    Case(
        "the legacy shape: none",
        legacy_trade(fee_currency=None),
        base="cts_legacy",
        objects=("trades.fee_currency",),
    ),
    Case(
        "the legacy shape: not in the symbol",
        legacy_trade(fee_currency="ETH"),
        base="cts_legacy",
        objects=("trades.fee_currency",),
    ),
    Case(
        "no pairs, and none",
        PLAIN + row("trades", id=1, trading_pair_id=1, fee=0.2),
        objects=("trades.fee_currency",),
    ),
)

NEAR_MISS = (
    Case(
        "base, quote and tokens, in any letters",
        order()
        + trade()
        + trade(2, fee_currency="BTC")
        + trade(3, fee_currency="BNB")
        + trade(4, fee_currency="kcs")
        + trade(5, fee_currency="usdt "),
        base="cts",
    ),
    Case("no fee, no currency", order() + trade(fee=0.0, fee_currency=None), base="cts"),
    Case(
        "what the contract is settled in",
        "UPDATE trading_pairs SET symbol = 'ETH/USD:BTC', quote_currency = 'USD' WHERE id = 2;"
        + order()
        + trade(trading_pair_id=2, fee_currency="BTC"),
        base="cts",
    ),
    Case("the legacy shape", legacy_trade(), base="cts_legacy"),
    Case("hummingbot", hummingbot_order() + hummingbot_fill(), base="hummingbot"),
    Case(
        "numbers that are text, no pairs",
        PLAIN.replace("fee,", "fee TEXT,")
        + row("trades", id=1, trading_pair_id=1, fee="0.0")
        + row("trades", id=2, trading_pair_id=1, fee="0.2", fee_currency="SOL"),
        status="not_checked",
    ),
    Case("no trades apart from the orders", base="freqtrade", status="not_applicable"),
)
