"""Watching a file for a while, whatever becomes of it."""

from __future__ import annotations

from itertools import islice

import pytest

from cts_console.errors import CtsError
from cts_console.monitor import watch_file
from cts_console.progress import CancelToken
from cts_console.sqlite import opening, side_file

INSERT = "INSERT INTO trades (amount) VALUES (1)"


def test_a_file_that_an_engine_opens_and_closes_while_it_is_watched(
    make_database, start_engine
) -> None:
    path = make_database()
    watched = watch_file(path, interval_s=0.05)
    assert next(watched).commits == 0
    for _ in range(2):
        engine = start_engine(path)
        engine.execute(INSERT, INSERT)
        engine.end()
        assert next(watched).commits == 2
    watched.close()


def test_a_log_that_is_cut_off_while_it_is_watched(make_database, start_engine) -> None:
    path = make_database()
    engine = start_engine(path)
    watched = watch_file(path, interval_s=0.05)
    engine.execute(INSERT)
    next(watched)
    engine.execute(INSERT, "PRAGMA wal_checkpoint(TRUNCATE)", INSERT)
    assert next(watched).commits == 2
    watched.close()


def test_seconds_are_whole_intervals(make_database) -> None:
    path = make_database()
    assert len(list(watch_file(path, interval_s=0.05, seconds=0.2))) == 4
    (only,) = watch_file(path, interval_s=60, seconds=0.06)
    assert only.interval_s >= 0.06


def test_a_stop_ends_the_wait(make_database) -> None:
    cancel = CancelToken()
    watched = watch_file(make_database(), interval_s=0.05, cancel=cancel)
    next(watched)
    cancel.cancel()
    with pytest.raises(CtsError) as caught:
        next(watched)
    assert caught.value.code == "cancelled"


def test_a_file_that_is_replaced(make_database) -> None:
    path = make_database()
    watched = watch_file(path, interval_s=0.05)
    next(watched)
    make_database(name="other.db").replace(path)
    with pytest.raises(CtsError) as caught:
        next(watched)
    assert caught.value.code == "not_found"


def test_a_file_that_may_not_be_touched_is_opened_anew_once_somebody_else_has_it(
    make_database, start_engine, monkeypatch
) -> None:
    """As in a folder that we cannot write: until then it is looked at without locks."""
    path = make_database()
    monkeypatch.setattr(
        opening, "_must_not_touch", lambda file, _header: not side_file(file, "-shm").exists()
    )
    watched = watch_file(path, interval_s=0.05)
    assert next(watched).journal_mode == "unwatched"
    assert not side_file(path, "-shm").exists()
    engine = start_engine(path)
    engine.execute(INSERT)
    first, second = islice(watched, 2)
    assert (first.journal_mode, first.missed) == ("wal", 1)
    engine.execute(INSERT)
    assert (second.journal_mode, second.missed) == ("wal", 0)
    assert next(watched).commits == 1
    watched.close()
