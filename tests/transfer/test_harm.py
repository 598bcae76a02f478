"""Killed, stopped, beside others, in little memory: all rows or none, and nobody waits."""

from __future__ import annotations

import time

import pytest

from cts_console.bulk import undo_batch
from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.sqlite import open_database
from cts_console.transfer import ImportRequest, ReadOptions, run_import
from tests.processes import IDLE_ENGINE, a_process, tell, wait_for_line

IMPORTER = """
import sys
from pathlib import Path
from cts_console.transfer import ImportRequest, ReadOptions, run_import
nulls = None if sys.argv[3] == "sqlite" else ("never",)
def tell(progress):
    if progress.unit == "rows":
        print("writing", flush=True)
run_import(Path(sys.argv[1]), Path(sys.argv[2]),
    ImportRequest("candles", options=ReadOptions(null_texts=nulls)), on_progress=tell)
print("committed", flush=True)
"""
COUNT = 120_000


def lines(count: int = COUNT) -> str:
    rows = (f"{n},{n % 7},{n},1.5,note {n}\n" for n in range(1, count + 1))
    return "id,pair,at,close,note\n" + "".join(rows)


def count(path, table="candles"):
    with open_database(path) as connection:
        return connection.read_int(f"SELECT count(*) FROM {table}")


@pytest.mark.parametrize("way", ["sqlite", "python"])
@pytest.mark.parametrize("after_s", [0.0, 0.05, 0.15, 0.3])
def test_killed_at_any_moment_all_rows_are_there_or_none(path, write, way, after_s) -> None:
    file = write(lines())
    with a_process(IMPORTER, path, file, way) as process:
        wait_for_line(process, "writing")
        time.sleep(after_s)  # the moment of the kill is what is varied
        process.kill()
        process.wait()
    assert count(path) in (0, COUNT)
    with open_database(path, "read_write") as connection:
        assert connection.read_rows("PRAGMA integrity_check") == [("ok",)]
        names = connection.read_rows("SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE I%'")
        assert names == [("idx_candles_close",)]


@pytest.mark.parametrize("nulls", [None, ("never",)], ids=["sqlite", "python"])
@pytest.mark.parametrize("at", ["bytes", "rows"])
def test_stopped_nothing_is_left(path, write, nulls, at) -> None:
    token = CancelToken()

    def stop(progress) -> None:
        if progress.unit == at:
            token.cancel()

    request = ImportRequest("candles", options=ReadOptions(null_texts=nulls))
    file = write(lines())
    with pytest.raises(CtsError) as caught:
        run_import(path, file, request, on_progress=stop, cancel=token)
    assert caught.value.code == "cancelled"
    assert count(path) == 0
    # And it may be tried again at once.
    assert run_import(path, file, request).rows_written == COUNT


def test_beside_others_a_long_import_comes_over_in_slices(path, write) -> None:
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        result = run_import(path, write(lines(20_000)), ImportRequest("candles"))
        assert (result.mode, result.rows_written) == ("slices", 20_000)
        assert count(path) == 20_000
        with open_database(path, "read_write") as connection:
            undo_batch(connection, str(result.batch_id))
        assert count(path) == 0
        short = run_import(path, write(lines(500)), ImportRequest("candles"))
        assert (short.mode, short.rows_written) == ("whole", 500)


def test_beside_others_a_refused_row_takes_all_back(path, write) -> None:
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        with pytest.raises(CtsError, match="line 20,002"):
            run_import(path, write(lines(20_000) + "1,1,1,-1,x\n"), ImportRequest("candles"))
    assert count(path) == 0


def test_the_lock_of_another_is_waited_for_no_longer_than_told(path, write, monkeypatch) -> None:
    monkeypatch.setattr("cts_console.sqlite.opening.WRITE_BUSY_TIMEOUT_MS", 100)
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        tell(engine, "BEGIN IMMEDIATE")
        wait_for_line(engine, "done")
        with pytest.raises(CtsError) as caught:
            run_import(path, write(lines(10)), ImportRequest("candles"))
        assert caught.value.code == "locked"
    assert count(path) == 0


def test_a_lock_that_is_waited_for_is_told_and_goes(path, write) -> None:
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        tell(engine, "BEGIN IMMEDIATE")
        wait_for_line(engine, "done")
        waits: list[float] = []

        def on_wait(waited_s: float) -> None:
            if not waits:
                tell(engine, "COMMIT")
                wait_for_line(engine, "done")
            waits.append(waited_s)

        result = run_import(path, write(lines(10)), ImportRequest("candles"), on_wait=on_wait)
    assert waits
    assert result.rows_written == count(path) == 10


def test_looking_at_another_database_leaves_it_as_it_was(path, tmp_path, write) -> None:
    other = tmp_path / "other.db"
    with open_database(other, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)")
    before = other.read_bytes()
    run_import(path, other, ImportRequest("loose"))
    assert other.read_bytes() == before
    assert sorted(entry.name for entry in tmp_path.glob("other*")) == ["other.db"]
