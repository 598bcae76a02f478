"""A full disk, by a resource limit: nothing is left."""

from __future__ import annotations

import pytest

from tests.processes import a_process, wait_for_line
from tests.transfer.export_case import ENDLESS, EXPORTER, FORMATS, names


@pytest.mark.parametrize("form", FORMATS)
def test_a_full_disk_leaves_nothing(database, form):
    with a_process(EXPORTER, database, database.with_name(f"out.{form}"), 300_000, ENDLESS) as full:
        wait_for_line(full, "disk_full")
        full.wait()
        assert full.stderr is not None
        assert full.stderr.read() == ""
    assert names(database) == {"a.db"}


SORTER = """
import resource, sys
from cts_console.transfer.export import ExportRequest, run_export
from cts_console.transfer.selection import QueryRows
def peak_kib(rows):
    rows = f"WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT {rows}) "
    query = f"{rows} SELECT n, printf('%.*c', 300, 'x') AS text FROM r ORDER BY n % 1000 DESC"
    run_export(sys.argv[1], ExportRequest(QueryRows(query), "jsonl"), f"{sys.argv[2]}.{len(rows)}")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
few, many = peak_kib(1_000), peak_kib(300_000)
print("bounded" if many - few < 30_000 else f"{few} KiB, {many} KiB", flush=True)
"""


def test_a_sort_of_many_rows_takes_no_memory(database, tmp_path):
    """90 MB are sorted: in memory they would take more than that."""
    with a_process(SORTER, database, tmp_path / "out.jsonl") as process:
        wait_for_line(process, "bounded")
