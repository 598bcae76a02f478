"""What the Schema tab reads, and what it leaves alone on a file that others write."""

from __future__ import annotations

from pathlib import Path

from cts_console.progress import CancelToken
from cts_console.schema import RowCount, read_schema
from cts_console.sqlite import open_database, transaction
from cts_console.ui.models.schema_jobs import read_counts, read_sizes, read_sizes_quickly
from cts_console.worker import Errand


def made(path: Path, mode: str, rows: int) -> Path:
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(f"PRAGMA page_size = 512; PRAGMA journal_mode = {mode}")
        connection.execute("CREATE TABLE t(a); CREATE TABLE u(a); INSERT INTO u VALUES (1), (2)")
        with transaction(connection):
            connection.execute_many("INSERT INTO t VALUES (?)", (("x" * 400,) for _ in range(rows)))
    return path


def test_a_large_file_without_wal_is_measured_only_when_asked(tmp_path):
    errand = Errand(CancelToken())
    for mode, rows, measured in (("DELETE", 6000, False), ("DELETE", 9, True), ("WAL", 6000, True)):
        path = made(tmp_path / f"{mode}{rows}.db", mode, rows)
        with open_database(path) as connection:
            assert bool(read_sizes_quickly(connection, errand)) == measured
            assert read_sizes(connection, errand)["t"] > 400 * rows


def test_small_tables_are_counted_and_large_ones_estimated(tmp_path):
    with open_database(made(tmp_path / "a.db", "WAL", 6000)) as connection:
        schema = read_schema(connection)
        counts = read_counts(connection, Errand(CancelToken()), schema)
    assert counts == {"t": RowCount(6000, True), "u": RowCount(2, False)}
