"""Cases of ENG-04: the live flag where it should not be."""

from tests.audit.case import Case
from tests.audit.rows import ago, connection

_DAY = 86_400

DEFECT = (
    Case(
        "on a testnet",
        connection(2, is_testnet=1),
        base="cts",
        objects=("exchange_connections.is_testnet",),
        severity="error",
    ),
    Case(
        "on a testnet that was never tested: one trouble",
        connection(2, is_testnet=1, last_test_result=None, last_test_at=None),
        base="cts",
        objects=("exchange_connections.is_testnet",),
    ),
    Case(
        "the test failed",
        connection(2, last_test_result="failed"),
        base="cts",
        objects=("exchange_connections.last_test_result",),
        severity="error",
    ),
    Case(
        "never tested, and switched off",
        connection(2, last_test_result=None, last_test_at=None, is_enabled=0, is_active=0),
        base="cts",
        objects=("exchange_connections.last_test_result",),
    ),
    Case(
        "tested 31 days ago",
        connection(2, last_test_at=ago(31 * _DAY)),
        base="cts",
        objects=("exchange_connections.last_test_at",),
        severity="warning",
    ),
    Case(
        "one of each",
        connection(2, is_testnet=1)
        + connection(3, last_test_result="timeout")
        + connection(4, last_test_at=ago(400 * _DAY)),
        base="cts",
        objects=(
            "exchange_connections.is_testnet",
            "exchange_connections.last_test_at",
            "exchange_connections.last_test_result",
        ),
    ),
)

NEAR_MISS = (
    Case("tested 29 days ago", connection(2, last_test_at=ago(29 * _DAY)), base="cts"),
    Case("a success without a date", connection(2, last_test_at=None), base="cts"),
    Case(
        "a testnet that is not live",
        connection(2, is_testnet=1, is_live_trade=0, last_test_result=None),
        base="cts",
    ),
    Case("the legacy shape does not say what is live", base="cts_legacy", status="not_checked"),
    Case("no connections", base="freqtrade", status="not_applicable"),
)
