from __future__ import annotations

import hashlib

import pytest

from cts_console.errors import CtsError
from cts_console.maintenance import run_verify
from cts_console.progress import CancelToken
from cts_console.sqlite import open_database


@pytest.mark.parametrize("wal", [True, False])
def test_a_whole_file_is_verified_and_nothing_is_left_beside_it(make_database, list_files, wal):
    path = make_database(rows=2000, wal=wal)
    content, files = path.read_bytes(), list_files()
    result = run_verify(path)
    assert result.verified
    assert result.integrity == ("ok",)
    assert result.notes == ()
    assert result.path == path.resolve()
    assert result.sha256 == hashlib.sha256(content).hexdigest()
    assert result.size_bytes == len(content) == result.page_count * 4096
    assert (path.read_bytes(), list_files()) == (content, files)


def test_a_file_in_use_is_verified_with_its_log_and_gets_no_hash(ledger, start_engine):
    engine = start_engine(ledger)
    engine.execute("CREATE TABLE later (id INTEGER PRIMARY KEY)")
    result = run_verify(ledger)
    assert result.verified
    assert result.sha256 is None
    assert engine.execute("INSERT INTO later VALUES (1)") == []


def test_verifying_beside_a_busy_writer_finds_no_damage(make_database, start_busy_engine):
    path = make_database(rows=3000)
    engine = start_busy_engine(path)
    assert run_verify(path).verified
    assert engine.process.poll() is None


@pytest.mark.parametrize("page", [1, 2, 4, 5])
def test_damage_anywhere_is_never_verified(make_database, page):
    path = make_database(rows=3000, wal=False)
    with path.open("r+b") as stream:
        stream.seek((page - 1) * 4096 or 100)
        stream.write(b"\xff" * 3000)
    content = path.read_bytes()
    result = run_verify(path)
    assert not result.verified
    assert result.integrity
    assert result.integrity != ("ok",)
    assert path.read_bytes() == content


def test_a_truncated_file_is_never_verified(make_database):
    path = make_database(rows=3000, wal=False)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert not run_verify(path).verified


def test_broken_references_are_counted_and_are_no_damage(ledger):
    with open_database(ledger, "read_write") as connection:
        connection.execute(
            "PRAGMA foreign_keys = OFF;"
            "CREATE TABLE fills (trade_id INTEGER REFERENCES trades(id));"
            "INSERT INTO fills VALUES (100000), (100001), (1);"
        )
    result = run_verify(ledger)
    assert result.verified
    assert result.foreign_key_violations == 2


def test_a_stop_works(ledger):
    cancel = CancelToken()
    with pytest.raises(CtsError) as caught:
        run_verify(ledger, on_progress=lambda _: cancel.cancel(), cancel=cancel)
    assert caught.value.code == "cancelled"
