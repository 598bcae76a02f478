"""Cases of POS-01: an open position of another size than its trades make."""

from tests.audit.case import Case
from tests.audit.foreign_rows import freqtrade_order, freqtrade_position
from tests.audit.rows import ago, ahead, order, position, trade

_FOUND = ("positions.quantity",)


def _fill(number: int = 1, **values: object) -> str:
    return trade(number, **{"position_id": 1} | values)


DEFECT = (
    Case("a trade is missing", position(quantity=3.0) + _fill(), base="cts", objects=_FOUND),
    Case(
        "an exit was not taken off",
        position() + _fill() + _fill(2, side="sell", amount=0.5),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "a short",
        position(side="short", quantity=1.0) + _fill(side="sell"),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "a fee in the coin was not taken off",
        position() + _fill(fee=0.002, fee_currency="BTC"),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "a fee in the base currency of a swap takes nothing off",
        position(trading_pair_id=2, quantity=1.98)
        + _fill(trading_pair_id=2, fee=0.02, fee_currency="ETH"),
        base="cts",
        objects=_FOUND,
    ),
    Case("a step too much", position(quantity=2.001) + _fill(), base="cts", objects=_FOUND),
    Case(
        "one found, another not complete",
        position(quantity=3.0)
        + position(2, opened_at=ago(9000))
        + _fill()
        + _fill(2, position_id=2, amount=1.0),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "freqtrade",
        freqtrade_position(amount=2.5) + freqtrade_order(),
        base="freqtrade",
        objects=("trades.amount",),
    ),
    Case(
        "freqtrade, a fee in the coin explains too little",
        freqtrade_position(amount=1.5) + freqtrade_order(ft_fee_base=0.002),
        base="freqtrade",
        objects=("trades.amount",),
    ),
)

NEAR_MISS = (
    Case(
        "entries less exits",
        position(quantity=1.5) + _fill() + _fill(2, side="sell", amount=0.5),
        base="cts",
    ),
    Case("a short", position(side="short") + _fill(side="sell"), base="cts"),
    Case("within half a step", position(quantity=2.0004) + _fill(), base="cts"),
    Case(
        "a fee in the coin was taken off",
        position(quantity=1.998) + _fill(fee=0.002, fee_currency="BTC"),
        base="cts",
    ),
    Case(
        "a short may count the fee in the coin or not",
        position(side="short", quantity=1.502)
        + _fill(side="sell")
        + _fill(2, amount=0.5, fee=0.002, fee_currency="BTC"),
        base="cts",
    ),
    Case(
        "a trade in this minute",
        position() + _fill() + _fill(2, amount=0.5, executed_at=ago(5)),
        base="cts",
    ),
    Case(
        "opened before trades were recorded",
        position(opened_at=ago(9000)) + _fill(amount=0.5),
        base="cts",
        status="not_checked",
    ),
    Case(
        "opened before trades were recorded, and it fits",
        position(opened_at=ago(9000)) + _fill(),
        base="cts",
    ),
    Case(
        "a trade of its order is not linked",
        position() + order(position_id=1) + _fill(amount=1.5) + trade(2, amount=0.5),
        base="cts",
        status="not_checked",
    ),
    Case("no trade at all", position(), base="cts"),
    Case(
        "closed",
        position(status="closed", closed_at=ago(100), quantity=3.0) + _fill(),
        base="cts",
    ),
    Case(
        "a pair that is not known, within a billionth",
        position(trading_pair_id=9, quantity=2.000000001) + _fill(trading_pair_id=9),
        base="cts",
    ),
    Case(
        "a link to positions came later",
        "CREATE TABLE trades (id INTEGER PRIMARY KEY, order_id INTEGER, trading_pair_id INTEGER,"
        " side TEXT, price REAL, amount REAL, executed_at INTEGER);"
        "CREATE TABLE positions (id INTEGER PRIMARY KEY, trading_pair_id INTEGER, side TEXT,"
        " status TEXT, quantity REAL, entry_price REAL, opened_at INTEGER);",
        status="not_checked",
    ),
    Case("freqtrade", freqtrade_position() + freqtrade_order(), base="freqtrade"),
    Case(
        "freqtrade cuts what fees left to the step",
        freqtrade_position(amount=1.99) + freqtrade_order(ft_fee_base=0.002),
        base="freqtrade",
    ),
    Case(
        "freqtrade counts an order once it is done with",
        freqtrade_position()
        + freqtrade_order()
        + freqtrade_order(2, ft_is_open=1, status="open", filled=1.0),
        base="freqtrade",
    ),
    Case(
        "freqtrade, filled an hour after it was ordered",
        freqtrade_position() + freqtrade_order(order_filled_date="2024-05-01 11:00:00"),
        base="freqtrade",
    ),
    Case("the legacy shape links no trades", base="cts_legacy", status="not_applicable"),
    Case("hummingbot keeps no positions", base="hummingbot", status="not_applicable"),
    Case("opened in the future", position(opened_at=ahead(60)) + _fill(), base="cts"),
)
