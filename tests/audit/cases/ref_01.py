"""Cases of REF-01: references that lead nowhere."""

from tests.audit.case import Case
from tests.audit.foreign_rows import PLAIN
from tests.audit.rows import AT, row


def _preset(number: int = 1, **values: object) -> str:
    return row(
        "presets",
        **{
            "id": number,
            "user_id": 1,
            "strategy_id": 1,
            "name": f"p{number}",
            "preset_type": "main",
            "indication_type": "move",
            "is_active": 1,
            "created_at": AT,
            "updated_at": AT,
        }
        | values,
    )


_TABLES = (
    PLAIN + "CREATE TABLE bot_instances (id INTEGER PRIMARY KEY, strategy_id, status);"
    "CREATE TABLE presets (id INTEGER PRIMARY KEY, strategy_id, preset_type, is_active);"
    "CREATE TABLE strategies (id INTEGER PRIMARY KEY, strategy_type, is_active);"
    "CREATE TABLE indications (id, preset_id, indication_type, calculated_at, expires_at);"
    "INSERT INTO bot_instances VALUES (1, 1, 'running');"
    "INSERT INTO presets VALUES (1, 1, 'main', 1);"
    "INSERT INTO strategies VALUES (1, 'base', 1);"
)
_GUARDED = (
    "CREATE TABLE strategies (id INTEGER PRIMARY KEY, strategy_type, is_active);"
    "CREATE TABLE presets (id INTEGER PRIMARY KEY, strategy_id REFERENCES strategies, preset_type,"
    " is_active); INSERT INTO presets VALUES (1, 7, 'main', 1);"
)

DEFECT = (
    Case(
        "an active preset without a strategy",
        _preset() + _preset(2, strategy_id=None),
        base="cts",
        objects=("presets.strategy_id",),
    ),
    Case(
        "an order of a bot that is gone",
        _TABLES + row("orders", id=1, bot_id=2),
        objects=("orders.bot_id",),
    ),
    Case(
        "all of them",
        _TABLES
        + row("orders", id=1, bot_id=2)
        + row("indications", id=1, preset_id=7)
        + row("presets", id=2, strategy_id=7, is_active=0)
        + row("presets", id=3, is_active=1),
        objects=(
            "indications.preset_id",
            "orders.bot_id",
            "presets.strategy_id",
            "presets.strategy_id",
        ),
    ),
)

NEAR_MISS = (
    Case("a strategy", _preset(), base="cts"),
    Case("an inactive preset", _preset(strategy_id=None, is_active=0), base="cts"),
    Case(
        "every value has its row, or there is none",
        _TABLES
        + row("orders", id=1, bot_id=1)
        + row("orders", id=2)
        + row("indications", id=1, preset_id=1),
    ),
    Case("a foreign key, which INT-02 answers", _GUARDED),
    Case(
        "the other table is not there",
        PLAIN + row("orders", id=1, bot_id=2),
        status="not_applicable",
    ),
    Case("the legacy shape has no such references", base="cts_legacy", status="not_applicable"),
    Case("nor has freqtrade", base="freqtrade", status="not_applicable"),
    Case("nor has hummingbot", base="hummingbot", status="not_applicable"),
)
