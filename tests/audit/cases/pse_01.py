"""Cases of PSE-01: simulated positions that contradict themselves."""

from tests.audit.case import Case
from tests.audit.rows import ago, row

_DAY_S = 86_400


def _simulated(**values: object) -> str:
    return row(
        "pseudo_positions",
        **{
            "id": 1,
            "connection_id": 1,
            "trading_pair_id": 1,
            "side": "long",
            "entry_price": 100.0,
            "quantity": 1.0,
            "status": "active",
            "opened_at": ago(3600),
            "updated_at": ago(60),
        }
        | values,
    )


def _legacy(**values: object) -> str:
    return row(
        "pseudo_positions",
        **{"id": 1, "symbol": "BTCUSDT", "entry_price": 100.0, "volume": 1.0} | values,
    )


DEFECT = (
    Case(
        "active and closed",
        _simulated(closed_at=ago(60)),
        base="cts",
        objects=("pseudo_positions.status",),
        confidence="certain",
    ),
    Case(
        "closed without a time",
        _simulated(status="closed"),
        base="cts",
        objects=("pseudo_positions.status",),
    ),
    Case(
        "closed before it was opened",
        _simulated(status="cancelled", closed_at=ago(3700)),
        base="cts",
        objects=("pseudo_positions.status",),
    ),
    Case(
        "active for eight days",
        _simulated(opened_at=ago(8 * _DAY_S)),
        base="cts",
        objects=("pseudo_positions.opened_at",),
        confidence="likely",
    ),
    Case(
        "the legacy shape: open and closed",
        _legacy(status="open", closed_at="2024-05-01 10:00:00", opened_at="2024-05-01 09:00:00"),
        base="cts_legacy",
        objects=("pseudo_positions.status",),
    ),
    Case(
        "the legacy shape: forgotten",
        _legacy(status="active", opened_at="2024-05-01 09:00:00"),
        base="cts_legacy",
        objects=("pseudo_positions.opened_at",),
    ),
)

NEAR_MISS = (
    Case("active", _simulated(), base="cts"),
    Case("closed", _simulated(status="closed", closed_at=ago(60)), base="cts"),
    Case("active for six days", _simulated(opened_at=ago(6 * _DAY_S)), base="cts"),
    Case("clocks apart by a second", _simulated(status="closed", closed_at=ago(3601)), base="cts"),
    Case(
        "closed after a month",
        _simulated(status="closed", opened_at=ago(30 * _DAY_S), closed_at=ago(60)),
        base="cts",
    ),
    Case("the legacy shape", _legacy(), base="cts_legacy"),
    Case(
        "the legacy shape: a word that says nothing about its end",
        _legacy(status="paused"),
        base="cts_legacy",
    ),
    Case("no simulated positions", base="freqtrade", status="not_applicable"),
)
