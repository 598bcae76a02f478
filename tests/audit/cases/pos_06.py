"""Cases of POS-06: times that contradict the status."""

from tests.audit.case import Case
from tests.audit.foreign_rows import freqtrade_position
from tests.audit.rows import ago, position

_FOUND = ("positions.closed_at",)
_LEGACY = (
    "INSERT INTO strategies_real (connection_id, symbol, side, entry_price, volume, status,"
    " opened_at, closed_at) VALUES (1, 'BTCUSDT', 'long', 100, 1, {});"
)

DEFECT = (
    Case("open, with a closing time", position(closed_at=ago(60)), base="cts", objects=_FOUND),
    Case("closed, without", position(status="closed"), base="cts", objects=_FOUND),
    Case("liquidated, without", position(status="liquidated"), base="cts", objects=_FOUND),
    Case(
        "closed before it was opened",
        position(status="closed", closed_at=ago(9000)),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "all of them",
        position(closed_at=ago(60))
        + position(2, status="closed")
        + position(3, status="closed", closed_at=ago(9000)),
        base="cts",
        objects=_FOUND * 3,
    ),
    Case(
        "freqtrade",
        freqtrade_position(is_open=0),
        base="freqtrade",
        objects=("trades.close_date",),
    ),
    Case(
        "the legacy shape",
        _LEGACY.format("'closed', '2024-05-02 00:00:00', '2024-05-01 23:00:00'"),
        base="cts_legacy",
        objects=("strategies_real.closed_at",),
    ),
)

NEAR_MISS = (
    Case("open", position(), base="cts"),
    Case("closed", position(status="closed", closed_at=ago(60)), base="cts"),
    Case("closed at once", position(status="closed", closed_at=ago(3560)), base="cts"),
    Case("two clocks", position(status="closed", closed_at=ago(3562)), base="cts"),
    Case("a word that says neither", position(status="pending"), base="cts"),
    Case("freqtrade", freqtrade_position(), base="freqtrade"),
    Case(
        "the legacy shape",
        _LEGACY.format("'active', '2024-05-02 00:00:00', NULL"),
        base="cts_legacy",
    ),
    Case("hummingbot keeps no positions", base="hummingbot", status="not_applicable"),
)
