"""Cases of INT-04: logs and journals left behind."""

from pathlib import Path

from tests.audit.case import Case, both, left_behind, make, overwrite_wal

_WAL = "PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1);"
_COMMIT = left_behind("PRAGMA wal_autocheckpoint = 0; INSERT INTO t VALUES (2);")
_CUT_OFF = left_behind(
    "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 5; BEGIN IMMEDIATE;"
    "UPDATE t SET a = zeroblob(200000);"
)


def _log_of_another(path: Path) -> None:
    """Put the log of another database beside the file."""
    other = path.with_name("other.db")
    make(other, _WAL)
    _COMMIT(other)
    path.with_name(path.name + "-wal").write_bytes(other.with_name("other.db-wal").read_bytes())


def _no_salts(path: Path) -> None:
    """Give every frame of the log other salts than its header has."""
    wal = path.with_name(path.name + "-wal")
    content = bytearray(wal.read_bytes())
    for offset in range(32, len(content), 24 + 4096):
        content[offset + 8 : offset + 16] = b"otherone"
    wal.write_bytes(content)


def _empty_log(path: Path) -> None:
    path.with_name(path.name + "-wal").touch()


DEFECT = (
    Case("commits of a killed program", _WAL, _COMMIT, objects=("-wal",), confidence="certain"),
    Case(
        "the first part is in the main file",
        _WAL,
        left_behind(
            "PRAGMA wal_autocheckpoint = 0; INSERT INTO t VALUES (2);"
            "PRAGMA wal_checkpoint(PASSIVE); INSERT INTO t VALUES (3);"
        ),
        objects=("-wal",),
    ),
    Case(
        "a header that is damaged",
        _WAL,
        both(_COMMIT, overwrite_wal(16, b"otherone")),
        objects=("-wal",),
    ),
    Case("no log at all", _WAL, both(_COMMIT, overwrite_wal(0, b"text")), objects=("-wal",)),
    Case("frames with other salts", _WAL, both(_COMMIT, _no_salts), objects=("-wal",)),
    Case(
        "beside a file that is not in WAL mode",
        "CREATE TABLE t (a); INSERT INTO t VALUES (1);",
        _log_of_another,
        objects=("-wal",),
    ),
    Case(
        "of other pages",
        "PRAGMA page_size = 1024;" + _WAL,
        _log_of_another,
        objects=("-wal",),
    ),
    Case(
        "a write that was cut off",
        "CREATE TABLE t (a); INSERT INTO t SELECT zeroblob(3000) FROM json_each('[1,2,3,4,5,6]');",
        _CUT_OFF,
        objects=("-journal",),
    ),
)

NEAR_MISS = (
    Case("closed well", _WAL),
    Case("an empty log", _WAL, _empty_log),
    Case(
        "all of it is in the main file",
        _WAL,
        left_behind("INSERT INTO t VALUES (2); PRAGMA wal_checkpoint(PASSIVE);"),
    ),
    Case("nothing committed", _WAL, left_behind("BEGIN; INSERT INTO t VALUES (2);")),
    Case("in use", engine="PRAGMA wal_autocheckpoint = 0;" + _WAL),
    Case(
        "in the middle of a write",
        engine="PRAGMA journal_mode = DELETE; CREATE TABLE t (a);"
        "INSERT INTO t VALUES (zeroblob(9000)); BEGIN IMMEDIATE; UPDATE t SET a = 1;",
    ),
    Case(
        "a journal that is kept",
        "PRAGMA journal_mode = PERSIST; CREATE TABLE t (a); INSERT INTO t VALUES (1);",
    ),
)
