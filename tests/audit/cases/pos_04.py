"""Cases of POS-04: a closed position that is not flat."""

from tests.audit.case import Case
from tests.audit.foreign_rows import freqtrade_order, freqtrade_position
from tests.audit.rows import ago, order, position, trade

_FOUND = ("positions.status",)


def _closed(**values: object) -> str:
    return position(1, **{"status": "closed", "closed_at": ago(3000)} | values)


def _fill(number: int = 1, **values: object) -> str:
    return trade(number, **{"position_id": 1} | values)


def _sold(**values: object) -> str:
    return _fill(2, **{"side": "sell", "executed_at": ago(3000)} | values)


_FREQTRADE_CLOSED = freqtrade_position(is_open=0, close_date="2024-05-01 12:00:00", amount=1.99)


def _freqtrade_sold(amount: float) -> str:
    return freqtrade_order(2, ft_order_side="sell", side="sell", filled=amount)


DEFECT = (
    Case("half is left", _closed() + _fill() + _sold(amount=1.0), base="cts", objects=_FOUND),
    Case("nothing was sold", _closed() + _fill(), base="cts", objects=_FOUND),
    Case("too much was sold", _closed() + _fill() + _sold(amount=2.5), base="cts", objects=_FOUND),
    Case(
        "a short",
        _closed(side="short") + _fill(side="sell") + _sold(side="buy", amount=1.5),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "freqtrade",
        _FREQTRADE_CLOSED + freqtrade_order() + _freqtrade_sold(1.0),
        base="freqtrade",
        objects=("trades.is_open",),
    ),
)

NEAR_MISS = (
    Case("flat", _closed() + _fill() + _sold(), base="cts"),
    Case("dust of the least amount", _closed() + _fill() + _sold(amount=1.999), base="cts"),
    Case(
        "a fee in the coin was taken off",
        _closed() + _fill(fee=0.01, fee_currency="BTC") + _sold(amount=1.99),
        base="cts",
    ),
    Case(
        "a fee in the coin that did not matter",
        _closed() + _fill(fee=0.01, fee_currency="BTC") + _sold(),
        base="cts",
    ),
    Case("closed in this minute", _closed(closed_at=ago(5)) + _fill(), base="cts"),
    Case(
        "a trade in this minute",
        _closed() + _fill() + _sold(amount=1.0, executed_at=ago(5)),
        base="cts",
    ),
    Case(
        "opened before trades were recorded",
        _closed(opened_at=ago(9000)) + _sold(),
        base="cts",
        status="not_checked",
    ),
    Case(
        "a trade of its order is not linked",
        _closed() + order(position_id=1) + _fill() + trade(2, side="sell"),
        base="cts",
        status="not_checked",
    ),
    Case("liquidated", _closed(status="liquidated") + _fill(), base="cts"),
    Case("open", position() + _fill(), base="cts"),
    Case("no trade at all", _closed(), base="cts"),
    Case(
        "freqtrade cuts what fees left to the step",
        _FREQTRADE_CLOSED + freqtrade_order(ft_fee_base=0.002) + _freqtrade_sold(1.99),
        base="freqtrade",
    ),
    Case("legacy", base="cts_legacy", status="not_applicable"),
    Case("hummingbot keeps no positions", base="hummingbot", status="not_applicable"),
)
