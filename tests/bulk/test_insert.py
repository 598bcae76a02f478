from __future__ import annotations

import decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_console.bulk import BulkError, Rejection, insert_batch, upsert_batch
from cts_console.errors import CtsError
from cts_console.progress import CancelToken, Progress
from cts_console.sqlite import open_database, open_memory_database
from tests.bulk.conftest import candles


def count(connection, table="candles"):
    return connection.read_int(f"SELECT count(*) FROM {table}")


def test_every_row_is_there_as_it_was_given(connection):
    rows = candles(25_003)
    result = insert_batch(connection, "candles", rows)
    assert connection.read_rows("SELECT * FROM candles ORDER BY id") == rows
    assert (result.rows_requested, result.rows_written, result.rows_rejected) == (25_003,) * 2 + (
        0,
    )
    assert (result.operation, result.table, result.mode) == ("insert", "candles", "whole")
    assert result.batches == len(result.batch_seconds) == 3
    assert result.committed_through == 25_003
    assert not connection.in_transaction


@pytest.mark.parametrize("rows", [0, 1, 179, 180, 181, 361])
@pytest.mark.parametrize("strategy", ["rows", "many_rows", "deferred_indexes"])
def test_each_strategy_writes_the_same(connection, rows, strategy):
    insert_batch(connection, "candles", iter(candles(rows)), strategy=strategy, chunk_rows=180)
    assert connection.read_rows("SELECT * FROM candles ORDER BY id") == candles(rows)
    assert connection.read_rows("PRAGMA integrity_check") == [("ok",)]
    names = connection.read_rows("SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE INDEX%'")
    assert sorted(names) == [("idx_candles_at",), ("idx_candles_close",)]


def test_mappings_choose_the_columns_by_name(connection):
    rows = [{"at": 1, "pair": 2, "close": 3.5}, {"close": 4.5, "pair": 2, "at": 2}]
    insert_batch(connection, "candles", rows)
    assert connection.read_rows("SELECT pair, at, close, note FROM candles ORDER BY at") == [
        (2, 1, 3.5, None),
        (2, 2, 4.5, None),
    ]


def test_lists_and_named_columns(connection):
    insert_batch(connection, "candles", ([1, n] for n in range(5)), ["PAIR", "at"])
    assert count(connection) == 5


def test_a_numpy_structured_array_is_read_by_its_fields(connection):
    array = np.array(
        [(1, 10, 1.5), (2, 20, 2.5)], dtype=[("pair", "i8"), ("at", "u4"), ("close", "f8")]
    )
    insert_batch(connection, "candles", array, chunk_rows=1)
    assert connection.read_rows("SELECT pair, at, close FROM candles") == [
        (1, 10, 1.5),
        (2, 20, 2.5),
    ]
    plain = np.array([[3, 30], [4, 40]])
    insert_batch(connection, "candles", plain, ["pair", "at"])
    assert count(connection) == 4


def test_times_of_numpy_are_refused_before_they_become_something_else(connection):
    array = np.array([(1, "2024-01-01")], dtype=[("pair", "i8"), ("at", "M8[ns]")])
    with pytest.raises(CtsError, match="times"):
        insert_batch(connection, "candles", array)


def test_a_refused_row_is_named_with_number_values_and_constraint(connection):
    rows = [*candles(5_000), (5_001, 1, 1, -2.0, "bad"), *candles(10, first=6_000)]
    with pytest.raises(BulkError) as caught:
        insert_batch(connection, "candles", iter(rows))
    assert caught.value.code == "constraint"
    assert "row 5,001" in caught.value.message
    assert "CHECK constraint failed: close > 0" in caught.value.message
    assert "close=-2.0" in caught.value.message
    assert caught.value.result.rows_written == caught.value.result.committed_through == 0
    assert count(connection) == 0
    assert not connection.in_transaction


@pytest.mark.parametrize("strategy", ["rows", "many_rows", "deferred_indexes"])
def test_refused_rows_are_collected_and_the_others_written(connection, strategy):
    bad = {3, 4, 179, 180, 181, 500}
    rows = [
        (n, n, n, -1.0 if n in bad else 1.0, None) if n != 400 else (n, 1, None, 1.0, None)
        for n in range(1, 501)
    ]
    rejects: list[Rejection] = []
    result = insert_batch(connection, "candles", rows, strategy=strategy, rejects=rejects)
    assert {rejection.row for rejection in rejects} == bad | {400}
    assert rejects[0].values == (3, 3, 3, -1.0, None)
    assert "NOT NULL" in next(r.reason for r in rejects if r.row == 400)
    assert (result.rows_requested, result.rows_written, result.rows_rejected) == (500, 493, 7)
    assert count(connection) == 493


