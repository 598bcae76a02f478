"""Cases of POS-02: an entry price that is not the average of the opening trades."""

from tests.audit.case import Case
from tests.audit.foreign_rows import freqtrade_order, freqtrade_position
from tests.audit.rows import ago, order, position, trade

_FOUND = ("positions.entry_price",)


def _fill(number: int, price: float, **values: object) -> str:
    """Return one trade of position 1, `number` minutes after the first."""
    values = {"price": price, "amount": 1.0, "executed_at": ago(3560 - 60 * number)} | values
    return trade(number, **{"position_id": 1} | values)


def _sold(number: int, price: float, **values: object) -> str:
    return _fill(number, price, **{"side": "sell"} | values)


# Bought at 100 and 110, sold one, bought at 120: 110 on average of all, 112.5 at average cost,
# 115 where the oldest goes first.
_MIXED = _fill(0, 100.0) + _fill(1, 110.0) + _sold(2, 130.0) + _fill(3, 120.0)
_REOPENED = _fill(0, 100.0) + _sold(1, 130.0) + _fill(2, 200.0)

DEFECT = (
    Case(
        "two entries",
        position(entry_price=107.0) + _fill(0, 100.0) + _fill(1, 110.0),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "weights count",
        position(entry_price=105.0) + _fill(0, 100.0, amount=3.0) + _fill(1, 110.0),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "a short",
        position(side="short", entry_price=105.0) + _fill(0, 100.0, side="sell") + _fill(1, 110.0),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "closed, and exits after the entries",
        position(status="closed", closed_at=ago(100), entry_price=101.0)
        + _fill(0, 100.0)
        + _sold(1, 102.0),
        base="cts",
        objects=_FOUND,
    ),
    Case("an exit in between", position(entry_price=111.0) + _MIXED, base="cts", objects=_FOUND),
    Case("flat in between", position(entry_price=180.0) + _REOPENED, base="cts", objects=_FOUND),
    Case(
        "both kinds",
        position(entry_price=111.0)
        + _MIXED
        + position(2, entry_price=99.0)
        + _fill(9, 100.0, position_id=2, executed_at=ago(3550)),
        base="cts",
        objects=_FOUND * 2,
    ),
    Case(
        "two ticks off", position(entry_price=100.02) + _fill(0, 100.0), base="cts", objects=_FOUND
    ),
    Case(
        "freqtrade",
        freqtrade_position(open_rate=101.0) + freqtrade_order(),
        base="freqtrade",
        objects=("trades.open_rate",),
    ),
)

NEAR_MISS = (
    Case(
        "the average", position(entry_price=105.0) + _fill(0, 100.0) + _fill(1, 110.0), base="cts"
    ),
    Case("within a tick", position(entry_price=100.009) + _fill(0, 100.0), base="cts"),
    Case(
        "exits at the end",
        position(entry_price=105.0)
        + _fill(0, 100.0)
        + _fill(1, 110.0)
        + _sold(2, 150.0)
        + _sold(3, 90.0, amount=0.5),
        base="cts",
    ),
    Case("average cost", position(entry_price=112.5) + _MIXED, base="cts"),
    Case("oldest first", position(entry_price=115.0) + _MIXED, base="cts"),
    Case("average of all entries", position(entry_price=110.0) + _MIXED, base="cts"),
    Case("flat in between", position(entry_price=200.0) + _REOPENED, base="cts"),
    Case(
        "a trade in this minute",
        position(entry_price=105.0) + _fill(0, 100.0) + _fill(1, 200.0, executed_at=ago(5)),
        base="cts",
    ),
    Case(
        "opened before trades were recorded",
        position(entry_price=50.0, opened_at=ago(9000)) + _fill(0, 100.0),
        base="cts",
        status="not_checked",
    ),
    Case(
        "a trade of its order is not linked",
        position(entry_price=50.0) + order(position_id=1) + _fill(0, 100.0) + trade(2),
        base="cts",
        status="not_checked",
    ),
    Case("no trade at all", position(), base="cts"),
    Case("no entry among the trades", position() + _sold(0, 130.0), base="cts"),
    Case("freqtrade", freqtrade_position() + freqtrade_order(), base="freqtrade"),
    Case(
        "freqtrade rounds to a tick that it does not keep",
        freqtrade_position(open_rate=0.00001234)
        + freqtrade_order(average=0.00001231)
        + freqtrade_order(2, average=0.000012363),
        base="freqtrade",
    ),
    Case(
        "freqtrade averages what fees left",
        freqtrade_position(open_rate=100.333333333333)
        + freqtrade_order(ft_fee_base=0.002)
        + freqtrade_order(2, average=101.0, filled=0.999, ft_fee_base=0.0),
        base="freqtrade",
    ),
    Case("hummingbot keeps no positions", base="hummingbot", status="not_applicable"),
)
