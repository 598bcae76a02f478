"""What is sealed and what can be, as the window lists it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cts_console.audit.seal import SealList, list_seals, seal_tables
from cts_console.sqlite import open_database
from cts_console.store import store_path
from tests.seal.test_seal import run


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "tables.db"
    run(
        made,
        "CREATE TABLE log (id INTEGER PRIMARY KEY, twice GENERATED ALWAYS AS (id * 2))",
        "CREATE TABLE lines (line TEXT)",
        "CREATE TABLE keyed (name TEXT PRIMARY KEY) WITHOUT ROWID",
        "CREATE TABLE pair (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID",
        "CREATE TABLE hidden (rowid TEXT)",
        "CREATE VIEW v AS SELECT 1",
        "CREATE VIRTUAL TABLE words USING fts5 (w)",
        "INSERT INTO log VALUES (1), (2)",
    )
    return made


def listed(path: Path) -> SealList:
    with open_database(path) as connection:
        return list_seals(connection, path)


def test_without_a_seal_nothing_is_made(path: Path):
    found = listed(path)
    assert found.tables == ()
    assert set(found.others) >= {"log", "lines", "keyed", "pair", "hidden"}
    assert not {"v", "words", "sqlite_schema"} & set(found.others)
    assert not store_path().exists()


def test_each_sealed_table_with_its_rows_since_and_its_key(path: Path):
    seal_tables(path, ["log", "lines", "keyed", "pair", "hidden"])
    run(path, "INSERT INTO log VALUES (3)", "DROP TABLE lines")
    found = {each.table: each for each in listed(path).tables}
    assert {name: each.row_column for name, each in found.items()} == {
        "log": "id",
        "lines": None,
        "keyed": "name",
        "pair": None,
        "hidden": None,
    }
    assert (found["log"].rows_since, found["log"].left_out) == (1, ("twice",))
    assert (found["lines"].is_gone, found["lines"].rows_since) == (True, None)
    assert "log" not in listed(path).others


def test_counting_takes_no_longer_than_it_may(path: Path, monkeypatch: pytest.MonkeyPatch):
    seal_tables(path, ["log"])
    run(
        path,
        "WITH RECURSIVE n (i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) "
        "INSERT INTO log SELECT i FROM n",
    )
    assert listed(path).tables[0].rows_since == 299_998
    monkeypatch.setattr("cts_console.audit.seal.listing._COUNT_S", 0.0)
    assert listed(path).tables[0].rows_since is None