def test_secrets_are_not_among_the_values_of_a_refusal(connection):
    connection.execute("CREATE TABLE keys (id INTEGER PRIMARY KEY, api_secret, n INT NOT NULL)")
    rejects: list[Rejection] = []
    insert_batch(connection, "keys", [(1, "hunter2", None)], rejects=rejects)
    assert "hunter2" not in repr(rejects)
    with pytest.raises(BulkError) as caught:
        insert_batch(connection, "keys", [(1, "hunter2", None)])
    assert "hunter2" not in caught.value.message


@pytest.mark.parametrize("value", [decimal.Decimal("1.5"), object(), 2**63, "\ud800"])
def test_a_value_without_a_type_in_sqlite_names_its_row(connection, value):
    rows = [*candles(3), (4, 1, 1, 1.0, value)]
    with pytest.raises(BulkError, match="row 4") as caught:
        insert_batch(connection, "candles", rows)
    assert caught.value.code == "usage"
    assert count(connection) == 0


def test_conflicts(connection):
    insert_batch(connection, "candles", candles(10))
    again = [(5, 50, 50, 9.0, "new"), (11, 51, 51, 9.0, "new")]
    with pytest.raises(BulkError, match="UNIQUE constraint failed"):
        insert_batch(connection, "candles", again)
    assert insert_batch(connection, "candles", again, on_conflict="ignore").rows_written == 1
    assert connection.read_value("SELECT note FROM candles WHERE id = 5") == "note 5"
    assert insert_batch(connection, "candles", again, on_conflict="replace").rows_written == 2
    assert connection.read_value("SELECT note FROM candles WHERE id = 5") == "new"


def test_ignored_rows_are_counted_past_triggers(connection):
    connection.execute(
        "CREATE TABLE log (n INT); CREATE TRIGGER t AFTER INSERT ON candles BEGIN "
        "INSERT INTO log VALUES (new.id), (new.id); END"
    )
    insert_batch(connection, "candles", candles(5))
    result = insert_batch(connection, "candles", candles(10), on_conflict="ignore")
    assert result.rows_written == 5
    assert count(connection, "log") == 20


def test_upsert_sets_what_is_named(connection):
    insert_batch(connection, "candles", candles(3))
    rows = [(1, 60_000, 5.0, "x"), (9, 9, 9.0, "y")]
    names = ["pair", "at", "close", "note"]
    result = upsert_batch(connection, "candles", rows, names, key=["pair", "at"], update=["close"])
    assert result.rows_written == 2
    assert connection.read_rows("SELECT id, close, note FROM candles WHERE pair = 1") == [
        (1, 5.0, "note 1")
    ]
    upsert_batch(connection, "candles", rows, names, key=["at", "pair"])
    assert connection.read_value("SELECT note FROM candles WHERE id = 1") == "x"
    assert (
        upsert_batch(connection, "candles", rows, names, key=["pair", "at"], update=[]).rows_written
        == 0
    )


def test_upsert_needs_a_key_that_the_database_keeps_unique(connection):
    with pytest.raises(CtsError, match="no UNIQUE index"):
        upsert_batch(connection, "candles", candles(1), key=["at"])


@pytest.mark.parametrize(
    ("table", "columns", "rows", "words"),
    [
        ("nothing", None, [(1,)], "no table"),
        ("candles", ["pair", "volume"], [(1, 2)], "volume"),
        ("candles", ["pair", "PAIR"], [(1, 2)], "twice"),
        ("sqlite_sequence", None, [(1,)], "SQLite's own"),
        ("candles", None, ["abcde"], "Row 1 is a str"),
        ("candles", None, [(1, 2, 3)], "Row 1 has 3"),
        ("candles", ["pair", "at"], [(1, 2), 7], "Row 2 has 0"),
        ("candles", None, [{"pair": 1}, {"pair": 1, "at": 2}], "Row 2 has also at"),
        ("candles", None, [{"pair": 1}, {"at": 2}], "Row 2 lacks pair"),
        ("candles", None, [{"pair": 1}, (1,)], "Row 2 is no mapping"),
    ],
)
def test_what_is_no_row_or_no_column_is_told(connection, table, columns, rows, words):
    connection.execute("CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT)")
    with pytest.raises(CtsError, match=words) as caught:
        insert_batch(connection, table, rows, columns)
    assert caught.value.code == "usage"
    assert count(connection) == 0


def test_a_wrong_row_far_behind_leaves_nothing(connection):
    rows = [*candles(60_000), (1, 2)]
    with pytest.raises(CtsError, match="Row 60,001 has 2 values; 5 are expected"):
        insert_batch(connection, "candles", iter(rows))
    assert count(connection) == 0


def test_in_chunks_it_says_what_is_committed(connection):
    rows = [*candles(2_500), (2_501, 1, 1, -1.0, None)]
    with pytest.raises(BulkError, match="Committed are 2,000 rows") as caught:
        insert_batch(connection, "candles", rows, chunk_rows=1_000, atomic=False)
    assert caught.value.result.committed_through == caught.value.result.rows_written == 2_000
    assert count(connection) == 2_000


