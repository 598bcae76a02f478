"""Cases of MIG-03: migrations missing, out of order or newer than this console."""

from cts_console.migrate import MigrationItem, MigrationStatus
from cts_console.migrate.status import State
from tests.audit.case import Case

_CTS = "PRAGMA application_id = 1129599811; CREATE TABLE t (a);"


def _item(number: int, state: State = "applied", at: int | None = 5) -> MigrationItem:
    return MigrationItem(f"{number:03d}_a.sql", number, state, at, 1, "")


def _status(*items: MigrationItem) -> MigrationStatus:
    pending = sum(item.applied_at is None for item in items)
    return MigrationStatus(len(items), len(items) - pending, pending, items)


DEFECT = (
    Case(
        "a file is gone",
        _CTS,
        objects=("migrations",),
        migrations=_status(_item(0), _item(9), _item(3, "missing")),
    ),
    Case(
        "newer than this console",
        _CTS,
        objects=("migrations",),
        migrations=_status(_item(0), _item(9), _item(10, "missing")),
    ),
    Case(
        "newer by its version alone",
        _CTS + "PRAGMA user_version = 10;",
        objects=("migrations",),
        migrations=_status(_item(0), _item(9)),
    ),
    Case(
        "skipped",
        _CTS,
        objects=("migrations",),
        migrations=_status(_item(0), _item(3, "out_of_order", None), _item(9)),
    ),
    Case(
        "applied after a later one",
        _CTS,
        objects=("migrations",),
        confidence="likely",
        migrations=_status(_item(0, at=1), _item(3, at=9), _item(4, at=4), _item(9, at=5)),
    ),
    Case(
        "several kinds",
        _CTS,
        objects=("migrations", "migrations"),
        migrations=_status(_item(9), _item(3, "missing"), _item(10, "missing")),
    ),
    Case(
        "in the database itself",
        "UPDATE migrations SET name = '900_new.sql' WHERE name LIKE '072%';",
        base="cts",
        # The last shipped one is pending then, but no later one is applied but 101 and 102.
        objects=("migrations", "migrations"),
    ),
)

NEAR_MISS = (
    Case("all in order", base="cts"),
    Case(
        "all at one moment, a number twice",
        _CTS,
        migrations=_status(_item(0), _item(28), _item(28), _item(36)),
    ),
    Case(
        "pending at the end, which is MIG-01's",
        _CTS,
        migrations=_status(_item(0), _item(9), _item(10, "pending", None)),
    ),
    Case("changed, which is MIG-02's", _CTS, migrations=_status(_item(0), _item(9, "changed"))),
    Case("another program's database", "CREATE TABLE t (a);", status="not_applicable"),
)
