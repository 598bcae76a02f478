"""Rows whose keys come in no order: sorted or as they are; `make bench ARGS=tests/bench/...`.

Into a large table of random keys, as a text key without rowid, as an INTEGER PRIMARY KEY, and as
that with two indexes; and into an empty one. Every strategy writes the same rows into a copy of the
same file, in a process of its own, in turns. The processor's time, the pages that were read and
those that were written before the COMMIT say more on a shared machine than the time on the wall;
all are told as medians, with their ratios to one row a statement (`rows`).

`CTS_BENCH_TABLE_ROWS`, `CTS_BENCH_NEW_ROWS` and `CTS_BENCH_ROUNDS` change the sizes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cts_console.bulk import insert_batch
from cts_console.sqlite import open_database
from cts_console.sqlite.inspection import read_cache_use
from tests.processes import ROOT

TABLE_ROWS = int(os.environ.get("CTS_BENCH_TABLE_ROWS", "3000000"))
NEW_ROWS = int(os.environ.get("CTS_BENCH_NEW_ROWS", "300000"))
ROUNDS = int(os.environ.get("CTS_BENCH_ROUNDS", "3"))
STRATEGIES = ("rows", "many_rows", "sorted", "auto")
COLUMNS = "pair INTEGER, at INTEGER, open REAL, high REAL, low REAL, close REAL"
TABLES = {
    "text": f"CREATE TABLE candles (key TEXT PRIMARY KEY, {COLUMNS}) WITHOUT ROWID",
    "integer": f"CREATE TABLE candles (key INTEGER PRIMARY KEY, {COLUMNS})",
    "indexed": f"CREATE TABLE candles (key INTEGER PRIMARY KEY, {COLUMNS});"
    "CREATE INDEX one ON candles (at); CREATE INDEX two ON candles (pair, at)",
}


def make_rows(kind: str, first: int, count: int) -> Iterator[tuple[Any, ...]]:
    """Yield rows whose keys are in no order and never the same."""
    for n in range(first, first + count):
        key = hashlib.blake2b(str(n).encode(), digest_size=16).hexdigest()
        yield (
            key if kind == "text" else int(key[:15], 16),
            n % 50,
            n * 7919 % 100_003 * 60_000,
            *(n + part / 4 for part in range(4)),
        )


def write(kind: str, path: str, strategy: Any, first: int, count: int) -> None:
    """Write the rows and print what it took, as JSON; in a process of its own."""
    rows = list(make_rows(kind, first, count))
    with open_database(path, "read_write") as connection:
        connection.execute("PRAGMA synchronous = NORMAL")
        before = read_cache_use(connection)
        started_s, busy_s = time.perf_counter(), time.process_time()
        result = insert_batch(connection, "candles", rows, strategy=strategy)
        took = {"cpu_s": time.process_time() - busy_s, "wall_s": time.perf_counter() - started_s}
        after = read_cache_use(connection)
    took |= {"read": after.misses - before.misses, "spilled": after.spills - before.spills}
    print(json.dumps({**took, "strategy": result.strategy}))


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    folder = Path("/var/tmp") / f"cts-bench-{os.getpid()}"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def make_table(path: Path, kind: str, rows: int) -> None:
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF")
        connection.execute(TABLES[kind])
        insert_batch(connection, "candles", sorted(make_rows(kind, 0, rows)))


@pytest.mark.parametrize(
    ("kind", "there", "new"),
    [
        ("text", TABLE_ROWS, NEW_ROWS),
        ("integer", TABLE_ROWS, NEW_ROWS),
        ("indexed", TABLE_ROWS, NEW_ROWS),
        ("text", 0, TABLE_ROWS // 2),
    ],
)
def test_sorted_or_as_they_come(
    folder: Path, kind: str, there: int, new: int, capsys: pytest.CaptureFixture[str]
) -> None:
    source, work = folder / "table.db", folder / "work.db"
    make_table(source, kind, there)
    taken: dict[str, list[dict[str, Any]]] = {}
    for _ in range(ROUNDS):
        for strategy in STRATEGIES:
            shutil.copy(source, work)
            call = f"write({kind!r}, {str(work)!r}, {strategy!r}, {there}, {new})"
            process = subprocess.run(
                [sys.executable, "-c", f"from tests.bench.bench_sorted import write; {call}"],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            )
            taken.setdefault(strategy, []).append(json.loads(process.stdout))
    for part in folder.iterdir():
        part.unlink()
    medians = {
        strategy: {
            what: statistics.median(each[what] for each in times)
            for what in ("cpu_s", "wall_s", "read", "spilled")
        }
        for strategy, times in taken.items()
    }
    with capsys.disabled():
        print(f"\n{new:,} rows in no order, {kind}, into {there:,}")
        for strategy, median in medians.items():
            print(
                f"  {strategy:10} {median['cpu_s']:6.2f} s CPU {median['wall_s']:6.2f} s "
                f"{median['read']:9,.0f} read {median['spilled']:9,.0f} spilled  "
                f"{medians['rows']['cpu_s'] / median['cpu_s']:5.2f} of rows  "
                f"(was {taken[strategy][-1]['strategy']})"
            )
    assert medians["auto"]["cpu_s"] < 1.1 * medians["rows"]["cpu_s"]
    if there:
        assert medians["auto"]["spilled"] < 0.6 * medians["rows"]["spilled"]