def test_a_stop_leaves_nothing(connection):
    cancel = CancelToken()

    def stop(progress: Progress) -> None:
        cancel.cancel()

    with pytest.raises(BulkError) as caught:
        insert_batch(connection, "candles", iter(candles(50_000)), cancel=cancel, on_progress=stop)
    assert caught.value.code == "cancelled"
    assert count(connection) == 0
    insert_batch(connection, "candles", candles(1))
    assert count(connection) == 1


def test_an_error_of_the_input_leaves_nothing(connection):
    def rows():
        yield from candles(60_000)
        raise OSError("the pipe broke")

    with pytest.raises(OSError, match="pipe"):
        insert_batch(connection, "candles", rows())
    assert count(connection) == 0
    assert not connection.in_transaction


def test_progress_counts_rows_and_the_bytes_by_which_the_database_grows(connection):
    told: list[Progress] = []
    before = connection.read_int("PRAGMA page_count")
    insert_batch(connection, "candles", candles(30_000), on_progress=told.append)
    assert (told[-1].done, told[-1].total, told[-1].unit) == (30_000, 30_000, "rows")
    assert told[-1].rows_per_s is not None
    grown = connection.read_int("PRAGMA page_count") - before
    assert told[-1].bytes_done == grown * connection.read_int("PRAGMA page_size") > 0
    assert told[-1].bytes_total is None
    insert_batch(connection, "candles", candles(300, 50_000), on_progress=told.append, atomic=False)
    assert told[-1].bytes_done is None


def test_inside_the_callers_transaction_it_is_a_part_of_it(connection):
    connection.execute("BEGIN IMMEDIATE")
    insert_batch(connection, "candles", candles(3))
    with pytest.raises(BulkError):
        insert_batch(connection, "candles", candles(3))
    assert count(connection) == 3
    connection.execute("ROLLBACK")
    assert count(connection) == 0


def test_a_trigger_that_ends_the_transaction_leaves_nothing(connection):
    connection.execute(
        "CREATE TRIGGER t BEFORE INSERT ON candles WHEN new.id = 3 BEGIN "
        "SELECT RAISE(ROLLBACK, 'no'); END"
    )
    with pytest.raises(BulkError, match="whole transaction"):
        insert_batch(connection, "candles", candles(5), rejects=[])
    assert count(connection) == 0


def test_a_deferred_foreign_key_is_told_with_its_parent(connection):
    connection.execute(
        "CREATE TABLE fills (id INTEGER PRIMARY KEY, candle INTEGER "
        "REFERENCES candles (id) DEFERRABLE INITIALLY DEFERRED)"
    )
    with pytest.raises(BulkError, match="candle → candles"):
        insert_batch(connection, "fills", [(1, 99)])
    assert count(connection, "fills") == 0


def test_a_constraints_own_conflict_clause_does_not_decide(connection):
    connection.execute("CREATE TABLE odd (id INTEGER PRIMARY KEY ON CONFLICT ROLLBACK, v)")
    rejects: list[Rejection] = []
    insert_batch(connection, "odd", [(1, 1), (1, 2), (2, 3)], rejects=rejects)
    assert [r.row for r in rejects] == [2]
    assert count(connection, "odd") == 2


def test_a_read_only_connection_is_refused(connection, path):
    with open_database(path) as reader, pytest.raises(CtsError) as caught:
        insert_batch(reader, "candles", candles(1))
    assert caught.value.code == "read_only"


def test_hostile_names_are_names(connection):
    connection.execute('CREATE TABLE "a""; DROP TABLE candles; --" ("x"" y" INT, "select" TEXT)')
    insert_batch(connection, 'a"; DROP TABLE candles; --', [{'x" y': 1, "select": "b"}])
    assert connection.read_rows('SELECT * FROM "a""; DROP TABLE candles; --"') == [(1, "b")]
    assert count(connection) == 0


@given(
    st.lists(
        st.tuples(
            st.one_of(
                st.none(),
                st.integers(-(2**63), 2**63 - 1),
                st.floats(allow_nan=False),
                st.text(st.characters(exclude_categories=["Cs"])),
                st.binary(),
            )
        ),
        max_size=40,
    ),
    st.integers(1, 7),
    st.sampled_from(["rows", "many_rows"]),
)
def test_any_values_come_back(rows, chunk_rows, strategy):
    with open_memory_database() as connection:
        connection.execute("CREATE TABLE t (v)")
        connection.execute("BEGIN")
        insert_batch(connection, "t", rows, chunk_rows=chunk_rows, strategy=strategy)
        assert connection.read_rows("SELECT v FROM t ORDER BY rowid") == rows
