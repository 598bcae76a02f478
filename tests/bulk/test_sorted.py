"""Rows sorted before they are written: nothing but the speed may differ."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cts_console.bulk import BulkError, Rejection, insert_batch, sorted_run, sorting, upsert_batch
from cts_console.bulk import choice as choosing
from cts_console.bulk import run as running
from cts_console.errors import CtsError
from cts_console.paths import user_cache_dir
from cts_console.progress import CancelToken, Progress
from cts_console.sqlite import open_memory_database

TABLES = (
    "CREATE TABLE t (k INTEGER PRIMARY KEY, v, w INT CHECK (w < 9))",
    "CREATE TABLE t (k INTEGER PRIMARY KEY AUTOINCREMENT, v, w INT CHECK (w < 9))",
    "CREATE TABLE t (k TEXT COLLATE NOCASE PRIMARY KEY, v, w INT CHECK (w < 9)) WITHOUT ROWID",
    "CREATE TABLE t (k NUMERIC, v, w INT CHECK (w < 9), PRIMARY KEY (w, k DESC)) WITHOUT ROWID",
    "CREATE TABLE t (k ANY PRIMARY KEY, v ANY, w INT CHECK (w < 9)) STRICT, WITHOUT ROWID",
    "CREATE TABLE t (k INTEGER PRIMARY KEY, v, w INT CHECK (w < 9)); CREATE INDEX i ON t (v, w)",
)
# Equal in one way and not in another, of the wrong type, none at all, and no value of SQLite's.
KEYS = st.one_of(
    st.integers(-3, 6),
    st.sampled_from(["a", "A", "b", "B ", "2", "02", "2.0", "x", ""]),
    st.sampled_from([2.0, 2.5, float("nan"), -0.0, 2**62, b"2", None]),
)
VALUES = st.one_of(st.integers(0, 99), st.just("text"), st.builds(object))
ROWS = st.lists(st.tuples(KEYS, VALUES, st.integers(0, 9)), max_size=30)


def run(
    table: str, there: list[Any], rows: list[Any], mode: str, strategy: Any, takes: bool
) -> Any:
    """Return everything that can be seen of an insert: rows, result or error, refused rows."""
    rejects: list[Rejection] | None = [] if takes else None
    with open_memory_database() as connection:
        connection.execute(f"BEGIN; {table}")
        insert_batch(connection, "t", there, rejects=[])
        common: dict[str, Any] = {"strategy": strategy, "rejects": rejects, "chunk_rows": 4}
        conflict: dict[str, Any] = {"on_conflict": mode}
        told: Any
        try:
            if mode == "update":
                key = ["w", "k"] if "(w, k" in table else ["k"]
                names = ["k", "v", "w"]
                result = upsert_batch(connection, "t", rows, names, key=key, update=["v"], **common)
            else:
                result = insert_batch(connection, "t", rows, **common, **conflict)
            told = (result.rows_requested, result.rows_written, result.rows_rejected)
        except BulkError as error:
            told = (error.code, error.message.partition(" at 0x")[0], error.hint)
        left = connection.read_rows("SELECT *, typeof(k) FROM t ORDER BY k, w")
    # What is not a number is NULL to SQLite; set aside, it has become that.
    return repr((left, told, rejects)).replace("nan", "None")


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(TABLES),
    ROWS,
    ROWS,
    st.sampled_from(["abort", "ignore", "replace", "update"]),
    st.booleans(),
)
@example(TABLES[2], [], [("a", 1, 1), ("A", 2, 1)], "ignore", False)
@example(TABLES[0], [], [("2", 1, 1), ("02", 2, 1)], "ignore", False)
@example(TABLES[3], [], [("2", 1, 1), ("02", 2, 1)], "ignore", False)
@example(TABLES[0], [], [(5, 1, 1), (None, 2, 1)], "abort", False)
@example(TABLES[1], [], [(5, 1, 1), (float("nan"), 2, 1)], "abort", False)
@example(TABLES[0], [], [(5, 1, 9), (4, 2, 9)], "abort", True)
def test_sorted_rows_end_as_they_do_in_the_order_of_the_input(table, there, rows, mode, takes):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorted_run, "_PIECE_ROWS", 3)
        expected = run(table, there, rows, mode, "rows", takes)
        assert run(table, there, rows, mode, "sorted", takes) == expected
        # As often as not in several parts.
        patch.setattr(sorting, "PART_BYTES", 1)
        assert run(table, there, rows, mode, "sorted", takes) == expected


def shuffled(count, first=1):
    rows = [(n * 10, f"text {n}", n % 9) for n in range(first, first + count)]
    random.Random(7).shuffle(rows)
    return rows


@pytest.fixture
def small(monkeypatch):
    """A cache that a small table outgrows, and a small rest that is worth sorting."""
    monkeypatch.setattr(running, "IN_ORDER_CACHE_KIB", 64)
    monkeypatch.setattr(running, "NO_INDEX_CACHE_KIB", 64)
    monkeypatch.setattr(running, "CACHE_KIB", 64)
    monkeypatch.setattr(choosing, "FEWEST_ROWS", 1_000)


@pytest.mark.parametrize("table", [TABLES[0], TABLES[5]])
def test_rows_in_no_order_are_sorted_once_the_table_has_outgrown_the_cache(
    connection, small, table
):
    connection.execute(table)
    rows = shuffled(60_000)
    result = insert_batch(connection, "t", iter(rows))
    assert result.strategy == "sorted"
    assert "more pages of t than the cache holds" in result.reason
    assert (result.rows_written, result.committed_through) == (60_000, 60_000)
    assert connection.read_rows("SELECT * FROM t ORDER BY k") == sorted(rows)
    assert connection.read_rows("PRAGMA integrity_check") == [("ok",)]
    names = connection.read_rows("SELECT name FROM sqlite_schema WHERE name = 'i'")
    assert names == [("i",)] or table == TABLES[0]


def test_rows_in_order_and_a_short_rest_are_not_sorted(connection, small):
    connection.execute(TABLES[0])
    assert insert_batch(connection, "t", sorted(shuffled(40_000))).strategy == "many_rows"
    few = shuffled(10_500, first=50_000)
    assert insert_batch(connection, "t", few, chunk_rows=500).strategy == "rows"


def test_without_room_for_a_private_file_they_come_as_they_are(connection, small, monkeypatch):
    connection.execute(TABLES[0])
    monkeypatch.setattr(sorting, "PART_BYTES", 2**60)
    assert insert_batch(connection, "t", shuffled(30_000)).strategy == "rows"
    with pytest.raises(CtsError) as caught:
        insert_batch(connection, "t", shuffled(10, first=90_000), strategy="sorted")
    assert caught.value.code == "disk_full"


@pytest.mark.parametrize(
    ("sql", "options", "why"),
    [
        ("(k TEXT PRIMARY KEY, v, w)", {}, "gives the rows of t their ids"),
        ("(k, v, w)", {}, "gives the rows of t their ids"),
        ("(k INTEGER PRIMARY KEY, v UNIQUE, w)", {}, "a second key"),
        ("(k INTEGER PRIMARY KEY, v, w REFERENCES t)", {}, "refer to rows before"),
        (
            "(k INTEGER PRIMARY KEY, v, w, x REFERENCES s)",
            {"on_conflict": "replace"},
            "takes along",
        ),
        ("(k INTEGER PRIMARY KEY, v, w)", {"atomic": False}, "atomic=False"),
        ("(k INTEGER PRIMARY KEY, v, w)", {"columns": ["v", "w"]}, "do not hold the key"),
    ],
)
def test_where_the_order_decides_something_it_stays(connection, sql, options, why):
    connection.execute(f"CREATE TABLE s (k INTEGER PRIMARY KEY); CREATE TABLE t {sql}")
    columns = options.pop("columns", ["k", "v", "w"])
    rows = [(1,) * len(columns)]
    with pytest.raises(CtsError, match=why) as caught:
        insert_batch(connection, "t", rows, columns, strategy="sorted", **options)
    assert caught.value.code == "usage"
    assert insert_batch(connection, "t", rows, columns, **options).rows_written == 1


def test_triggers_see_the_rows_in_the_order_of_the_input(connection):
    connection.execute(f"{TABLES[0]}; CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END")
    with pytest.raises(CtsError, match="Triggers of t run"):
        insert_batch(connection, "t", shuffled(3), strategy="sorted")


def test_a_stop_while_rows_are_set_aside_leaves_nothing(connection):
    connection.execute(TABLES[0])
    cancel = CancelToken()
    told: list[str] = []

    def stop(progress: Progress) -> None:
        told.append(progress.note)
        cancel.cancel()

    with pytest.raises(BulkError) as caught:
        insert_batch(
            connection,
            "t",
            iter(shuffled(50_000)),
            strategy="sorted",
            on_progress=stop,
            cancel=cancel,
        )
    assert caught.value.code == "cancelled"
    assert told[0] == "10,000 rows set aside to be sorted"
    assert connection.read_int("SELECT count(*) FROM t") == 0
    assert list((user_cache_dir() / "copies").glob("sorting*")) == []


@pytest.mark.parametrize(
    ("keys", "together"),
    [
        (list(range(5_000)), True),
        (list(range(5_000, 0, -1)), True),
        ([(n % 50, n // 50) for n in range(5_000)], True),
        ([key for key, _, _ in shuffled(5_000)], False),
        # Rising nearly everywhere, over the whole table each time.
        ([n * 7_919 % 1_000_003 for n in range(5_000)], False),
        ([1], True),
        ([3, "x", None], True),
    ],
)
def test_keys_that_come_together_and_lie_together(keys, together):
    assert sorting.lie_together(keys) is together
