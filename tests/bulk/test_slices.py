from __future__ import annotations

from collections.abc import Iterator

import pytest

from cts_console.bulk import (
    BulkError,
    Rejection,
    insert_batch,
    list_batches,
    resume_batch,
    undo_batch,
    upsert_batch,
)
from cts_console.bulk.batches import batches_dir
from cts_console.errors import CtsError
from cts_console.progress import CancelToken, Progress
from cts_console.sqlite import open_database
from tests.bulk.conftest import candles
from tests.processes import IDLE_ENGINE, a_process, tell, wait_for_line

# Beside the engine of the test; it tells when the first rows have come over.
LOADER = """
import functools, sys
from cts_console.bulk import insert_batch, telling
from cts_console.sqlite import open_database
# Of a batch that takes a second the usual twenty reports are too few.
telling.ProgressSampler = functools.partial(telling.ProgressSampler, interval_s=0)
told = []
def tell(progress):
    if progress.note == "bringing rows over" and progress.done >= int(sys.argv[2]) and not told:
        told.append(1)
        print("coming", flush=True)
rows = [(n, n % 7, n, 1.0, "note") for n in range(1, 20_001)]
with open_database(sys.argv[1], "read_write") as connection:
    print(insert_batch(connection, "candles", rows, on_progress=tell).mode, flush=True)
"""


@pytest.fixture
def engine(connection, path) -> Iterator[object]:
    """Another process that has the file open."""
    with a_process(IDLE_ENGINE, path) as process:
        wait_for_line(process, "open")
        yield process


def read_all(connection):
    return connection.read_rows("SELECT * FROM candles ORDER BY id")


def test_all_rows_come_over(connection, engine):
    told: list[Progress] = []
    result = insert_batch(connection, "candles", iter(candles(60_000)), on_progress=told.append)
    # How long the stream is nobody knows until all of it is checked.
    totals = {step.note.partition(" ")[0]: step.total for step in told}
    assert (totals["checking"], totals["bringing"]) == (None, 60_000)
    assert (result.mode, result.rows_written, result.rows_requested) == ("slices", 60_000, 60_000)
    assert result.batches == len(result.batch_seconds) > 3
    assert read_all(connection) == candles(60_000)
    assert connection.read_rows("PRAGMA integrity_check") == [("ok",)]
    (batch,) = list_batches(connection.path)
    assert (batch.id, batch.state, batch.rows_written) == (result.batch_id, "done", 60_000)


def test_a_batch_is_taken_back_as_a_whole(connection, engine):
    insert_batch(connection, "candles", candles(100))
    result = insert_batch(connection, "candles", candles(20_000, first=1_000))
    assert result.batch_id is not None
    assert undo_batch(connection, str(result.batch_id)) == 0
    assert read_all(connection) == candles(100)
    assert list_batches(connection.path)[0].state == "undone"


def test_a_damaged_record_of_another_batch_stops_no_new_one(connection, engine):
    result = insert_batch(connection, "candles", candles(20_000))
    record = batches_dir() / str(result.batch_id) / "batch.db"
    for beside in record.parent.glob("batch.db-*"):
        beside.unlink()
    record.write_bytes(b"no database at all" * 1_000)
    assert insert_batch(connection, "candles", candles(20_000, first=50_000)).mode == "slices"
    assert record.exists()


def test_rows_that_somebody_changed_since_stay(connection, engine):
    result = insert_batch(connection, "candles", candles(20_000))
    connection.execute(
        "UPDATE candles SET note = 'mine' WHERE id = 7; DELETE FROM candles WHERE id = 8"
    )
    assert undo_batch(connection, str(result.batch_id)) == 1
    assert [row[0] for row in read_all(connection)] == [7]


def test_what_the_table_would_refuse_is_told_before_anything_comes_over(connection, engine):
    rows = [*candles(20_000), (20_001, 1, 1, -1.0, None)]
    with pytest.raises(BulkError, match="row 20,001 was refused: CHECK constraint"):
        insert_batch(connection, "candles", rows)
    assert read_all(connection) == []
    assert list_batches() == []


def test_a_conflict_with_rows_that_are_there_takes_all_back(connection, engine):
    connection.execute("INSERT INTO candles VALUES (90000, 15000 % 7, 15000 * 60000, 1.0, NULL)")
    before = read_all(connection)
    with pytest.raises(BulkError, match="row 15,000 was refused: UNIQUE constraint"):
        insert_batch(connection, "candles", candles(20_000))
    assert read_all(connection) == before
    assert list_batches() == []


