"""Cases of VER-01: written by a SQLite with a known bug."""

from tests.audit.case import Case, both, left_behind, overwrite

_WAL = "PRAGMA journal_mode = WAL; CREATE TABLE t (a);"
_FOUND = ("sqlite_version",)


def _written_by(number: int):
    return overwrite(96, number.to_bytes(4, "big"))


DEFECT = (
    Case("3.51.2", _WAL, _written_by(3_051_002), objects=_FOUND, severity="warning"),
    Case("3.45.1", _WAL, _written_by(3_045_001), objects=_FOUND, confidence="certain"),
    Case("3.7.0, the first", _WAL, _written_by(3_007_000), objects=_FOUND),
    Case("3.44.5, before the correction", _WAL, _written_by(3_044_005), objects=_FOUND),
    Case("3.50.6, before the correction", _WAL, _written_by(3_050_006), objects=_FOUND),
    Case("not in WAL mode", then=_written_by(3_051_002), objects=_FOUND, severity="info"),
    Case(
        "commits of another one in the log",
        _WAL,
        both(_written_by(3_045_001), left_behind("CREATE TABLE u (a);")),
        objects=_FOUND,
        confidence="likely",
    ),
)

NEAR_MISS = (
    Case("3.51.3", _WAL, _written_by(3_051_003)),
    Case("3.44.6", _WAL, _written_by(3_044_006)),
    Case("3.50.7", _WAL, _written_by(3_050_007)),
    Case("3.6.23", _WAL, _written_by(3_006_023)),
    Case("ours", base="cts"),
    Case("no version in the header", _WAL, _written_by(0), status="not_checked"),
    Case(
        "a version of before the last change",
        _WAL,
        both(_written_by(3_045_001), overwrite(92, b"\0\0\0\0")),
        status="not_checked",
    ),
)
