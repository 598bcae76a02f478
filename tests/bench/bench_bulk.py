"""`insert_batch` beside what else writes many rows; `make bench ARGS=tests/bench/bench_bulk.py`.

Every contender runs in a process of its own, into the same table with the same settings, in turns:
without a secondary index, and with three. Medians, and ratios to Arrow's driver (ADBC), which is
the fastest of the others. A second test writes 1,000 rows into a large `market_data` of CTS.

`CTS_BENCH_ROWS` and `CTS_BENCH_ROUNDS` change the sizes.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cts_console.bulk import insert_batch
from cts_console.demo import run_demo
from cts_console.sqlite import open_database
from tests.bench.bulk_contenders import CONTENDERS
from tests.processes import ROOT

ROWS = int(os.environ.get("CTS_BENCH_ROWS", "500000"))
ROUNDS = int(os.environ.get("CTS_BENCH_ROUNDS", "5"))
CANDLES = int(os.environ.get("CTS_BENCH_CANDLES", "5000000"))
SLOWEST = ("sqlite_utils_library", "sqlalchemy_core")

TABLE = (
    "CREATE TABLE candles (id INTEGER PRIMARY KEY, pair INTEGER, timeframe TEXT, at INTEGER, "
    "open REAL, high REAL, low REAL, close REAL, volume REAL);"
)
INDEXES = (
    "CREATE INDEX one ON candles (pair, at);"
    "CREATE INDEX two ON candles (at);"
    "CREATE INDEX three ON candles (timeframe, pair);"
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    folder = Path("/var/tmp") / f"cts-bench-{os.getpid()}"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def run_contender(name: str, path: Path, schema: str) -> float:
    """Return how many seconds it took to write into a fresh database."""
    for part in path.parent.glob(f"{path.name}*"):
        part.unlink()
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(schema)
    process = subprocess.run(
        [sys.executable, "-m", "tests.bench.bulk_contenders", name, str(path), str(ROWS)],
        cwd=ROOT,
        input="go\n",
        capture_output=True,
        text=True,
        check=True,
    )
    with open_database(path) as connection:
        assert connection.read_int("SELECT count(*) FROM candles") == ROWS
    return float(process.stdout.split()[-1])


@pytest.mark.parametrize("indexes", [0, 3])
def test_insert_batch_beside_the_others(
    folder: Path, indexes: int, capsys: pytest.CaptureFixture[str]
) -> None:
    times: dict[str, list[float]] = {}
    for turn in range(ROUNDS):
        for contender in CONTENDERS:
            name = contender.__name__
            # They take twenty times as long; a few rounds say enough.
            if name in SLOWEST and turn >= 2:
                continue
            schema = TABLE + (INDEXES if indexes else "")
            seconds = run_contender(name, folder / "candles.db", schema)
            times.setdefault(name, []).append(seconds)
    medians = {name: statistics.median(values) for name, values in times.items()}
    with capsys.disabled():
        print(f"\n{ROWS:,} rows, {indexes} indexes")
        for name, median_s in medians.items():
            ratio = medians["adbc_ingest"] / median_s
            print(f"  {name:22} {ROWS / median_s / 1000:7,.0f} k rows/s  {ratio:5.2f} of ADBC")
    ours_s = medians["insert_batch"]
    assert ours_s < medians["apsw_executemany"]
    assert ours_s < medians["stdlib_executemany"]
    assert medians["adbc_ingest"] / ours_s >= (1.8 if indexes else 1.0)


def test_a_small_batch_into_a_large_market_data(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "large.db"
    run_demo(path, rows=CANDLES)
    times = []
    with open_database(path, "read_write") as connection:
        total = connection.read_int("SELECT count(*) FROM market_data")
        pair, timeframe, last = connection.read_rows(
            "SELECT trading_pair_id, timeframe, max(open_time) FROM market_data "
            "GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 1"
        )[0]
        names = (
            "trading_pair_id",
            "timeframe",
            "open_time",
            "open",
            "high",
            "low",
            "close",
            "volume",
        )
        for turn in range(10):
            first = int(str(last)) + 60_000 + turn * 60_000_000
            rows = [
                (pair, timeframe, first + n * 60_000, 1.0, 2.0, 0.5, 1.5, 9.0) for n in range(1_000)
            ]
            started_s = time.perf_counter()
            result = insert_batch(connection, "market_data", rows, names)
            times.append((time.perf_counter() - started_s) * 1000)
            assert result.rows_written == 1_000
    with capsys.disabled():
        print(
            f"\n1,000 rows into market_data of {total:,}: median "
            f"{statistics.median(times):.1f} ms, most {max(times):.1f} ms ({result.strategy})"
        )
