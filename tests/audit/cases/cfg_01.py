"""Cases of CFG-01: settings that do not parse as their type."""

from tests.audit.case import Case
from tests.audit.rows import row

_FOUND = ("system_settings.value",)


def settings(value_type: str, *values: object) -> str:
    """Return a setting of this type for each value."""
    return "".join(
        row("system_settings", key=f"{value_type}.{number}", value=value, value_type=value_type)
        for number, value in enumerate(values)
    )


def _one(value_type: str, value: str) -> Case:
    return Case(f"{value_type} {value!r}", settings(value_type, value), base="cts", objects=_FOUND)


_ANOTHER_SHAPE = (
    "CREATE TABLE system_settings (id INTEGER PRIMARY KEY, key TEXT, value, value_type TEXT);"
    "INSERT INTO system_settings (key, value, value_type) VALUES ('a', {value}, '{type}');"
)

DEFECT = (
    *(_one("integer", value) for value in ("7 days", "", "1.5", "007", "1e3", "+5")),
    *(_one("boolean", value) for value in ("yes", "True", "1", "")),
    *(_one("json", value) for value in ("{", "{'a': 1}", "")),
    *(_one("number", value) for value in ("1,5", "1.2.3", "e", "", "0x10", "1e999", "--1")),
    Case(
        "no value at all",
        _ANOTHER_SHAPE.format(value="NULL", type="integer"),
        objects=_FOUND,
    ),
)

NEAR_MISS = (
    Case("integers", settings("integer", "0", "-5", "9000000000"), base="cts"),
    Case("booleans", settings("boolean", "true", "false"), base="cts"),
    Case("JSON", settings("json", "{}", "[1]", '"a"', "null"), base="cts"),
    Case(
        "numbers",
        settings("number", "0", "-1.5", "1e-8", "1E5", ".5", "5.", "+3", "0.001"),
        base="cts",
    ),
    Case("text", settings("string", "", "7 days", "{"), base="cts"),
    Case("a number stored as one", _ANOTHER_SHAPE.format(value="5", type="integer")),
    Case("no value for a text", _ANOTHER_SHAPE.format(value="NULL", type="string")),
    Case("the legacy shape has no types", base="cts_legacy", status="not_checked"),
    Case("no settings", base="freqtrade", status="not_applicable"),
)
