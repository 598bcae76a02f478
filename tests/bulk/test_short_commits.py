from __future__ import annotations

import os

import pytest

from cts_console.bulk import insert_batch, short_commits, undo_batch
from cts_console.bulk.batches import Batch
from tests.bulk.conftest import candles
from tests.processes import IDLE_ENGINE, a_process, wait_for_line


@pytest.fixture
def events(monkeypatch):
    """What happens to the disk and to the record of a batch, in order."""
    seen: list[str] = []

    def noting(name, call):
        def noted(*arguments):
            seen.append(name)
            return call(*arguments)

        return noted

    monkeypatch.setattr(os, "fsync", noting("sync", os.fsync))
    for name in ("confirm", "remove_slice"):
        monkeypatch.setattr(Batch, name, noting(name, getattr(Batch, name)))
    return seen


@pytest.mark.parametrize(
    ("mode", "level", "within", "syncs"),
    [("wal", 2, 1, 1), ("wal", 3, 1, 1), ("wal", 1, 1, 0), ("wal", 0, 0, 0), ("delete", 2, 2, 0)],
)
def test_what_the_commit_leaves_out_is_done_after_it(
    connection, events, mode, level, within, syncs
):
    connection.execute(f"PRAGMA journal_mode = {mode}; PRAGMA synchronous = {level}")
    with short_commits.short_commits(connection) as settle:
        assert connection.read_int("PRAGMA synchronous") == within
        connection.execute("INSERT INTO candles (pair, at) VALUES (1, 1)")
        settle()
    assert events == ["sync"] * syncs
    assert connection.read_int("PRAGMA synchronous") == level


def test_a_slice_counts_as_committed_once_it_is_on_the_disk(connection, events, path):
    connection.execute("PRAGMA synchronous = FULL")
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        result = insert_batch(connection, "candles", candles(9_000))
        assert events == ["sync", "confirm"] * result.batches
        events.clear()
        undo_batch(connection, str(result.batch_id))
    assert events == ["sync", "remove_slice"] * result.batches
