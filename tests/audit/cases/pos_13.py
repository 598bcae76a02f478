"""Cases of POS-13: a position that only one side knows."""

from tests.audit.case import Case
from tests.audit.rows import NOW, ago, exchange_position, order, position, row

_FUTURES = "UPDATE exchange_connections SET api_type = 'perpetual_futures';"
_ONE_WAY = _FUTURES + "UPDATE exchange_connections SET position_mode = 'oneway';"
_ENGINE = row(
    "trade_engine_state",
    connection_id=1,
    status="running",
    started_at=ago(9000),
    last_realtime_run_at=ago(2),
    updated_at=NOW,
)


def _ours(number: int = 1, **values: object) -> str:
    return position(number, **{"trading_pair_id": 2, "updated_at": ago(300)} | values)


def _sold_here(seconds: int) -> str:
    return _ours(status="closed", closed_at=ago(seconds))


DEFECT = (
    Case(
        "only here, the engine runs",
        _FUTURES + _ENGINE + _ours(),
        base="cts",
        objects=("positions",),
        confidence="certain",
        severity="critical",
    ),
    Case(
        "only here, another was synced just now",
        _FUTURES + _ours() + _ours(2, side="short") + exchange_position(side="short"),
        base="cts",
        objects=("positions",),
        confidence="certain",
    ),
    Case(
        "the exchange says zero",
        _FUTURES + _ours() + exchange_position(quantity=0.0),
        base="cts",
        objects=("positions",),
    ),
    Case(
        "only here at the last sync",
        _FUTURES
        + _ours(updated_at=ago(9000))
        + _ours(2, side="short")
        + exchange_position(side="short", synced_at=ago(3000)),
        base="cts",
        objects=("positions",),
        confidence="likely",
    ),
    Case(
        "only there",
        _FUTURES + exchange_position(),
        base="cts",
        objects=("exchange_positions",),
        confidence="certain",
    ),
    Case(
        "only there at the last sync",
        _FUTURES + _sold_here(9000) + exchange_position(synced_at=ago(3000)),
        base="cts",
        objects=("exchange_positions",),
        confidence="likely",
    ),
    Case(
        "the other side there",
        _FUTURES + _ours() + exchange_position(side="short"),
        base="cts",
        objects=("exchange_positions", "positions"),
    ),
    Case(
        "only here, one way",
        _ONE_WAY + _ENGINE + _ours(quantity=3.0) + _ours(2, side="short"),
        base="cts",
        objects=("positions",),
    ),
)

NEAR_MISS = (
    Case("both", _FUTURES + _ENGINE + _ours() + exchange_position(), base="cts"),
    Case(
        "both in another size: POS-12",
        _FUTURES + _ENGINE + _ours(quantity=5.0) + exchange_position(),
        base="cts",
    ),
    Case(
        "long and short net out, one way",
        _ONE_WAY + _ENGINE + _ours() + _ours(2, side="short"),
        base="cts",
    ),
    Case(
        "the other side, one way: POS-12",
        _ONE_WAY + _ENGINE + _ours() + exchange_position(side="short"),
        base="cts",
    ),
    Case(
        "only here, and nobody asked the exchange",
        _FUTURES + _ours(),
        base="cts",
        status="not_checked",
    ),
    Case(
        "only here, changed a minute ago",
        _FUTURES + _ENGINE + _ours(updated_at=ago(60)),
        base="cts",
        status="not_checked",
    ),
    Case(
        "only here, and the engine that runs is silent",
        _FUTURES + _ENGINE.replace("running", "stopped") + _ours(),
        base="cts",
        status="not_checked",
    ),
    Case(
        "only here, an order just changed",
        _FUTURES + _ENGINE + _ours() + order(trading_pair_id=2, updated_at=ago(20)),
        base="cts",
        status="not_checked",
    ),
    Case(
        "only there, closed here after it was synced",
        _FUTURES + _sold_here(2000) + exchange_position(synced_at=ago(3000)),
        base="cts",
        status="not_checked",
    ),
    Case(
        "only there, an order just changed",
        _FUTURES + exchange_position() + order(trading_pair_id=2, updated_at=ago(20)),
        base="cts",
        status="not_checked",
    ),
    Case(
        "only there, and the sync failed",
        _FUTURES + exchange_position(sync_status="stale"),
        base="cts",
        status="not_checked",
    ),
    Case(
        "only there, a row that stayed behind",
        _FUTURES + _ENGINE + exchange_position(synced_at=ago(3000)),
        base="cts",
        status="not_checked",
    ),
    Case("a spot account", _ENGINE + _ours(), base="cts", status="not_applicable"),
    Case(
        "a spot pair",
        _FUTURES + _ENGINE + _ours(trading_pair_id=1),
        base="cts",
        status="not_applicable",
    ),
    Case("freqtrade", base="freqtrade", status="not_applicable"),
    Case("legacy", base="cts_legacy", status="not_applicable"),
)
