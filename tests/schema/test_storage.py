"""Bytes and rows of tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.schema import RowCount, read_row_counts, read_schema, read_storage
from cts_console.sqlite import open_database
from tests.audit.case import make

SQL = """
    CREATE TABLE t (a TEXT); CREATE INDEX i ON t (a);
    INSERT INTO t (rowid, a) VALUES (1, 'x'), (2, 'y'), (1000, 'z');
    CREATE TABLE named (rowid, _rowid_, oid); INSERT INTO named VALUES (1, 2, 3);
    CREATE TABLE k (a PRIMARY KEY) WITHOUT ROWID; INSERT INTO k VALUES (1), (2);
    CREATE TABLE empty (a);
    CREATE VIRTUAL TABLE f USING fts5 (x);
"""


def test_bytes_are_those_of_the_pages(tmp_path: Path):
    make(tmp_path / "a.db", SQL + "INSERT INTO t VALUES (printf('%.20000c', 'x'));")
    with open_database(tmp_path / "a.db") as connection:
        sizes = read_storage(connection)
        pages = connection.read_int("PRAGMA page_count")
        page_size = connection.read_int("PRAGMA page_size")
    assert sum(sizes.values()) == pages * page_size
    assert sizes["t"] >= 5 * page_size
    assert sizes["empty"] == page_size


def test_rows_are_exact_or_estimated_and_say_so(tmp_path: Path):
    make(tmp_path / "a.db", SQL)
    with open_database(tmp_path / "a.db") as connection:
        schema = read_schema(connection)
        exact = read_row_counts(connection, schema, exact=True)
        quick = read_row_counts(connection, schema, exact=False)
    assert exact["t"] == RowCount(3, estimated=False)
    assert exact["k"] == RowCount(2, estimated=False)
    assert quick["t"] == RowCount(1000, estimated=True)
    assert quick["named"] == RowCount(None, estimated=True)
    assert quick["k"] == RowCount(None, estimated=True)
    assert quick["empty"] == RowCount(0, estimated=True)
    assert "f" not in exact


def test_statistics_are_the_better_estimate(tmp_path: Path):
    make(tmp_path / "a.db", SQL + "ANALYZE;")
    with open_database(tmp_path / "a.db") as connection:
        quick = read_row_counts(connection, read_schema(connection), exact=False)
    assert quick["t"] == RowCount(3, estimated=True)
    assert quick["k"] == RowCount(2, estimated=True)


def test_what_is_not_counted_in_time_is_estimated(tmp_path: Path):
    make(
        tmp_path / "a.db", SQL + "INSERT INTO t SELECT a.a FROM t AS a, t, t, t, t, t, t, t, t, t;"
    )
    with open_database(tmp_path / "a.db") as connection:
        counts = read_row_counts(connection, read_schema(connection), exact=True, timeout_s=0.0)
    assert counts["t"].estimated


def test_a_stop_ends_both(tmp_path: Path):
    make(tmp_path / "a.db", SQL)
    cancel = CancelToken()
    with open_database(tmp_path / "a.db") as connection:
        schema = read_schema(connection)
        cancel.cancel()
        with pytest.raises(CtsError, match="Stopped"):
            read_storage(connection, cancel=cancel)
        with pytest.raises(CtsError, match="Stopped"):
            read_row_counts(connection, schema, exact=True, cancel=cancel)
