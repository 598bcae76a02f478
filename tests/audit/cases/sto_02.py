"""Cases of STO-02: a log that checkpoints do not keep small."""

from tests.audit.case import Case

_BIG = (
    "PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a);"
    "INSERT INTO t VALUES (zeroblob(10000000)), (zeroblob(10000000));"
)

DEFECT = (Case("no checkpoint", engine=_BIG, objects=("wal",)),)

NEAR_MISS = (
    Case("checkpointed, and the log kept", engine=_BIG + "PRAGMA wal_checkpoint(PASSIVE);"),
    Case("a small log", engine="CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(1000000));"),
    Case("no log", "CREATE TABLE t (a);", status="not_applicable"),
)
