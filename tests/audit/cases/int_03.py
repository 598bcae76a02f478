"""Cases of INT-03: header and size."""

from tests.audit.case import Case, both, overwrite, resize

_ROWS = "CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(30000));"

DEFECT = (
    Case("cut by a page", _ROWS, resize(-4096), objects=("file size",)),
    Case("cut within a page", _ROWS, resize(-100), objects=("file size",)),
    Case("longer", _ROWS, resize(4096, b"x"), objects=("file size",), confidence="certain"),
    Case("longer by zeroes", _ROWS, resize(8192), objects=("file size",), confidence="likely"),
    Case("page size 3", _ROWS, overwrite(16, b"\0\3"), objects=("header",)),
    Case("payload fraction", _ROWS, overwrite(21, b"\x3f"), objects=("header",)),
    Case("schema format 9", _ROWS, overwrite(44, b"\0\0\0\x09"), objects=("header",)),
    Case("a free page behind the end", _ROWS, overwrite(32, b"\0\1\0\0"), objects=("header",)),
    Case("text encoding 7", _ROWS, overwrite(56, b"\0\0\0\x07"), objects=("header",)),
)

NEAR_MISS = (
    Case("whole", _ROWS),
    Case(
        "a page count that is not valid",
        _ROWS,
        # As a program wrote it that knows nothing of the field: SQLite goes by the file's size.
        both(overwrite(28, b"\0\0\0\x01"), overwrite(92, b"\0\0\0\0")),
    ),
    Case(
        "commits that are in the log alone",
        engine="PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a);"
        "INSERT INTO t VALUES (zeroblob(300000));",
    ),
    Case(
        "a log that is done with, and kept",
        engine="CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(300000));"
        "PRAGMA wal_checkpoint(PASSIVE);",
    ),
    Case(
        "free pages and incremental vacuum",
        "PRAGMA auto_vacuum = INCREMENTAL;" + _ROWS + "DELETE FROM t;",
    ),
    Case("64 KiB pages", "PRAGMA page_size = 65536;" + _ROWS),
)
