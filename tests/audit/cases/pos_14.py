"""Cases of POS-14: a position of the exchange that is not brought up to date."""

from tests.audit.case import Case
from tests.audit.rows import NOW, ago, exchange_position, row

_FOUND = ("exchange_positions.sync_status",)
_FUTURES = "UPDATE exchange_connections SET api_type = 'perpetual_futures';"


def _engine(status: str = "running") -> str:
    return row("trade_engine_state", connection_id=1, status=status, updated_at=NOW)


DEFECT = (
    Case(
        "does not agree",
        _FUTURES + _engine() + exchange_position(sync_status="mismatch"),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "failed",
        _FUTURES + _engine() + exchange_position(sync_status="error"),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "old",
        _FUTURES + _engine() + exchange_position(synced_at=ago(400)),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "never synced",
        _FUTURES
        + _engine()
        + exchange_position(synced_at=None, sync_status="pending", updated_at=ago(400)),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "all of them",
        _FUTURES
        + _engine()
        + exchange_position(sync_status="mismatch")
        + exchange_position(2, sync_status="stale")
        + exchange_position(3, synced_at=ago(400)),
        base="cts",
        objects=_FOUND * 3,
    ),
)

NEAR_MISS = (
    Case("synced", _FUTURES + _engine() + exchange_position(), base="cts"),
    Case("four minutes", _FUTURES + _engine() + exchange_position(synced_at=ago(240)), base="cts"),
    Case(
        "the engine is stopped",
        _FUTURES + _engine("stopped") + exchange_position(sync_status="stale", synced_at=ago(9000)),
        base="cts",
        status="not_applicable",
    ),
    Case(
        "nothing is left of it",
        _FUTURES + _engine() + exchange_position(synced_at=ago(9000), quantity=0.0),
        base="cts",
        status="not_applicable",
    ),
    Case(
        "a spot account",
        _engine() + exchange_position(synced_at=ago(9000)),
        base="cts",
        status="not_applicable",
    ),
    Case(
        "a spot pair",
        _FUTURES + _engine() + exchange_position(synced_at=ago(9000), trading_pair_id=1),
        base="cts",
        status="not_applicable",
    ),
    Case("legacy", base="cts_legacy", status="not_applicable"),
)
