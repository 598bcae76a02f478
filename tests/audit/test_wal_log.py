"""Reading a -wal by its bytes: whatever lies there is described and nothing raises."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_console.audit.wal_log import HEADER_BYTES, read_wal_log
from cts_console.sqlite import side_file
from tests.audit.case import left_behind, make


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("log") / "a.db"
    make(path, "PRAGMA journal_mode = WAL; CREATE TABLE t (a);")
    left_behind("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2);")(path)
    return side_file(path, "-wal").read_bytes()


def test_committed_pages_are_those_up_to_the_last_commit(log: bytes, tmp_path: Path):
    path = tmp_path / "a-wal"
    path.write_bytes(log)
    found = read_wal_log(path)
    assert found is not None
    assert (found.problem, found.page_size, found.is_whole) == ("", 4096, True)
    assert found.frames == len(found.pages) == (len(log) - HEADER_BYTES) // (24 + 4096)
    assert len(log) == found.offset(found.frames) - 24


def test_nothing_is_there(tmp_path: Path):
    assert read_wal_log(tmp_path / "gone-wal") is None
    (tmp_path / "empty-wal").touch()
    assert read_wal_log(tmp_path / "empty-wal") is None


@given(offset=st.integers(0, HEADER_BYTES - 1), value=st.integers(1, 255))
def test_a_changed_header_is_noticed(
    log: bytes, tmp_path_factory: pytest.TempPathFactory, offset: int, value: int
):
    path = tmp_path_factory.mktemp("changed") / "a-wal"
    changed = bytearray(log)
    changed[offset] ^= value
    path.write_bytes(changed)
    found = read_wal_log(path)
    assert found is not None
    assert found.problem


@given(st.binary(max_size=200))
def test_any_bytes_have_an_answer(tmp_path_factory: pytest.TempPathFactory, data: bytes):
    path = tmp_path_factory.mktemp("any") / "a-wal"
    path.write_bytes(data)
    found = read_wal_log(path)
    assert found is None or found.problem or not found.frames
