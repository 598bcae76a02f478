"""Cases of CFG-02: rows older than the retention allows."""

from tests.audit.case import Case
from tests.audit.rows import ago, candle, row

_DAY = 86_400


def line(number: int, created_at: object, **values: object) -> str:
    """Return a line of the log."""
    return row(
        "site_logs",
        **{"id": number, "category": "engine", "message": "m", "created_at": created_at} | values,
    )


def signal(number: int, calculated_at: object) -> str:
    """Return an indication."""
    return row(
        "indications",
        id=number,
        connection_id=1,
        trading_pair_id=1,
        indication_type="move",
        timeframe="1m",
        calculated_at=calculated_at,
    )


def setting(key: str, value: str) -> str:
    """Return an update of a setting of retention."""
    return f"UPDATE system_settings SET value = '{value}' WHERE key = 'retention.{key}';"


_OLD = candle(1, ago(8.1 * _DAY))
_LEGACY = (
    "INSERT INTO system_settings (key, value) VALUES ('{key}', '{value}');"
    "INSERT INTO market_data (connection_id, symbol, price, timestamp)"
    " VALUES (1, 'BTCUSDT', 100, datetime('now', '{age}'));"
)

DEFECT = (
    Case("a candle", _OLD, base="cts", objects=("market_data.open_time",), severity="warning"),
    Case("a log line", line(1, ago(31.1 * _DAY)), base="cts", objects=("site_logs.created_at",)),
    Case(
        "a signal", signal(1, ago(3.1 * _DAY)), base="cts", objects=("indications.calculated_at",)
    ),
    Case(
        "all three",
        _OLD + line(1, ago(40 * _DAY)) + signal(1, ago(9 * _DAY)),
        base="cts",
        objects=("indications.calculated_at", "market_data.open_time", "site_logs.created_at"),
    ),
    Case(
        "the cleanup is off",
        _OLD + setting("enabled", "false"),
        base="cts",
        objects=("market_data.open_time",),
        severity="info",
    ),
    Case(
        "a shorter setting",
        candle(1, ago(2.5 * _DAY)) + setting("market_data_days", "1"),
        base="cts",
        objects=("market_data.open_time",),
    ),
    Case(
        "one setting is no number, the others are asked",
        _OLD + setting("site_log_days", "a month"),
        base="cts",
        objects=("market_data.open_time",),
    ),
    Case(
        "no index on the time",
        "DROP INDEX idx_market_data_open_time;" + _OLD,
        base="cts",
        objects=("market_data.open_time",),
    ),
    Case(
        "the legacy shape, and the name of before",
        _LEGACY.format(key="marketDataRetentionDays", value=7, age="-9 days"),
        base="cts_legacy",
        objects=("market_data.open_time",),
    ),
)

# The statistics say that the table is large.
_LARGE = (
    "DROP INDEX idx_market_data_open_time; ANALYZE;"
    "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('market_data', NULL, '2000000');"
)

NEAR_MISS = (
    Case("new and empty", base="cts"),
    Case("within one cleanup", candle(1, ago(7.9 * _DAY)), base="cts"),
    Case("a log line within one", line(1, ago(30.9 * _DAY)), base="cts"),
    Case("a signal within one", signal(1, ago(2.9 * _DAY)), base="cts"),
    Case("a longer setting", _OLD + setting("market_data_days", "3650"), base="cts"),
    Case(
        "a setting that is no number",
        _OLD + setting("market_data_days", "a week"),
        base="cts",
        status="not_checked",
    ),
    Case(
        "a setting of nothing",
        _OLD + setting("market_data_days", "0"),
        base="cts",
        status="not_checked",
    ),
    Case(
        "no retention is set",
        _OLD + "DELETE FROM system_settings WHERE key LIKE 'retention.%';",
        base="cts",
        status="not_applicable",
    ),
    Case(
        "a large table without an index",
        _OLD + _LARGE,
        base="cts",
        profile="standard",
        status="not_checked",
    ),
    Case(
        "the legacy shape",
        _LEGACY.format(key="retention.market_data_days", value=7, age="-7 days"),
        base="cts_legacy",
    ),
    Case(
        "signals of the legacy shape are not known",
        "INSERT INTO system_settings (key, value) VALUES ('indicationRetentionHours', '48');",
        base="cts_legacy",
        status="not_checked",
    ),
    Case("no settings", base="freqtrade", status="not_applicable"),
)
