"""Cases of PF-02: a metric row that counts other trades than there are."""

from tests.audit.case import Case
from tests.audit.rows import MIDNIGHT, ago, metric, position, trade

_FOUND = ("performance_metrics.total_trades",)
_HOUR = 3_600_000


def _closed(number: int, at: int, **values: object) -> str:
    """Return a position that was closed so many milliseconds after the day began."""
    times = {"opened_at": MIDNIGHT - 86_400_000, "closed_at": MIDNIGHT + at}
    return position(number, **{"status": "closed"} | times | values)


_TWO = _closed(1, _HOUR) + _closed(2, 5 * _HOUR)

DEFECT = (
    Case("too many", metric(total_trades=3) + _TWO, base="cts", objects=_FOUND, severity="info"),
    Case("too few", metric(total_trades=1) + _TWO, base="cts", objects=_FOUND),
    Case("none there", metric(total_trades=4), base="cts", objects=_FOUND),
    Case(
        "an hour",
        metric(
            period="hourly",
            period_start=MIDNIGHT + _HOUR,
            calculated_at=MIDNIGHT + 2 * _HOUR,
            total_trades=2,
        )
        + _TWO,
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "of one connection",
        metric(connection_id=1, total_trades=2)
        + _closed(1, _HOUR)
        + _closed(2, _HOUR, connection_id=2),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "neither positions nor trades",
        metric(total_trades=5)
        + _closed(1, _HOUR)
        + trade(1, position_id=1, executed_at=MIDNIGHT + _HOUR)
        + trade(2, position_id=1, executed_at=MIDNIGHT + _HOUR),
        base="cts",
        objects=_FOUND,
    ),
)

NEAR_MISS = (
    Case("positions that were closed", metric(total_trades=2) + _TWO, base="cts"),
    Case("nothing happened", metric() + position(), base="cts"),
    Case(
        "an hour",
        metric(
            period="hourly",
            period_start=MIDNIGHT + _HOUR,
            calculated_at=MIDNIGHT + 2 * _HOUR,
            total_trades=1,
        )
        + _closed(1, _HOUR + 600_000),
        base="cts",
    ),
    Case(
        "trades that were executed",
        metric(total_trades=2)
        + _closed(1, _HOUR)
        + trade(1, position_id=1, executed_at=MIDNIGHT + _HOUR)
        + trade(2, position_id=1, executed_at=MIDNIGHT + _HOUR),
        base="cts",
    ),
    Case(
        "of one connection",
        metric(connection_id=1, total_trades=1)
        + _closed(1, _HOUR)
        + _closed(2, _HOUR, connection_id=2),
        base="cts",
    ),
    Case("another portfolio", metric() + _closed(1, _HOUR, portfolio_id=2), base="cts"),
    Case("a moment before midnight", metric() + _closed(1, 86_399_000), base="cts"),
    Case("a moment after midnight", metric(total_trades=1) + _closed(1, 86_401_000), base="cts"),
    Case(
        "computed before the day was over",
        metric(total_trades=1, calculated_at=MIDNIGHT + 2 * _HOUR) + _TWO,
        base="cts",
    ),
    Case(
        "a local day",
        metric(period_start=MIDNIGHT - 2 * _HOUR, total_trades=5) + _TWO,
        base="cts",
        status="not_checked",
    ),
    Case("a week", metric(period="weekly", total_trades=5, calculated_at=ago(60)), base="cts"),
    Case("another kind of metrics", base="cts_legacy", status="not_applicable"),
    Case("freqtrade", base="freqtrade", status="not_applicable"),
)
