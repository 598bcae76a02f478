"""Memory does not grow with what goes in and out."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from cts_console.sqlite import open_database
from tests.processes import ROOT, a_process, wait_for_line

MEASURED = """
import sys
from pathlib import Path
from cts_console.transfer import ImportRequest, run_import
from tests.memory import read_peak_kib
result = run_import(Path(sys.argv[1]), Path(sys.argv[2]), ImportRequest("plain"))
print(result.format, result.rows_written, read_peak_kib())
"""
SORTER = """
import sys
from cts_console.transfer.export import ExportRequest, run_export
from cts_console.transfer.selection import QueryRows
from tests.memory import read_peak_kib
def peak_kib(rows):
    rows = f"WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT {rows}) "
    query = f"{rows} SELECT n, printf('%.*c', 300, 'x') AS text FROM r ORDER BY n % 1000 DESC"
    run_export(sys.argv[1], ExportRequest(QueryRows(query), "jsonl"), f"{sys.argv[2]}.{len(rows)}")
    return read_peak_kib()
few, many = peak_kib(1_000), peak_kib(300_000)
print("bounded" if many - few < 30_000 else f"{few} KiB, {many} KiB", flush=True)
"""


@pytest.mark.parametrize("kind", ["csv", "json", "jsonl"])
def test_memory_does_not_grow_with_the_file(path, tmp_path, kind) -> None:
    with open_database(path, "read_write") as connection:
        connection.execute("CREATE TABLE plain (a INTEGER, c TEXT)")
    text = "x" * 480
    count_of_rows = 100_000
    with (tmp_path / "rows").open("w") as file:
        file.write({"csv": "a,c\n", "json": "[", "jsonl": ""}[kind])
        for n in range(1, count_of_rows + 1):
            if kind == "csv":
                file.write(f'{n},"{text}"\n')
            else:
                end = "]" if n == count_of_rows and kind == "json" else ""
                comma = "," if kind == "json" and not end else ""
                file.write(f'{{"a":{n},"c":"{text}"}}{comma}{end}\n')
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path), str(tmp_path / "rows")],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    match = re.fullmatch(rf"{kind} {count_of_rows} (\d+)\n", done.stdout)
    assert match, done.stdout
    assert int(match[1]) < 200_000, "KiB"


def test_a_sort_of_many_rows_takes_no_memory(database, tmp_path):
    """90 MB are sorted: in memory they would take more than that."""
    with a_process(SORTER, database, tmp_path / "out.jsonl") as process:
        wait_for_line(process, "bounded")
