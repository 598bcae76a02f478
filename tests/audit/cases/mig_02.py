"""Cases of MIG-02: applied migrations whose file has changed."""

from cts_console.migrate import MigrationItem, MigrationStatus
from tests.audit.case import Case

_CTS = "PRAGMA application_id = 1129599811; CREATE TABLE t (a);"
_APPLIED = MigrationItem("000_a.sql", 0, "applied", 1, 1, "")
_CHANGED = MigrationItem("001_b.sql", 1, "changed", 1, 1, "")
_PENDING = MigrationItem("002_c.sql", 2, "pending", None, None, "")

DEFECT = (
    Case(
        "one",
        _CTS,
        objects=("001_b.sql",),
        severity="error",
        migrations=MigrationStatus(2, 2, 0, (_APPLIED, _CHANGED)),
    ),
    Case(
        "another checksum in the database",
        "UPDATE migrations SET checksum = '" + "0" * 64 + "' WHERE name LIKE '012%';",
        base="cts",
        objects=("012_create_alerts_table.sql",),
    ),
)

NEAR_MISS = (
    Case("all as applied", base="cts"),
    Case(
        "pending, which is MIG-01's",
        _CTS,
        migrations=MigrationStatus(2, 1, 1, (_APPLIED, _PENDING)),
    ),
    Case("another program's database", "CREATE TABLE t (a);", status="not_applicable"),
)
