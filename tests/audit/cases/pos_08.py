"""Cases of POS-08: a stop or target on the wrong side of the price."""

from tests.audit.case import Case
from tests.audit.rows import ago, position

_FOUND = ("positions.stop_loss",)
_LEGACY = (
    "INSERT INTO strategies_real (connection_id, symbol, side, entry_price, current_price, volume,"
    " status, stop_loss, take_profit) VALUES (1, 'BTCUSDT', {}, 'active', {});"
)

DEFECT = (
    Case(
        "a long past its stop",
        position(current_price=90.0, stop_loss=95.0),
        base="cts",
        objects=_FOUND,
        confidence="certain",
    ),
    Case(
        "a long past its target",
        position(current_price=120.0, take_profit=110.0),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "a short past its stop",
        position(side="short", current_price=110.0, stop_loss=105.0),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "a short past its target",
        position(side="short", current_price=80.0, take_profit=90.0),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "far away",
        position(current_price=100.0, take_profit=1.0),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "an old price",
        position(current_price=90.0, stop_loss=95.0, updated_at=ago(400)),
        base="cts",
        objects=_FOUND,
        confidence="likely",
    ),
    Case(
        "one of each",
        position(current_price=90.0, stop_loss=95.0, updated_at=ago(400))
        + position(2, current_price=90.0, stop_loss=95.0),
        base="cts",
        objects=_FOUND * 2,
    ),
    Case(
        "the legacy shape",
        _LEGACY.format("'long', 100, 90, 1", "95, NULL"),
        base="cts_legacy",
        objects=("strategies_real.stop_loss",),
        confidence="likely",
    ),
)

NEAR_MISS = (
    Case(
        "between the two",
        position(current_price=100.0, stop_loss=95.0, take_profit=110.0),
        base="cts",
    ),
    Case(
        "a short between the two",
        position(side="short", current_price=100.0, stop_loss=110.0, take_profit=95.0),
        base="cts",
    ),
    Case(
        "a trailing stop past the entry",
        position(entry_price=100.0, current_price=130.0, stop_loss=120.0),
        base="cts",
    ),
    Case("at the stop", position(current_price=95.0, stop_loss=95.0), base="cts"),
    Case("no price", position(stop_loss=500.0), base="cts"),
    Case("no levels", position(current_price=100.0), base="cts"),
    Case(
        "closed",
        position(current_price=90.0, stop_loss=95.0, status="closed", closed_at=ago(9)),
        base="cts",
    ),
    Case(
        "legacy, percentages",
        _LEGACY.format("'long', 60000, 61000, 1", "2, 3"),
        base="cts_legacy",
        status="not_checked",
    ),
    Case("freqtrade keeps no price", base="freqtrade", status="not_checked"),
    Case("hummingbot keeps no positions", base="hummingbot", status="not_applicable"),
)
