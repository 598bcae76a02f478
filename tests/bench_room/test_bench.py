"""The old claims measured: on any file, on a copy, within bounds, and nothing claimed."""

from __future__ import annotations

from pathlib import Path

import pytest

from cts_console.bench import readers, run_bench
from cts_console.bench.measures import INSERT, LOOK_UP, RANGE
from cts_console.errors import CtsError
from cts_console.maintenance import private_folders
from cts_console.progress import CancelToken
from cts_console.sqlite import open_database

SCHEMA = """
CREATE TABLE ticks (id INTEGER PRIMARY KEY, symbol TEXT NOT NULL, at INTEGER, price REAL,
    doubled AS (price * 2), UNIQUE (symbol, at));
CREATE INDEX by_price ON ticks(price) WHERE price > 5;
CREATE TRIGGER keep BEFORE DELETE ON ticks BEGIN SELECT RAISE(ABORT, 'append only'); END;
INSERT INTO ticks (symbol, at, price)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
    SELECT 's' || (i % 7), i, i / 8.0 FROM n;
"""


@pytest.fixture(autouse=True)
def short_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the readers read for a moment only: here nobody wants their figures."""
    monkeypatch.setattr(readers, "_WINDOW_S", 0.03)


@pytest.fixture
def ticks(tmp_path: Path) -> Path:
    path = tmp_path / "ticks.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(SCHEMA)
    return path


def test_every_claim_is_measured_and_the_file_is_as_it_was(ticks, tmp_path):
    before = ticks.read_bytes()
    result = run_bench(ticks)
    assert ticks.read_bytes() == before
    assert result.table == "ticks"
    by_name = {one.name: one for one in result.results}
    assert len(by_name) == len(result.results) == 11
    assert all(one.measured is not None for one in result.results), result.results
    assert by_name[INSERT].unit == "ms"
    assert "without its triggers" in by_name[INSERT].note
    # An index that were no faster than reading 20,000 rows would not have been used.
    assert (by_name[LOOK_UP].measured or 0) > 1
    assert (by_name[RANGE].measured or 0) > 1
    assert all(one.holds is not None for one in result.results if one.claim)
    assert [one.holds for one in result.results if not one.claim] == [None]
    assert not list((tmp_path / "console-home").rglob("ticks.db"))


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE VIEW v AS SELECT 1",
        "CREATE TABLE t (a PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES (1)",
        "CREATE TABLE t (a); CREATE INDEX i ON t(a)",
    ],
)
def test_a_file_without_rows_has_nothing_to_measure(tmp_path, sql):
    path = tmp_path / "a.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(sql)
    result = run_bench(path)
    assert result.table is None
    assert {(one.measured, one.holds) for one in result.results} == {(None, None)}
    assert all(one.note.startswith("Not measured: ") for one in result.results)


def test_a_small_table_of_hostile_names_without_index_is_measured_as_far_as_it_goes(tmp_path):
    path = tmp_path / "a.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute('CREATE TABLE "a""b;" ("c d", rowid, "e""f" CHECK (length("c d") > 0))')
        connection.execute("INSERT INTO \"a\"\"b;\" VALUES ('x', 1, CAST(x'ff' AS TEXT))")
    result = run_bench(path)
    found = {one.name: one.measured for one in result.results}
    assert (found[INSERT], found[LOOK_UP], found[RANGE]) == (None, None, None)
    assert sum(value is not None for value in found.values()) == 8


def test_text_that_is_no_text_makes_the_insert_unknown(ticks):
    with open_database(ticks, "read_write") as connection:
        connection.execute("INSERT INTO ticks (symbol) VALUES (CAST(x'ff' AS TEXT))")
    found = {one.name: one for one in run_bench(ticks).results}
    assert found[INSERT].measured is None
    assert "no valid text" in found[INSERT].note


def test_a_stop_ends_it_and_the_copy_is_gone(ticks, tmp_path):
    stop = CancelToken()
    with pytest.raises(CtsError) as caught:
        run_bench(ticks, on_progress=lambda _: stop.cancel(), cancel=stop)
    assert caught.value.code == "cancelled"
    assert not list((tmp_path / "console-home").rglob("ticks.db"))


def test_a_disk_without_room_for_the_copy_refuses(ticks, monkeypatch):
    def refuse(folder, needed_bytes, what, **_options):
        raise CtsError("disk_full", "Not enough", what)

    monkeypatch.setattr(private_folders, "check_free_space", refuse)
    with pytest.raises(CtsError) as caught:
        run_bench(ticks)
    assert caught.value.code == "disk_full"
