"""Cases of ORD-01: trades that do not add up to `filled`."""

from tests.audit.case import Case
from tests.audit.rows import ago, order, trade

_LEGACY = (
    "INSERT INTO orders (id, connection_id, symbol, side, type, price, amount, filled, remaining,"
    " status, created_at, updated_at) VALUES (7, 1, 'BTCUSDT', 'buy', 'limit', 100, 2, 2, 0,"
    " 'filled', '2024-05-01 10:00:00', '2024-05-01 10:01:00');"
    "INSERT INTO trades (connection_id, order_id, symbol, side, price, amount, executed_at)"
    " VALUES (1, 7, 'BTCUSDT', 'buy', 100, {amount}, '2024-05-01 10:00:30');"
)

DEFECT = (
    Case(
        "a trade is missing", order() + order(2) + trade(), base="cts", objects=("orders.filled",)
    ),
    Case("a trade twice", order() + trade() + trade(2), base="cts", objects=("orders.filled",)),
    Case(
        "the legacy shape",
        _LEGACY.format(amount=1.5),
        base="cts_legacy",
        objects=("orders.filled",),
    ),
)

NEAR_MISS = (
    Case(
        "two trades make one order", order() + trade(amount=0.5) + trade(2, amount=1.5), base="cts"
    ),
    Case("within half a step", order() + trade(amount=2.0004), base="cts"),
    Case("changed this minute", order(updated_at=ago(5)) + trade(amount=1.0), base="cts"),
    Case(
        "older than the first trade of the connection",
        order() + order(2, created_at=ago(90_000), updated_at=ago(80_000)) + trade(),
        base="cts",
    ),
    Case("nothing filled, nothing traded", order(filled=0.0, status="open"), base="cts"),
    Case("the legacy shape", _LEGACY.format(amount=2), base="cts_legacy"),
    Case("no trades apart from the orders", base="freqtrade", status="not_applicable"),
    Case("hummingbot keeps no filled amount", base="hummingbot", status="not_checked"),
)
