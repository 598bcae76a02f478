"""What a case of a rule is: a database, and which objects the rule must name in it."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from cts_console.audit.disk import DiskFacts
from cts_console.audit.result import CheckStatus
from cts_console.audit.rule import AuditProfile
from cts_console.audit.seal import seal_tables
from cts_console.migrate import MigrationStatus
from cts_console.sqlite import open_database, side_file
from cts_console.startup import run_startup
from cts_console.store import SizeSample, identify, open_store
from tests.audit.rows import SEED
from tests.processes import a_process, wait_for_line

NEED_KEPT_SIZES = frozenset({"STO-03", "STO-05"})
"""Rules that can say nothing, or not all, of a file that the console sees for the first time."""

Base = Literal["", "cts", "cts_legacy", "freqtrade", "hummingbot"]


@dataclass(frozen=True)
class Case:
    """A database that a rule is asked about."""

    name: str
    sql: str = ""
    """Makes the database, in a process of its own; on a `base` it is run over that."""
    then: Callable[[Path], None] | None = None
    """Changes the closed file."""
    engine: str = ""
    """SQL of an engine that has the file open, in WAL mode, while the rule is asked."""
    objects: tuple[str | None, ...] = ()
    """The objects that must be found, sorted; none for a near miss."""
    status: CheckStatus | None = None
    """The check's outcome where it is neither `found` nor `passed`."""
    confidence: str | None = None
    """The confidence of every finding, where the case is about it."""
    severity: str | None = None
    """The severity of every finding, where the case is about it."""
    profile: AuditProfile = "deep"
    """The profile that asks."""
    base: Base = ""
    """The shape to start from: "cts" (every migration applied, `SEED` rows in it), "cts_legacy",
    "freqtrade", "hummingbot" (the tables of `shapes/*.sql`, empty); "" for an empty file."""
    migrations: MigrationStatus | None = None
    """What the migrations are said to be."""
    disk: DiskFacts | None = None
    """What the disk is said to be."""
    settings: str = ""
    """SQL that the audit's own connection has run before."""


# The builder is another process, because files of the field were written by other programs:
# foreign keys off, double-quoted strings allowed, a schema that may be written.
BUILD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.executescript(sys.stdin.read())
connection.close()
print("built", flush=True)
"""

ENGINE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL").fetchall()
connection.executescript(sys.argv[2])
print("open", flush=True)
sys.stdin.read()
"""


def build(path: Path, case: Case) -> None:
    """Make the case's database at `path`."""
    if case.base:
        shutil.copyfile(_template(case.base), path)
        _run_over(path, case.sql)
    else:
        make(path, case.sql or "CREATE TABLE orders (id INTEGER PRIMARY KEY, price REAL);")
    if case.then is not None:
        case.then(path)


@cache
def _template(base: Base) -> Path:
    """Return an empty database of the shape, made once."""
    path = Path(tempfile.mkdtemp(prefix="cts-cases-")) / f"{base}.db"
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    if base == "cts":
        run_startup(path)
        _run_over(path, SEED)
    else:
        make(path, (Path(__file__).parent / "shapes" / f"{base}.sql").read_text("utf-8"))
    return path


def _run_over(path: Path, sql: str) -> None:
    """Run `sql` as a program of the field would: no foreign keys, no CHECK constraints."""
    with open_database(path, "read_write") as connection:
        connection.execute("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
        connection.execute(sql)


def make(path: Path, sql: str) -> None:
    """Make a database with `sql` in another process."""
    with a_process(BUILD, path) as process:
        assert process.stdin is not None
        process.stdin.write(sql)
        process.stdin.close()
        # `communicate` would flush a closed pipe.
        process.stdin = None
        wait_for_line(process, "built")


def overwrite(offset: int, data: bytes) -> Callable[[Path], None]:
    """Return what writes `data` over a closed file at `offset` (negative: from the end)."""

    def change(path: Path) -> None:
        content = bytearray(path.read_bytes())
        start = offset if offset >= 0 else len(content) + offset
        content[start : start + len(data)] = data
        path.write_bytes(content)

    return change


def asked(*queries: str, for_s: int = 0) -> Callable[[Path], None]:
    """Return what tells the console that these queries are asked, over so many seconds."""

    def change(path: Path) -> None:
        with open_database(path) as connection:
            identity = identify(connection)
        with open_store() as store:
            for sql in queries:
                store.record_query(identity, sql, at_ms=1)
                store.record_query(identity, sql, at_ms=1 + for_s * 1000)

    return change


def left_behind(sql: str) -> Callable[[Path], None]:
    """Return what runs `sql` over a closed file in WAL mode, by a program that is then killed."""

    def change(path: Path) -> None:
        with a_process(ENGINE, path, sql) as engine:
            wait_for_line(engine, "open")

    return change


def overwrite_wal(offset: int, data: bytes) -> Callable[[Path], None]:
    """Return what writes `data` over the `-wal` beside a closed file."""

    def change(path: Path) -> None:
        overwrite(offset, data)(side_file(path, "-wal"))

    return change


def grown(bytes_a_day: int, *, days: int = 3) -> Callable[[Path], None]:
    """Return what keeps a size of the file for each of the last days, growing so fast."""

    def change(path: Path) -> None:
        now_ms = time.time_ns() // 1_000_000
        with open_database(path) as connection, open_store() as store:
            for day in range(days + 1):
                store.record_size_sample(
                    identify(connection),
                    SizeSample(
                        size_bytes=path.stat().st_size + bytes_a_day * (day - days),
                        wal_bytes=0,
                        page_count=1,
                        freelist_count=0,
                        at_ms=now_ms - (days - day) * 86_400_000,
                    ),
                )

    return change


def sealed(*tables: str) -> Callable[[Path], None]:
    """Return what seals tables of the file."""

    def change(path: Path) -> None:
        seal_tables(path, tables)

    return change


def ran(sql: str) -> Callable[[Path], None]:
    """Return what runs `sql` over a closed file, as a program of the field would."""

    def change(path: Path) -> None:
        _run_over(path, sql)

    return change


def both(*changes: Callable[[Path], None]) -> Callable[[Path], None]:
    """Return what makes one change after the other."""

    def change(path: Path) -> None:
        for each in changes:
            each(path)

    return change


def resize(change_bytes: int, fill: bytes = b"\0") -> Callable[[Path], None]:
    """Return what cuts a closed file (negative) or makes it longer by `change_bytes`."""

    def change(path: Path) -> None:
        content = path.read_bytes()
        if change_bytes < 0:
            path.write_bytes(content[:change_bytes])
        else:
            path.write_bytes(content + fill * change_bytes)

    return change


def damage_page(
    object_name: str, *, at: int = 0, data: bytes = b"\xff" * 64
) -> Callable[[Path], None]:
    """Return what writes `data` into the root page of a table or index of a closed file."""

    def change(path: Path) -> None:
        overwrite(root_offset(path, object_name) + at, data)(path)

    return change


def root_offset(path: Path, object_name: str) -> int:
    """Return where in the file the root page of an object begins."""
    with open_database(path) as connection:
        root = connection.read_value(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?", (object_name,)
        )
        assert isinstance(root, int)
        return (root - 1) * connection.read_int("PRAGMA page_size")
