"""Cases of GEN-05: instants in several units or forms."""

from tests.audit.case import Case
from tests.audit.rows import AT, order


def _column(declared: str, *values: str) -> str:
    listed = ", ".join(f"({value})" for value in values)
    return f"CREATE TABLE t ({declared}); INSERT INTO t VALUES {listed};"


def _legacy(*values: str) -> str:
    return "".join(
        f"INSERT INTO market_data (symbol, price, timestamp) VALUES ('BTCUSDT', 1, {value});"
        for value in values
    )


_ALL = ("t.created_at",)

DEFECT = (
    Case(
        "seconds beside milliseconds",
        _column("created_at INTEGER", "1700000000", "1700000000000", "1700000060000", "0", "NULL"),
        objects=_ALL,
        confidence="certain",
        severity="error",
    ),
    Case(
        "numbers beside text",
        _column("created_at DATETIME", "1700000000000", "'2024-05-01 10:00:00'"),
        objects=_ALL,
    ),
    Case(
        "text with a space beside text with T and Z",
        _column("created_at TEXT", "'2024-05-01 10:00:00'", "'2024-05-01T09:00:00.000Z'"),
        objects=_ALL,
    ),
    Case(
        "a zone here and none there",
        _column("created_at TEXT", "'2024-05-01 10:00:00'", "'2024-05-01 10:00:00.123456+00:00'"),
        objects=_ALL,
    ),
    Case(
        "two zones",
        _column("created_at", "'2024-05-01T10:00:00Z'", "'2024-05-01T10:00:00-05:30'"),
        objects=_ALL,
    ),
    Case(
        "numbers in a text column",
        _column("created_at TEXT", "1700000000", "1700000000000"),
        objects=_ALL,
    ),
    Case(
        "seconds behind a text that is none",
        _column("created_at INTEGER", "1700000000", "1700000000000", "'soon'"),
        objects=_ALL,
    ),
    Case(
        "a name with humps, and seconds as fractions",
        _column('"executedAt" REAL', "1700000000.5", "1700000000000000"),
        objects=("t.executedAt",),
    ),
    Case(
        "the key of the table",
        _column("timestamp INTEGER PRIMARY KEY", "1700000000", "1700000000000"),
        objects=("t.timestamp",),
    ),
    Case(
        "seconds in the CTS schema",
        order(created_at=AT // 1000),
        base="cts",
        objects=("orders.created_at",),
    ),
    Case(
        "seconds beside milliseconds in the CTS schema",
        order() + order(2, created_at=AT // 1000),
        base="cts",
        objects=("orders.created_at",),
    ),
    Case(
        "v3.1: text without a zone, said once",
        _legacy("'2024-05-01 10:00:00'", "'2024-05-01 10:00:01'")
        + "INSERT INTO site_logs (level, message) VALUES ('info', 'm');",
        base="cts_legacy",
        objects=(None,),
        severity="info",
    ),
    Case(
        "v3.1: text beside milliseconds",
        _legacy("'2024-05-01 10:00:00'", "1714557600000"),
        base="cts_legacy",
        objects=("market_data.timestamp",),
        severity="error",
    ),
)

NEAR_MISS = (
    Case(
        "one form each, whichever it is",
        _column(
            "id INTEGER PRIMARY KEY, a_at INTEGER, b_at INTEGER, c_at TEXT, d_at DATETIME, e_at",
            "1, 1700000000, 1700000000000, '2024-05-01T10:00:00Z', '2024-05-01 10:00:00', 1.7e9",
            "2, 1700000001, 1600000000000, '2024-05-01T10:00:00.5Z', '2024-05-01 10:00', 1.6e9",
            "3, 0, NULL, NULL, '', 0",
        ),
    ),
    Case(
        "a date alone beside date and time",
        _column("d DATE, at DATETIME", "'2024-05-01', '2024-05-01'", "'x', '2024-05-01 10:00:00'"),
    ),
    Case(
        "durations in nanoseconds",
        _column("response_time INTEGER", "12", "400000000", "400000000000", "7000"),
    ),
    Case(
        "never and for ever",
        _column(
            "expires_at INTEGER", "1700000000000", "9223372036854775807", "253402300799000", "0"
        ),
    ),
    Case("years", _column("release_date INTEGER", "1999", "2024")),
    Case(
        "two units in two columns",
        _column("a_at INTEGER, b_at INTEGER", "1700000000, 1700000000000"),
    ),
    Case(
        "no instants",
        "CREATE TABLE t (lifetime INTEGER, latitude REAL, format TEXT);"
        "INSERT INTO t VALUES (1700000000, 1700000000000, 'T');",
        status="not_applicable",
    ),
    Case("the CTS schema", order(), base="cts"),
    Case("freqtrade", base="freqtrade"),
    Case("hummingbot", base="hummingbot"),
)
