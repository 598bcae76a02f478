"""Many rows through every way in: memory does not grow with their number.

In the suite a child writes a batch and then one four times as large, with small caches, so that
both fill them: its peak must stay. The long one keeps to the promise of 200 MB with the caches as
they are; it takes half an hour and 8 GB of disk:

    CTS_FAULT_ROWS=10000000 pytest tests/faults/test_bounded_memory_linux.py
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT

ROWS = int(os.environ.get("CTS_FAULT_ROWS", "80000"))
IS_LONG = ROWS > 1_000_000
MOST_MB = 200
# A row of six values that is kept takes 400 bytes and more; chunks grow at the beginning.
MOST_GROWTH_BYTES_PER_ROW = 200
# SQLite keeps a rowid in 24; that shows in more rows only.
OF_IDS = ("update", "delete")
WAYS = ("auto", "sorted", "slices", "delete", "csv", "python")
MORE_WAYS = ("rows", "upsert", "keyed", "update")
MOST_GROWTH_BYTES_PER_ID = 16

CHILD = """
import sys
from contextlib import ExitStack
from pathlib import Path
from cts_console.bulk import query, removal, run, slices, sorting
from cts_console.bulk import delete_batch, insert_batch, update_batch, upsert_batch
from cts_console.sqlite import open_database
from cts_console.transfer import ImportRequest, ReadOptions, run_import
from tests.memory import read_peak_kib
from tests.processes import IDLE_ENGINE, a_process, wait_for_line

way, rows, is_long, path = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "True", Path(sys.argv[4])
if not is_long:
    run.CACHE_KIB = run.IN_ORDER_CACHE_KIB = query.IN_ORDER_CACHE_KIB = 1_024
    slices._STAGING_CACHE_KIB = sorting._CACHE_KIB = 1_024
    removal.PART_ROWS = sorting.FEWEST_ROWS = 10_000
    sorting.PART_BYTES = 4_000_000

def make_rows(first, count):
    for n in range(first, first + count):
        # 7919 goes through all of them in no order.
        yield (n * 7919 % 2**40, n % 240, "1m", n, n + 0.25, f"note {n}")

def write_csv(file, first, count):
    with file.open("w") as stream:
        stream.write("id,pair,timeframe,at,close,note\\n")
        for row in make_rows(first, count):
            stream.write(",".join(map(str, row)) + "\\n")

def work(first, count):
    if way in ("csv", "python"):
        write_csv(path.with_name("rows.csv"), first, count)
        nulls = ("NULL",) if way == "python" else None
        request = ImportRequest(table="t", options=ReadOptions(null_texts=nulls))
        return run_import(path, path.with_name("rows.csv"), request).rows_written
    with open_database(path, "read_write") as connection:
        connection.execute("PRAGMA synchronous = OFF")
        if way in ("update", "keyed", "delete"):
            connection.execute("DELETE FROM t")
            insert_batch(connection, "t", ((n, 1) for n in range(count)), ["id", "pair"])
        if way == "keyed":
            keyed = ((n, n + 0.5) for n in range(count))
            return update_batch(connection, "t", keyed, columns=["id", "close"]).rows_written
        if way == "update":
            return update_batch(connection, "t", {"close": 9.5}, where="id >= 0").rows_written
        if way == "delete":
            return delete_batch(connection, "t", where="id >= 0").rows_written
        some = make_rows(first, count)
        if way == "upsert":
            return upsert_batch(connection, "t", some, key=["id"]).rows_written
        strategy = way if way in ("rows", "sorted") else "auto"
        result = insert_batch(connection, "t", some, strategy=strategy)
        assert result.mode == ("slices" if way == "slices" else "whole")
        return result.rows_written

with ExitStack() as stack:
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(
            "PRAGMA journal_mode = WAL; CREATE TABLE pairs (id INTEGER PRIMARY KEY);"
            "CREATE TABLE t (id INTEGER PRIMARY KEY, pair INT REFERENCES pairs (id), timeframe, at,"
            " close REAL, note TEXT);"
            "CREATE INDEX one ON t (pair, at); CREATE INDEX two ON t (close)"
        )
        insert_batch(connection, "pairs", ((n,) for n in range(240)))
    if way == "slices":
        wait_for_line(stack.enter_context(a_process(IDLE_ENGINE, path)), "open")
    assert work(1, rows // 4) == rows // 4
    before = read_peak_kib()
    assert work(rows + 1, rows) == rows
    print(before, read_peak_kib())
"""


@pytest.mark.parametrize("way", WAYS + MORE_WAYS if IS_LONG else WAYS)
def test_memory_stays(tmp_path: Path, way: str) -> None:
    rows = 4 * ROWS if way in OF_IDS and not IS_LONG else ROWS
    most = MOST_GROWTH_BYTES_PER_ID if way in OF_IDS else MOST_GROWTH_BYTES_PER_ROW
    process = subprocess.run(
        [sys.executable, "-c", CHILD, way, str(rows), str(IS_LONG), str(tmp_path / "a.db")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    before_kib, peak_kib = map(int, process.stdout.split())
    grown_bytes = (peak_kib - before_kib) * 1024
    print(f"{way}: {rows:,} rows, at most {peak_kib / 1024:.0f} MB, {grown_bytes:,} bytes grown")
    for part in tmp_path.iterdir():
        if part.is_file():
            part.unlink()
    if IS_LONG:
        assert peak_kib / 1024 < MOST_MB
    else:
        assert grown_bytes < most * (rows - rows // 4)
