"""Rows that are refused long after they were read: beside others everything is staged first."""

from __future__ import annotations

import csv

import pytest

from cts_console.sqlite import open_database
from cts_console.transfer import ImportRequest, rejects, run_import
from tests.processes import IDLE_ENGINE, a_process, wait_for_line

ROWS = 8_000
THERE = (7, 4_000, 7_999)


@pytest.mark.parametrize("most_late", [1, 1_000])
def test_they_are_written_as_the_file_has_them(tmp_path, monkeypatch, most_late):
    monkeypatch.setattr(rejects, "_READ_AHEAD", 100)
    monkeypatch.setattr(rejects, "_MOST_LATE", most_late)
    path, file, refused = (tmp_path / name for name in ("a.db", "a.csv", "refused.csv"))
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
            "CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT, price REAL)"
        )
        connection.execute_many("INSERT INTO t (id) VALUES (?)", [(n,) for n in THERE])
    # Every row takes two lines.
    rows = [(f"{n}", f"note\n{n}", f"{n}.50") for n in range(1, ROWS + 1)]
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([("id", "note", "price"), *rows])
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        result = run_import(path, file, ImportRequest(table="t", rejects=refused))
    assert (result.mode, result.rows_written, result.rows_rejected) == ("slices", ROWS - 3, 3)
    assert [row.line for row in result.first_rejects] == [2 * n for n in THERE]
    with refused.open(newline="", encoding="utf-8") as stream:
        written = list(csv.reader(stream))
    reason = "UNIQUE constraint failed: t.id"
    # What was at hand still comes first.
    assert sorted(written[1:], key=lambda row: int(row[0])) == [
        [f"{2 * n}", reason, *rows[n - 1]] for n in THERE
    ]
