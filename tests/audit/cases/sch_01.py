"""Cases of SCH-01: tables of the expected schema that are missing."""

from tests.audit.case import Case

DEFECT = (
    Case("a table was dropped", "DROP TABLE alerts;", base="cts", objects=("alerts",)),
    Case(
        "two of them",
        "DROP TABLE alerts; DROP TABLE risk_limits;",
        base="cts",
        objects=("alerts", "risk_limits"),
        severity="error",
    ),
    Case(
        "renamed",
        "ALTER TABLE risk_limits RENAME TO old_limits;",
        base="cts",
        objects=("risk_limits",),
    ),
    Case(
        "a view",
        "DROP VIEW v_daily_volume;",
        base="cts",
        objects=("v_daily_volume",),
        severity="warning",
    ),
)

NEAR_MISS = (
    Case("whole", base="cts"),
    Case("tables of one's own", "CREATE TABLE notes (id INTEGER PRIMARY KEY);", base="cts"),
    Case(
        "a pending migration would make it",
        "DROP TABLE alerts; DELETE FROM migrations WHERE name >= '012';",
        base="cts",
    ),
    Case(
        "migrated by a newer console",
        "DROP TABLE alerts;UPDATE migrations SET name = '900_new.sql' WHERE name LIKE '072%';",
        base="cts",
        status="not_checked",
    ),
    Case(
        "no migration applied yet",
        "PRAGMA application_id = 1129599811; CREATE TABLE t (a);",
        status="not_applicable",
    ),
    Case("another program's database", base="freqtrade", status="not_applicable"),
    Case("the old system's database", base="cts_legacy", status="not_applicable"),
)