def test_refused_rows_are_collected_with_their_numbers(connection, engine):
    connection.execute("INSERT INTO candles VALUES (90000, 15000 % 7, 15000 * 60000, 1.0, NULL)")
    rows = candles(20_000)
    rows[99] = (100, 1, 1, -1.0, None)
    rejects: list[Rejection] = []
    result = insert_batch(connection, "candles", rows, rejects=rejects)
    assert [(r.row, len(r.values)) for r in rejects] == [(100, 5), (15_000, 5)]
    assert (result.rows_written, result.rows_rejected) == (19_998, 2)


def test_a_stop_takes_all_back(connection, engine):
    cancel = CancelToken()

    def stop(progress: Progress) -> None:
        if progress.note == "bringing rows over":
            cancel.cancel()

    with pytest.raises(BulkError) as caught:
        insert_batch(connection, "candles", candles(40_000), on_progress=stop, cancel=cancel)
    assert caught.value.code == "cancelled"
    assert caught.value.result.rows_written == 0
    assert read_all(connection) == []
    assert list_batches() == []


@pytest.mark.parametrize("after_rows", [1, 3_000, 12_000])
def test_killed_in_the_middle_it_can_be_finished_or_taken_back(
    connection, engine, path, after_rows
):
    with a_process(LOADER, path, after_rows) as loader:
        wait_for_line(loader, "coming")
        loader.kill()
        loader.wait()
    (batch,) = list_batches(path)
    assert (batch.state, batch.is_running) == ("coming", False)
    came = connection.read_int("SELECT count(*) FROM candles")
    assert came >= after_rows
    assert resume_batch(connection, batch.id) == 20_000
    assert connection.read_int("SELECT count(*) FROM candles") == 20_000
    assert connection.read_rows("PRAGMA integrity_check") == [("ok",)]
    with pytest.raises(CtsError, match="is done"):
        resume_batch(connection, batch.id)
    assert undo_batch(connection, batch.id) == 0
    assert read_all(connection) == []


def test_an_append_only_table_takes_a_batch_back(connection, engine):
    connection.execute(
        "CREATE TRIGGER guard BEFORE DELETE ON candles BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    result = insert_batch(connection, "candles", candles(20_000))
    assert result.mode == "slices"
    undo_batch(connection, str(result.batch_id))
    assert read_all(connection) == []
    insert_batch(connection, "candles", candles(1))
    with pytest.raises(CtsError, match="no"):
        connection.execute("DELETE FROM candles")


def test_other_rows_that_refer_to_the_batch_keep_it(connection, engine):
    result = insert_batch(connection, "candles", candles(20_000))
    connection.execute(
        "CREATE TABLE marks (id INTEGER PRIMARY KEY, candle REFERENCES candles (id));"
        "INSERT INTO marks VALUES (1, 5)"
    )
    with pytest.raises(CtsError) as caught:
        undo_batch(connection, str(result.batch_id))
    assert caught.value.code == "constraint"
    assert caught.value.title == "Other rows refer to these"
    assert connection.read_int("SELECT count(*) FROM candles WHERE id = 5") == 1
    connection.execute("DELETE FROM marks")
    undo_batch(connection, str(result.batch_id))
    assert read_all(connection) == []


@pytest.mark.parametrize("how", ["ignore", "replace", "update"])
def test_conflicts_end_as_they_do_in_one_transaction(connection, engine, how, tmp_path):
    rows = candles(12_000)
    rows += [(n, n % 7, n * 60_000, 7.0, "again") for n in range(1, 12_001, 3)]
    there = [(n, n % 7, n * 60_000, 9.0, "there") for n in range(5, 12_001, 5)]
    with open_database(tmp_path / "whole.db", "read_write", create=True) as whole:
        for (sql,) in connection.read_rows("SELECT sql FROM sqlite_schema WHERE sql NOT NULL"):
            whole.execute(str(sql))
        for target in (whole, connection):
            insert_batch(target, "candles", there)
            if how == "update":
                names = ["id", "pair", "at", "close", "note"]
                result = upsert_batch(target, "candles", rows, names, key=["id"], update=["close"])
            else:
                result = insert_batch(target, "candles", rows, on_conflict=how)
        assert result.mode == "slices"
        assert read_all(connection) == read_all(whole)


def test_a_lock_that_stays_leaves_a_batch_that_can_be_finished(connection, engine, path):
    connection.set_busy_timeout(50)
    tell(engine, "BEGIN IMMEDIATE")
    wait_for_line(engine, "done")
    with pytest.raises(BulkError) as caught:
        insert_batch(connection, "candles", candles(20_000))
    assert caught.value.code == "locked"
    tell(engine, "COMMIT")
    wait_for_line(engine, "done")
    assert read_all(connection) == []
