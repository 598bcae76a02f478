from __future__ import annotations

from cts_console.bulk import insert_batch
from tests.bulk.conftest import candles


def test_a_huge_batch_into_an_empty_table_defers_the_indexes(connection):
    result = insert_batch(connection, "candles", candles(2_000))
    assert result.strategy == "deferred_indexes"
    assert result.indexes_deferred == ("idx_candles_at", "idx_candles_close")


def test_a_small_batch_into_a_large_table_keeps_them(connection):
    insert_batch(connection, "candles", candles(20_000))
    before = connection.read_int("PRAGMA schema_version")
    result = insert_batch(connection, "candles", candles(1_000, first=30_000))
    assert (result.strategy, result.indexes_deferred) == ("rows", ())
    assert connection.read_int("PRAGMA schema_version") == before


def test_statistics_that_are_wrong_do_not_mislead_the_choice(connection):
    insert_batch(connection, "candles", candles(20_000))
    connection.execute("ANALYZE; UPDATE sqlite_stat1 SET stat = '10 1'")
    assert insert_batch(connection, "candles", candles(100, first=30_000)).strategy == "rows"


def test_a_stream_that_turns_out_long_defers_them_on_the_way(connection):
    insert_batch(connection, "candles", candles(90_000), strategy="rows")
    result = insert_batch(connection, "candles", iter(candles(130_000, first=100_000)))
    assert result.indexes_deferred
    assert connection.read_int("SELECT count(*) FROM candles") == 220_000
    assert connection.read_rows("PRAGMA integrity_check") == [("ok",)]


def test_without_secondary_indexes_many_rows_go_into_a_statement(connection):
    connection.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, v)")
    assert insert_batch(connection, "plain", [(1, 2)]).strategy == "many_rows"


def test_triggers_run_row_by_row_and_keep_their_indexes(connection):
    connection.execute("CREATE TRIGGER t AFTER INSERT ON candles BEGIN SELECT 1; END")
    result = insert_batch(connection, "candles", candles(2_000))
    assert (result.strategy, result.indexes_deferred) == ("rows", ())


def test_unique_partial_and_computed_indexes_stay(connection):
    connection.execute(
        "DROP INDEX idx_candles_at; DROP INDEX idx_candles_close;"
        "CREATE UNIQUE INDEX u ON candles (id, at);"
        "CREATE INDEX p ON candles (close) WHERE close > 5;"
        "CREATE INDEX e ON candles (abs(close))"
    )
    assert insert_batch(connection, "candles", candles(2_000)).indexes_deferred == ()


def test_the_planners_statistics_outlive_the_rebuild(connection):
    insert_batch(connection, "candles", candles(1_000))
    connection.execute("ANALYZE")
    statistics = "SELECT * FROM {} ORDER BY 1, 2, 3"
    before = [connection.read_rows(statistics.format(t)) for t in ("sqlite_stat1", "sqlite_stat4")]
    result = insert_batch(connection, "candles", candles(5_000, first=5_000))
    assert result.indexes_deferred
    after = [connection.read_rows(statistics.format(t)) for t in ("sqlite_stat1", "sqlite_stat4")]
    assert after == before
    assert len(before[0]) >= 3


def test_the_cache_is_given_back(connection):
    connection.execute("PRAGMA cache_size = -1234")
    insert_batch(connection, "candles", candles(25_000))
    assert connection.read_int("PRAGMA cache_size") == -1234


def test_one_row_in_the_databases_own_record(cts_connection):
    result = insert_batch(cts_connection, "system_settings", [("a.b", "1")], ["key", "value"])
    assert result.rows_written == 1
    rows = cts_connection.read_rows(
        "SELECT operation, table_name, rows_requested, rows_written, batches, errors, status "
        "FROM batch_processor_stats"
    )
    assert rows == [("insert", "system_settings", 1, 1, 1, 0, "ok")]
