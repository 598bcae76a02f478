"""How much memory the import of a large CSV takes: `python -m tests.bench.bench_memory`.

The whole process of `cts-console import`, into a table with three indexes: once by SQLite's own
reader and once by Python's. The size in GB comes from CTS_BENCH_GB (5); that takes four times as
much room in CTS_BENCH_DIR, which must be no memory file system, and half an hour.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path

from tests.bench.bench_import import new_database
from tests.processes import ROOT

SIZE_BYTES = int(float(os.environ.get("CTS_BENCH_GB", "5")) * 1e9)
MOST_MB = 200
RUN = """
import atexit, runpy, sys
from tests.memory import read_peak_kib
atexit.register(lambda: print("PEAK", read_peak_kib(), file=sys.stderr))
sys.argv[0] = "cts-console"
runpy.run_module("cts_console", run_name="__main__", alter_sys=True)
"""


def write_large_csv(path: Path, size_bytes: int) -> int:
    """Write rows for the table of `bench_import` until the file is that large; return how many."""
    with path.open("w", encoding="utf-8") as file:
        file.write("id,pair,at,open,high,low,close,volume,note\n")
        for n in count():
            if n % 10_000 == 0 and file.tell() >= size_bytes:
                return n
            price = n * 7919 % 1_000_003 / 1000
            file.write(
                f"{n + 1},{n % 50 + 1},{1_515_560_100_000 + n // 50 * 60_000},{price:.4f},"
                f"{price + 1:.4f},{price / 2:.4f},{price:.6f},{n % 100_000:.3f},note {n % 97}\n"
            )
    raise AssertionError("count() ends never")


def main() -> None:
    with tempfile.TemporaryDirectory(dir=os.environ.get("CTS_BENCH_DIR")) as folder:
        os.environ["CTS_CONSOLE_HOME"] = f"{folder}/home"
        database, file = Path(folder, "a.db"), Path(folder, "a.csv")
        rows = write_large_csv(file, SIZE_BYTES)
        import_ = ["import", str(database), str(file), "--table", "candles", "--json"]
        for name, options in (("SQLite's reader", []), ("Python's", ["--null", "NULL"])):
            new_database(database)
            started_s = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", RUN, *import_, *options],
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            peak_mb = int(done.stderr.rpartition("PEAK")[2]) / 1024
            print(
                f"{name:16} {file.stat().st_size / 1e9:.2f} GB, {rows:,} rows: at most "
                f"{peak_mb:.0f} MB, {time.perf_counter() - started_s:.0f} s",
                flush=True,
            )
            assert peak_mb < MOST_MB


if __name__ == "__main__":
    main()
