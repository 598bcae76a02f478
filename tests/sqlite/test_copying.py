"""The page copy: whole or refused, and consistent beside a writer."""

from __future__ import annotations

from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.progress import CancelToken, Progress
from cts_console.sqlite import open_database, run_page_copy, transaction
from tests.sqlite.children import BusyWriter, Engine, hash_file
from tests.sqlite.databases import make_database


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A database of more than two steps of the copy, in WAL mode."""
    path = make_database(tmp_path / "large.db", wal=True)
    with open_database(path, "read_write") as connection, transaction(connection):
        connection.execute_many(
            "INSERT INTO t (a) VALUES (zeroblob(?))", ((4000,) for _ in range(1500))
        )
    return path


def test_a_copy_is_the_same_file(large: Path, tmp_path: Path) -> None:
    before = hash_file(large)
    seen: list[Progress] = []
    with (
        open_database(large) as source,
        open_database(tmp_path / "copy.db", "read_write", create=True) as target,
    ):
        pages = run_page_copy(source, target, on_progress=seen.append)
        assert pages == source.read_int("PRAGMA page_count")
        assert target.read_value("PRAGMA integrity_check") == "ok"
        rows = "SELECT id, a FROM t ORDER BY id"
        assert source.read_rows(rows) == target.read_rows(rows)
        assert not source.in_transaction
    assert hash_file(large) == before
    assert seen[-1].done == seen[-1].total == pages
    assert [step.done for step in seen] == sorted(step.done for step in seen)
    assert {step.unit for step in seen} == {"pages"}


def test_a_stop_leaves_the_target_as_it_was(large: Path, tmp_path: Path) -> None:
    token = CancelToken()
    target_path = make_database(tmp_path / "target.db", rows=3)
    with (
        open_database(large) as source,
        open_database(target_path, "read_write") as target,
    ):
        with pytest.raises(CtsError) as caught:
            run_page_copy(source, target, on_progress=lambda _: token.cancel(), cancel=token)
        assert caught.value.code == "cancelled"
        assert not source.in_transaction
        assert source.read_int("SELECT count(*) FROM t") == 1510
        assert target.read_int("SELECT count(*) FROM t") == 3
        assert target.read_value("PRAGMA integrity_check") == "ok"


def test_a_copy_beside_a_busy_writer_ends_and_is_one_state(large: Path, tmp_path: Path) -> None:
    writer = BusyWriter(large)
    with (
        open_database(large) as source,
        open_database(tmp_path / "copy.db", "read_write", create=True) as target,
    ):
        run_page_copy(source, target)
        assert target.read_value("PRAGMA integrity_check") == "ok"
        copied = target.read_int("SELECT count(*) FROM t")
        assert target.read_int("SELECT max(id) FROM t") == copied
    assert 1510 < copied <= 1510 + writer.stop()


def test_a_locked_target(large: Path, tmp_path: Path) -> None:
    target_path = make_database(tmp_path / "target.db")
    with (
        open_database(large) as source,
        open_database(target_path, "read_write") as target,
        Engine(target_path) as engine,
    ):
        target.set_busy_timeout(0)
        engine.execute("BEGIN IMMEDIATE")
        with pytest.raises(CtsError) as caught:
            run_page_copy(source, target)
        assert caught.value.code == "locked"
        assert not source.in_transaction


def test_a_full_target(large: Path, tmp_path: Path) -> None:
    with (
        open_database(large) as source,
        open_database(tmp_path / "copy.db", "read_write", create=True) as target,
    ):
        target.read_value("PRAGMA max_page_count = 600")
        with pytest.raises(CtsError) as caught:
            run_page_copy(source, target)
        assert caught.value.code == "disk_full"
        assert not source.in_transaction


def test_an_empty_source(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with (
        open_database(tmp_path / "empty.db", "read_write", create=True) as source,
        open_database(make_database(tmp_path / "copy.db"), "read_write") as target,
    ):
        assert run_page_copy(source, target) == source.read_int("PRAGMA page_count")
        assert target.read_rows("SELECT * FROM sqlite_schema") == []
