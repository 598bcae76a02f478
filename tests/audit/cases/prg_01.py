"""Cases of PRG-01: settings of the file."""

from cts_console.migrate import MigrationItem, MigrationStatus
from tests.audit.case import Case

_FULL = "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; CREATE TABLE t (a);"
_CTS = _FULL + "PRAGMA application_id = 1129599811; PRAGMA user_version = {};"


def _status(pending: int) -> MigrationStatus:
    items = (
        MigrationItem("000_a.sql", 0, "applied", 1, 1, ""),
        MigrationItem("102_b.sql", 102, "pending" if pending else "applied", None, None, ""),
    )
    return MigrationStatus(2, 2 - pending, pending, items)


DEFECT = (
    Case(
        "a file that nobody set up",
        "CREATE TABLE t (a);",
        objects=("auto_vacuum", "journal_mode"),
    ),
    Case(
        "auto_vacuum FULL",
        "PRAGMA auto_vacuum = FULL; PRAGMA journal_mode = WAL; CREATE TABLE t (a);",
        objects=("auto_vacuum",),
    ),
    Case(
        "a CTS database of another version",
        _CTS.format(7),
        objects=("user_version",),
        migrations=_status(0),
    ),
)

NEAR_MISS = (
    Case("as the profile says", _FULL),
    Case("marks of another program", _FULL + "PRAGMA application_id = 5; PRAGMA user_version = 3;"),
    Case("a CTS database", _CTS.format(102), migrations=_status(0)),
    Case("a CTS database with migrations to come", _CTS.format(7), migrations=_status(1)),
)
