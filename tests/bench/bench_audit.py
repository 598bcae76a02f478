"""The audit beside what it is compared with; `make bench ARGS=tests/bench/bench_audit.py` runs it.

- Speed: a CTS database of about 1 GB in which no table holds most (`balanced.py`), and one of which
  a single table holds nearly everything. The contender is one connection of APSW that runs
  `integrity_check` and `foreign_key_check`; each runs in a process of its own, in turns.
- Harm: a process that commits as fast as it can, with and without a deep audit beside it, in
  interleaved pairs; its commits, its lock errors, and how large its log got.

`CTS_BENCH_MB` and `CTS_BENCH_PAIRS` change the sizes.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cts_console.demo import run_demo
from cts_console.sqlite import open_database, transaction
from tests.audit.writers import end_writing, writing
from tests.bench.balanced import make_balanced
from tests.bench.bench_commands import run as run_command
from tests.processes import ROOT

MEGABYTES = int(os.environ.get("CTS_BENCH_MB", "1000"))
PAIRS = int(os.environ.get("CTS_BENCH_PAIRS", "20"))
ROUNDS = 5

# The contender opens the file read-only, as a tool that does no harm would.
CONTENDER = """
import sys, time, apsw
connection = apsw.Connection(sys.argv[1], flags=apsw.SQLITE_OPEN_READONLY)
for pragma in ("integrity_check", "foreign_key_check"):
    connection.execute(f"PRAGMA {pragma}").fetchall()
"""
INTEGRITY = ("--rule", "INT-01", "--rule", "INT-02")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder on a real disk: a gigabyte in memory would be another measurement."""
    folder = Path("/var/tmp") / f"cts-bench-{os.getpid()}"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def balanced(folder: Path) -> Path:
    make_balanced(folder / "balanced.db", MEGABYTES)
    return folder / "balanced.db"


@pytest.fixture(scope="module")
def lopsided(folder: Path) -> Path:
    """One table of 1 GB with one index, and next to nothing beside it."""
    path = folder / "lopsided.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
            "CREATE TABLE parents (id INTEGER PRIMARY KEY);"
            "CREATE TABLE ticks (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents,"
            " price REAL, note TEXT)"
        )
        with transaction(connection):
            connection.execute(
                "INSERT INTO parents VALUES (1);"
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000000)"
                " INSERT INTO ticks SELECT i, 1, i / 7.0, 'a note of some seventy bytes, as a log"
                " of an engine would have it ' || i FROM n;"
                "CREATE INDEX by_price ON ticks (price)"
            )
        connection.read_rows("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def contend(path: Path) -> float:
    started_s = time.perf_counter()
    subprocess.run([sys.executable, "-c", CONTENDER, path], check=True, cwd=ROOT)
    return time.perf_counter() - started_s


def audit(path: Path, *words: str) -> tuple[float, int]:
    seconds, _, peak_bytes = run_command("audit", path, "--fail-on", "never", "--json", *words)
    return seconds, peak_bytes


def compare(path: Path) -> dict[str, float]:
    """Return seconds of each contender, medians of rounds in which each has one turn."""
    times: dict[str, list[float]] = {"single check": [], "integrity": [], "deep": [], "quick": []}
    peak_bytes = 0
    audit(path, "--profile", "quick")
    for _ in range(ROUNDS):
        times["single check"].append(contend(path))
        for name, words in (
            ("integrity", INTEGRITY),
            ("deep", ("--profile", "deep")),
            ("quick", ("--profile", "quick")),
        ):
            seconds, peak = audit(path, *words)
            times[name].append(seconds)
            peak_bytes = max(peak_bytes, peak)
    medians = {name: statistics.median(each) for name, each in times.items()}
    single = medians["single check"]
    print(f"\n{path.name}, {path.stat().st_size / 1e6:,.0f} MB, medians of {ROUNDS}:")
    for name, seconds in medians.items():
        print(f"  {name:14} {seconds:6.2f} s  {seconds / single:5.2f} of the single check")
    print(f"  memory at most {peak_bytes / 1e6:,.0f} MB")
    return {**medians, "peak_mb": peak_bytes / 1e6}


def test_a_balanced_gigabyte(balanced: Path):
    seen = compare(balanced)
    assert seen["integrity"] <= 0.75 * seen["single check"]
    assert seen["deep"] <= 3 * seen["single check"]
    assert seen["quick"] < 1.0
    assert seen["peak_mb"] < 300


def test_one_table_that_holds_nearly_everything(lopsided: Path):
    seen = compare(lopsided)
    assert seen["integrity"] <= 1.05 * seen["single check"]


def commits_in(path: Path, seconds: float, *, audited: bool) -> tuple[int, int, int]:
    """Let a writer run for so long; return (commits, lock errors, largest size of its log)."""
    wal = path.with_name(path.name + "-wal")
    largest = 0
    with writing(path) as writer:
        process = None
        if audited:
            words = ("audit", path, "--profile", "deep", "--fail-on", "never", "--json")
            loop = f"while :; do {sys.executable} -m cts_console {' '.join(map(str, words))}; done"
            process = subprocess.Popen(
                ["sh", "-c", loop], cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True
            )
        deadline_s = time.monotonic() + seconds
        while time.monotonic() < deadline_s:
            threading.Event().wait(0.05)
            largest = max(largest, wal.stat().st_size)
        commits, busy = end_writing(writer)
        if process is not None:
            os.killpg(process.pid, 9)
            process.wait()
    return commits, busy, largest


def test_a_writer_keeps_its_commits(folder: Path):
    path = folder / "demo.db"
    assert run_demo(path, rows=300_000).startup.ok
    with open_database(path, "read_write") as connection:
        connection.execute("CREATE TABLE ticks (id INTEGER PRIMARY KEY, note TEXT)")
    ratios, errors, largest = [], 0, 0
    for number in range(PAIRS):
        pair = {}
        for audited in (True, False) if number % 2 else (False, True):
            commits, busy, log_bytes = commits_in(path, 5.0, audited=audited)
            pair[audited] = commits
            errors += busy if audited else 0
            largest = max(largest, log_bytes)
        ratios.append(pair[True] / pair[False])
    middle = statistics.median(ratios)
    low, _, high = statistics.quantiles(ratios, n=4)
    print(
        f"\n{PAIRS} pairs beside deep audits without a pause: {middle:.3f} of the commits "
        f"(quartiles {low:.3f} to {high:.3f}), {errors} lock errors, log at most "
        f"{largest / 1e6:.0f} MB"
    )
    assert middle >= 0.9
    assert errors == 0
    assert largest < 64_000_000
