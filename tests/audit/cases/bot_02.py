"""Cases of BOT-02: bots that run without what they need."""

from tests.audit.case import Case

_RUN = "UPDATE bot_instances SET status = 'running';"
_PLAIN = "CREATE TABLE bot_instances (id INTEGER PRIMARY KEY, strategy_id, connection_id, status);"

DEFECT = (
    Case(
        "the strategy is off",
        _RUN + "UPDATE strategies SET is_active = 0;",
        base="cts",
        objects=("bot_instances.strategy_id",),
    ),
    Case(
        "the strategy is gone",
        _RUN + "DELETE FROM strategies;",
        base="cts",
        objects=("bot_instances.strategy_id",),
    ),
    Case(
        "no connection",
        _RUN + "UPDATE bot_instances SET connection_id = NULL;",
        base="cts",
        objects=("bot_instances.connection_id",),
    ),
    Case(
        "both",
        _RUN
        + "UPDATE bot_instances SET connection_id = NULL; UPDATE strategies SET is_active = 0;",
        base="cts",
        objects=("bot_instances.connection_id", "bot_instances.strategy_id"),
    ),
    Case(
        "no table of strategies, no connection",
        _PLAIN + "INSERT INTO bot_instances VALUES (1, 1, NULL, 'RUNNING');",
        objects=("bot_instances.connection_id",),
    ),
)

NEAR_MISS = (
    Case("all is there", _RUN, base="cts"),
    Case(
        "a stopped bot",
        "UPDATE bot_instances SET connection_id = NULL; UPDATE strategies SET is_active = 0;",
        base="cts",
    ),
    Case(
        "no table of strategies",
        _PLAIN + "INSERT INTO bot_instances VALUES (1, 1, 1, 'running');",
        status="not_checked",
    ),
    Case("no bots", base="cts_legacy", status="not_applicable"),
)
