"""Cases of ARC-01: archive against live table and against the cleanup log."""

from tests.audit.case import Case
from tests.audit.rows import AT, MIDNIGHT, candle, row


def _archived(number: int = 1, **values: object) -> str:
    return row(
        "archived_market_data",
        **{
            "id": number,
            "trading_pair_id": 1,
            "timeframe": "1m",
            "open_time": MIDNIGHT + number * 60_000,
            "open": 100.0,
            "high": 100.0,
            "low": 100.0,
            "close": 100.0,
            "volume": 1.0,
        }
        | values,
    )


def _run(**values: object) -> str:
    return row(
        "data_cleanup_log",
        **{
            "id": 5,
            "table_name": "market_data",
            "cleanup_type": "archive",
            "rows_deleted": 2,
            "rows_archived": 2,
            "status": "success",
            "started_at": AT,
            "finished_at": AT,
        }
        | values,
    )


def _tick(table: str, **values: object) -> str:
    return row(
        table,
        **{
            "connection_id": 1,
            "symbol": "BTCUSDT",
            "price": 100.0,
            "volume": 5.0,
            "timestamp": "2024-05-01 10:00:00",
        }
        | values,
    )


_TWO = _archived(1, cleanup_id=5) + _archived(2, cleanup_id=5)
_NO_LOG = "DROP TABLE data_cleanup_log;"

DEFECT = (
    Case(
        "archived and live",
        _archived() + candle(1, MIDNIGHT + 60_000),
        base="cts",
        objects=("archived_market_data",),
        confidence="likely",
    ),
    Case(
        "no log of cleanups",
        _NO_LOG + _archived() + candle(1, MIDNIGHT + 60_000),
        base="cts",
        objects=("archived_market_data",),
    ),
    Case(
        "fewer than the run says",
        _run(rows_archived=3) + _TWO,
        base="cts",
        objects=("data_cleanup_log.rows_archived",),
        confidence="likely",
    ),
    Case(
        "more than the run says",
        _run(rows_archived=1, status="partial") + _TWO,
        base="cts",
        objects=("data_cleanup_log.rows_archived",),
    ),
    Case(
        "none of the run",
        _run() + _archived(),
        base="cts",
        objects=("data_cleanup_log.rows_archived",),
    ),
    Case(
        "ticks archived and live",
        _tick("market_data") + _tick("archived_market_data"),
        base="cts_legacy",
        objects=("archived_market_data",),
    ),
)

NEAR_MISS = (
    Case("as the run says", _run() + _TWO, base="cts"),
    Case(
        "another timeframe, pair or time",
        _archived()
        + candle(1, MIDNIGHT + 60_000, timeframe="5m")
        + candle(2, MIDNIGHT + 60_000, trading_pair_id=2)
        + candle(3, MIDNIGHT),
        base="cts",
    ),
    Case(
        "a run that has not ended, or failed",
        _run(status="running") + _run(id=6, status="failed"),
        base="cts",
    ),
    Case("a run over another table", _run(table_name="site_logs"), base="cts"),
    Case("a run that archives nothing", _run(cleanup_type="delete", rows_archived=0), base="cts"),
    Case(
        "runs of ticks cannot be told apart",
        _tick("market_data") + _tick("archived_market_data", price=101.0),
        base="cts_legacy",
        status="not_checked",
    ),
    Case("freqtrade archives nothing", base="freqtrade", status="not_applicable"),
    Case("hummingbot archives nothing", base="hummingbot", status="not_applicable"),
)
