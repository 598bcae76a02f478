"""Cases of STO-03: a disk that is too full."""

from cts_console.audit.disk import DiskFacts
from tests.audit.case import Case, grown

_WAL = "PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(2000000));"
_LITTLE = DiskFacts(1_000_000, "ext4")
_ENOUGH = DiskFacts(20_000_000, "ext4")

DEFECT = (
    Case("no room for anything", _WAL, grown(1_000_000), objects=("disk",), disk=_LITTLE),
    Case("no room for a VACUUM", _WAL.replace("WAL", "DELETE"), objects=("disk",), disk=_LITTLE),
    Case("no room for the log", _WAL, objects=("disk",), disk=DiskFacts(15_000_000, "ext4")),
    Case("no room for a week", _WAL, grown(3_000_000), objects=("disk",), disk=_ENOUGH),
)

NEAR_MISS = (
    Case("room for a week", _WAL, grown(2_000_000), disk=_ENOUGH),
    Case("room, and no sizes kept", _WAL, disk=_ENOUGH, status="not_checked"),
    Case(
        "free pages are not written again",
        "CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(2000000)); DELETE FROM t;",
        grown(0),
        disk=_LITTLE,
    ),
    Case("a file that shrinks", _WAL, grown(-50_000), disk=_ENOUGH, status="not_checked"),
    Case("nobody tells", _WAL, disk=DiskFacts(None, ""), status="not_checked"),
)
