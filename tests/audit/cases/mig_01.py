"""Cases of MIG-01: pending migrations."""

from cts_console.migrate import MigrationItem, MigrationStatus
from tests.audit.case import Case

_CTS = "PRAGMA application_id = 1129599811; CREATE TABLE t (a);"
_APPLIED = MigrationItem("000_a.sql", 0, "applied", 1, 1, "")
_CHANGED = MigrationItem("001_b.sql", 1, "changed", 1, 1, "")
_PENDING = MigrationItem("002_c.sql", 2, "pending", None, None, "")

DEFECT = (
    Case(
        "one to come",
        _CTS,
        objects=("migrations",),
        migrations=MigrationStatus(2, 1, 1, (_APPLIED, _PENDING)),
    ),
)

NEAR_MISS = (
    Case("all applied", _CTS, migrations=MigrationStatus(1, 1, 0, (_APPLIED,))),
    Case(
        "one changed, which is MIG-02's",
        _CTS,
        migrations=MigrationStatus(2, 2, 0, (_APPLIED, _CHANGED)),
    ),
    Case("another program's database", "CREATE TABLE t (a);", status="not_applicable"),
)
