"""Cases of GEN-06: instants in the future."""

from tests.audit.case import Case
from tests.audit.rows import ago, ahead, candle, order, position, row, trade

_FUTURE_TEXT = "strftime('%Y-%m-%d %H:%M:%S', 'now', '{}')"


def _text(modifier: str) -> str:
    return _FUTURE_TEXT.format(modifier)


def _column(name: str, value: str) -> str:
    return f"CREATE TABLE t ({name}); INSERT INTO t VALUES ({value});"


DEFECT = (
    Case(
        "an order of tomorrow",
        order(created_at=ahead(86_400)),
        base="cts",
        objects=("orders.created_at",),
        confidence="certain",
        severity="error",
    ),
    Case(
        "six minutes ahead",
        position(updated_at=ahead(360)) + trade(recorded_at=ahead(360)),
        base="cts",
        objects=("positions.updated_at", "trades.recorded_at"),
    ),
    Case(
        "v3.1, an hour ahead of UTC",
        "INSERT INTO site_logs (level, message, timestamp) VALUES ('info', 'm', "
        f"{_text('+1 hour')});",
        base="cts_legacy",
        objects=("site_logs.timestamp",),
        confidence="certain",
    ),
    Case(
        "freqtrade, under its own name",
        "INSERT INTO trades (exchange, pair, is_open, fee_open, fee_close, open_rate, stake_amount,"
        f" amount, open_date) VALUES ('binance', 'A/B', 1, 0, 0, 1, 1, 1, {_text('+2 hours')});",
        base="freqtrade",
        objects=("trades.open_date",),
        confidence="likely",
    ),
    Case(
        "seconds in a stranger's file",
        _column("created_at INTEGER", "unixepoch() + 3600"),
        objects=("t.created_at",),
        confidence="likely",
    ),
    Case(
        "text with a zone behind UTC",
        _column("sentAt TEXT", "strftime('%Y-%m-%dT%H:%M:%S', 'now', '+6 hours') || '-12:00'"),
        objects=("t.sentAt",),
    ),
    Case(
        "two days ahead in text",
        _column("updated_at DATETIME", _text("+2 days")),
        objects=("t.updated_at",),
    ),
    Case(
        "hidden by a mark of never",
        "CREATE TABLE t (deleted_at INTEGER); INSERT INTO t VALUES (9223372036854775807),"
        " ((unixepoch() + 3600) * 1000);",
        objects=("t.deleted_at",),
    ),
    Case(
        "hidden by a text",
        "CREATE TABLE t (deleted_at INTEGER); INSERT INTO t VALUES ('never'),"
        " ((unixepoch() + 3600) * 1000);",
        objects=("t.deleted_at",),
    ),
)

NEAR_MISS = (
    Case(
        "within five minutes",
        order(created_at=ahead(240)) + position(updated_at=ago(0)),
        base="cts",
    ),
    Case(
        "planned times",
        row(
            "connection_coordination",
            id=1,
            connection_id=1,
            owner="o",
            lease_expires_at=ahead(3600),
            updated_at=ago(1),
        ),
        base="cts",
    ),
    Case(
        "what other rules tell",
        trade(executed_at=ahead(3600)) + candle(1, ahead(3600), received_at=ago(1)),
        base="cts",
    ),
    Case(
        "a stranger's text may be in local time",
        _column("created_at DATETIME", _text("+9 hours")),
    ),
    Case(
        "a stranger's plans",
        "CREATE TABLE t (created_at TEXT, scheduled_at TEXT, next_run_at TEXT, starts_at TEXT,"
        " published_at TEXT, hire_date TEXT);"
        "INSERT INTO t VALUES ('2024-01-01', '2099-01-01', '2099-01-01', '2099-01-01',"
        " '2099-01-01', '2099-01-01');",
    ),
    Case(
        "never",
        "CREATE TABLE t (deleted_at INTEGER, closed_at TEXT);"
        "INSERT INTO t VALUES (9223372036854775807, '9999-12-31 23:59:59'), (0, 'never');",
    ),
    Case("nothing past", _column("starts_at INTEGER", "1"), status="not_applicable"),
    Case("the v3.1 file", base="cts_legacy"),
)
