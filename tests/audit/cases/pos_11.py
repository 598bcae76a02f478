"""Cases of POS-11: an unrealised profit that is not what price and size come to."""

from tests.audit.case import Case
from tests.audit.rows import ago, position

_FOUND = ("positions.unrealized_pnl",)
_INVERSE = (
    "UPDATE trading_pairs SET symbol = '{}', base_currency = 'BTC', quote_currency = 'USD'"
    " WHERE id = 2;"
)
_LEGACY = (
    "INSERT INTO strategies_real (connection_id, symbol, side, entry_price, current_price, volume,"
    " profit_loss, status) VALUES (1, 'BTCUSDT', 'buy', 100, 110, 2, {}, 'active');"
)

DEFECT = (
    Case(
        "too much",
        position(current_price=110.0, unrealized_pnl=25.0),
        base="cts",
        objects=_FOUND,
        confidence="certain",
    ),
    Case("never written", position(current_price=110.0), base="cts", objects=_FOUND),
    Case(
        "a short with the sign of a long",
        position(side="short", current_price=110.0, unrealized_pnl=20.0),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "without the contract size",
        "UPDATE trading_pairs SET contract_size = 10 WHERE id = 2;"
        + position(trading_pair_id=2, current_price=110.0, unrealized_pnl=20.0),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "the legacy shape",
        _LEGACY.format(30),
        base="cts_legacy",
        objects=("strategies_real.profit_loss",),
        confidence="likely",
    ),
)

NEAR_MISS = (
    Case("a long", position(current_price=110.0, unrealized_pnl=20.0), base="cts"),
    Case("a short", position(side="short", current_price=110.0, unrealized_pnl=-20.0), base="cts"),
    Case("within a thousandth", position(current_price=110.0, unrealized_pnl=20.025), base="cts"),
    Case(
        "after fees",
        position(current_price=110.0, unrealized_pnl=19.0, fees_paid=1.0),
        base="cts",
    ),
    Case(
        "the contract size",
        "UPDATE trading_pairs SET contract_size = 10 WHERE id = 2;"
        + position(trading_pair_id=2, current_price=110.0, unrealized_pnl=200.0),
        base="cts",
    ),
    Case("no price", position(unrealized_pnl=7.0), base="cts"),
    Case(
        "closed",
        position(current_price=110.0, status="closed", closed_at=ago(9)),
        base="cts",
    ),
    Case(
        "settled in the base currency",
        _INVERSE.format("BTC/USD:BTC")
        + position(trading_pair_id=2, current_price=110.0, unrealized_pnl=0.0018),
        base="cts",
        status="not_checked",
    ),
    Case(
        "perhaps settled in the base currency",
        _INVERSE.format("BTCUSD_PERP")
        + position(trading_pair_id=2, current_price=110.0, unrealized_pnl=0.0018),
        base="cts",
        status="not_checked",
    ),
    Case("the legacy shape", _LEGACY.format(20), base="cts_legacy"),
    Case("freqtrade keeps no price", base="freqtrade", status="not_checked"),
    Case("hummingbot keeps no positions", base="hummingbot", status="not_applicable"),
)
