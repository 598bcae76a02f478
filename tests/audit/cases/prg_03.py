"""Cases of PRG-03: settings of a connection that lose data."""

from tests.audit.case import Case

_WAL = "PRAGMA journal_mode = WAL; CREATE TABLE t (a);"

DEFECT = (
    Case(
        "synchronous OFF",
        _WAL,
        settings="PRAGMA synchronous = OFF",
        objects=("synchronous",),
        severity="warning",
    ),
    Case(
        "a journal in memory",
        settings="PRAGMA journal_mode = MEMORY",
        objects=("journal_mode",),
        severity="warning",
    ),
    Case(
        "WAL with NORMAL and trading tables",
        base="cts",
        settings="PRAGMA synchronous = NORMAL",
        objects=("synchronous",),
        severity="info",
    ),
)

NEAR_MISS = (
    Case("nothing set", _WAL),
    Case("a CTS database", base="cts"),
    Case("NORMAL without trading tables", _WAL, settings="PRAGMA synchronous = NORMAL"),
    Case("NORMAL outside WAL", base="freqtrade", settings="PRAGMA synchronous = NORMAL"),
    Case("FULL", base="cts", settings="PRAGMA synchronous = FULL"),
    Case("another program has it open", engine=_WAL, status="not_checked"),
)
