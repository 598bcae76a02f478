"""Cases of POS-05: an open position of almost nothing."""

from tests.audit.case import Case
from tests.audit.foreign_rows import freqtrade_position
from tests.audit.rows import ago, position

_FOUND = ("positions.quantity",)
_PAIR = "UPDATE trading_pairs SET {} WHERE id = 1;"
_LEGACY = (
    "INSERT INTO strategies_real (connection_id, symbol, side, entry_price, volume, status)"
    " VALUES (1, 'BTCUSDT', 'long', 100, {}, 'active');"
)

DEFECT = (
    Case("less than the least amount", position(quantity=0.0005), base="cts", objects=_FOUND),
    Case("nothing", position(quantity=0.0), base="cts", objects=_FOUND),
    Case(
        "less than a step",
        _PAIR.format("min_amount = 0, amount_step = 0.1") + position(quantity=0.05),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "more than a step, less than the least amount",
        _PAIR.format("min_amount = 1") + position(quantity=0.5),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "an old price plays no part",
        position(quantity=0.0005, updated_at=ago(86_400)),
        base="cts",
        objects=_FOUND,
        confidence="certain",
    ),
    Case(
        "nothing, and the pair is not known",
        freqtrade_position(amount=0.0) + freqtrade_position(2),
        base="freqtrade",
        objects=("trades.amount",),
    ),
    Case(
        "the legacy shape",
        _LEGACY.format(0),
        base="cts_legacy",
        objects=("strategies_real.volume",),
    ),
)

NEAR_MISS = (
    Case("the least amount", position(quantity=0.001), base="cts"),
    Case("plenty", position(), base="cts"),
    Case("closed", position(quantity=0.0, status="closed", closed_at=ago(9)), base="cts"),
    Case(
        "the pair is not known",
        position(trading_pair_id=9, quantity=1e-9),
        base="cts",
        status="not_checked",
    ),
    Case("freqtrade", freqtrade_position(), base="freqtrade", status="not_checked"),
    Case("freqtrade without an open position", base="freqtrade"),
    Case("hummingbot keeps no positions", base="hummingbot", status="not_applicable"),
)
