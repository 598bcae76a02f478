from __future__ import annotations

import pytest

from cts_console.bulk import BulkError, insert_batch, update_batch
from cts_console.errors import CtsError
from cts_console.sqlite import open_database
from tests.bulk.conftest import candles
from tests.processes import IDLE_ENGINE, a_process, tell, wait_for_line


def count(connection):
    return connection.read_int("SELECT count(*) FROM candles")


def test_a_full_disk_leaves_nothing(connection):
    insert_batch(connection, "candles", candles(100))
    pages = connection.read_int("PRAGMA page_count")
    connection.execute(f"PRAGMA max_page_count = {pages + 200}")
    with pytest.raises(BulkError) as caught:
        insert_batch(connection, "candles", iter(candles(100_000, first=1_000)))
    assert caught.value.code == "disk_full"
    assert count(connection) == 100
    assert connection.read_rows("PRAGMA integrity_check") == [("ok",)]


def test_beside_others_a_small_batch_passes_whole(connection, path):
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        result = insert_batch(connection, "candles", candles(1_000))
        assert (result.mode, result.rows_written) == ("whole", 1_000)
        result = insert_batch(connection, "candles", candles(30_000, first=5_000), overrule=True)
        assert (result.mode, result.rows_written) == ("whole", 30_000)


def test_beside_others_what_cannot_be_taken_back_is_refused(connection, path):
    connection.execute("CREATE TABLE keyless (v)")
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        with pytest.raises(CtsError, match="Writing 100,000 rows into keyless") as caught:
            insert_batch(connection, "keyless", [(n,) for n in range(100_000)])
        assert caught.value.code == "locked"
        with pytest.raises(CtsError, match="at least") as caught:
            insert_batch(connection, "keyless", ((n,) for n in range(60_000)))


def test_beside_others_chunks_are_no_longer_than_a_slice(connection, path):
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        rows = iter(candles(12_000))
        result = insert_batch(connection, "candles", rows, atomic=False, chunk_rows=10_000)
        assert result.rows_written == result.committed_through == 12_000
        assert result.mode == "chunks"
        assert result.batches > 2


def test_a_large_update_beside_others_is_refused_before_it_begins(connection, path):
    insert_batch(connection, "candles", candles(20_000))
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        with pytest.raises(CtsError, match="To update 20,000 rows of candles") as caught:
            update_batch(connection, "candles", {"note": "x"}, where="1")
        assert caught.value.code == "locked"


def test_a_lock_past_the_busy_timeout_is_told_and_nothing_is_written(connection, path):
    connection.set_busy_timeout(50)
    with a_process(IDLE_ENGINE, path) as engine:
        wait_for_line(engine, "open")
        tell(engine, "BEGIN IMMEDIATE")
        wait_for_line(engine, "done")
        with pytest.raises(BulkError) as caught:
            insert_batch(connection, "candles", candles(10))
        assert caught.value.code == "locked"
        tell(engine, "COMMIT")
        wait_for_line(engine, "done")
        assert insert_batch(connection, "candles", candles(10)).rows_written == 10


def test_a_table_dropped_meanwhile(connection, path):
    def rows():
        yield from candles(3)
        with open_database(path, "read_write") as other:
            other.execute("DROP TABLE candles")

    with pytest.raises(CtsError) as caught:
        insert_batch(connection, "candles", rows())
    assert caught.value.code == "usage"
    assert not connection.in_transaction
