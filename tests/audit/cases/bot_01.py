"""Cases of BOT-01: bot counters that contradict each other."""

from tests.audit.case import Case

_SET = "UPDATE bot_instances SET total_trades = {0}, winning_trades = {1}, losing_trades = {2};"
_PLAIN = (
    "CREATE TABLE bot_instances (id INTEGER PRIMARY KEY, strategy_id, status, total_trades,"
    " winning_trades, losing_trades);"
)

DEFECT = (
    Case(
        "more wins and losses than trades",
        _SET.format(10, 7, 4),
        base="cts",
        objects=("bot_instances.total_trades",),
    ),
    Case(
        "fewer than none",
        _SET.format(10, 7, -1),
        base="cts",
        objects=("bot_instances.total_trades",),
    ),
    Case(
        "one counter is empty",
        _PLAIN + "INSERT INTO bot_instances VALUES (1, 1, 'running', 3, 4, NULL);",
        objects=("bot_instances.total_trades",),
    ),
)

NEAR_MISS = (
    Case("all decided", _SET.format(10, 6, 4), base="cts"),
    Case("some neither won nor lost", _SET.format(10, 5, 4), base="cts"),
    Case(
        "nobody counted all of them",
        _PLAIN + "INSERT INTO bot_instances VALUES (1, 1, 'running', NULL, 4, 4);",
    ),
    Case("no bots", base="cts_legacy", status="not_applicable"),
)
