"""Pages by keyset, against a plain SELECT over the same rows."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cts_console.errors import CtsError
from cts_console.progress import CancelToken, Progress
from cts_console.schema import read_schema
from cts_console.schema.browse import (
    MAX_WHOLE_BYTES,
    read_cell,
    read_page,
    read_whole_rows,
)
from cts_console.schema.browse_cells import Cut
from cts_console.schema.browse_estimate import count_rows, read_rowid_map
from cts_console.schema.browse_search import search_names
from cts_console.schema.browse_source import (
    Condition,
    RowSource,
    Seek,
    plan_rows,
    why_full_scan,
    why_not_sortable,
)
from cts_console.sqlite import (
    Connection,
    SqliteValue,
    open_database,
    open_memory_database,
    transaction,
)

WAYS = ("INDEX i", "COVERING INDEX i", "INTEGER PRIMARY KEY")
VALUES = st.one_of(
    st.none(),
    st.integers(-3, 3),
    st.sampled_from([0.5, -1.5, 2.0]),
    st.sampled_from(["", "a", "A", "b", "B"]),
    st.sampled_from([b"", b"a", b"\xff"]),
)
ROWIDS = st.one_of(st.integers(-5, 60), st.sampled_from([-(2**63), 2**63 - 1, 10**12]))


def all_pages(connection: Connection, source: RowSource, size: int) -> list[tuple]:
    """Read forward from the start, page by page, each behind the last key of the one before."""
    found: list[tuple] = []
    seek = Seek()
    while True:
        page = read_page(connection, source, seek, size)
        found += [(key, row) for key, row in zip(page.keys, page.rows, strict=True)]
        if page.is_end:
            return found
        seek = Seek(page.keys[-1])


def all_pages_backward(connection: Connection, source: RowSource, size: int) -> list[tuple]:
    found: list[tuple] = []
    seek = Seek(backward=True)
    while True:
        page = read_page(connection, source, seek, size)
        found = [(key, row) for key, row in zip(page.keys, page.rows, strict=True)] + found
        if page.is_end:
            return found
        seek = Seek(page.keys[0], backward=True)


def expected_rows(connection: Connection, source: RowSource) -> list[tuple]:
    order = ", ".join(part.term + (" DESC" if part.descending else "") for part in source.key)
    columns = ", ".join(f'"{name}"' for name in source.columns)
    rows = connection.read_rows(f"SELECT {columns} FROM {source.table_sql} ORDER BY {order}")
    return [tuple(Cut("blob", len(v), "") if isinstance(v, bytes) else v for v in r) for r in rows]


def check_source(connection: Connection, source: RowSource, size: int) -> None:
    """Every way to walk gives the rows of a plain SELECT, once each, in its order."""
    expected = expected_rows(connection, source)
    forward = all_pages(connection, source, size)
    assert [row for _, row in forward] == expected
    assert all_pages_backward(connection, source, size) == forward
    for place in range(0, len(forward), 3):
        key = forward[place][0]
        at = read_page(connection, source, Seek(key, inclusive=True), size)
        assert list(zip(at.keys, at.rows, strict=True)) == forward[place : place + size]
        skipping = read_page(connection, source, Seek(key, skip=4), size)
        assert (
            list(zip(skipping.keys, skipping.rows, strict=True))
            == (forward[place + 5 : place + 5 + size])
        )
        assert skipping.skipped == min(4, len(forward) - place - 1)
        back = read_page(connection, source, Seek(key, backward=True, skip=2), size)
        end = max(place - 2, 0)
        assert list(zip(back.keys, back.rows, strict=True)) == forward[max(end - size, 0) : end]


def table_source(connection: Connection, name: str, **order) -> RowSource:
    return plan_rows(read_schema(connection).tables_by_name()[name], **order)


@given(
    rows=st.dictionaries(ROWIDS, st.tuples(VALUES, VALUES), max_size=30),
    size=st.integers(1, 7),
    descending=st.booleans(),
)
@settings(max_examples=60)
def test_tables_with_rowids_are_paged_like_a_plain_select(rows, size, descending):
    with open_memory_database() as connection:
        connection.execute(
            "CREATE TABLE t(a, b COLLATE NOCASE); CREATE INDEX i ON t(a DESC, b);"
            "CREATE INDEX j ON t(b)"
        )
        connection.execute_many(
            "INSERT INTO t(rowid, a, b) VALUES (?, ?, ?)", [(k, *v) for k, v in rows.items()]
        )
        for sort in (None, "a", "b"):
            source = table_source(connection, "t", sort=sort, descending=descending)
            check_source(connection, source, size)


@given(
    rows=st.dictionaries(
        st.tuples(st.integers(-3, 3), st.sampled_from(["a", "b", "B", ""])), VALUES, max_size=25
    ),
    size=st.integers(1, 6),
    descending=st.booleans(),
)
@settings(max_examples=40)
def test_tables_without_rowid_are_paged_by_their_primary_key(rows, size, descending):
    with open_memory_database() as connection:
        connection.execute(
            "CREATE TABLE t(v, k1, k2, PRIMARY KEY(k1 DESC, k2)) WITHOUT ROWID;"
            "CREATE INDEX i ON t(v)"
        )
        connection.execute_many(
            "INSERT INTO t VALUES (?, ?, ?)", [(v, *k) for k, v in rows.items()]
        )
        for sort in (None, "v", "k1"):
            source = table_source(connection, "t", sort=sort, descending=descending)
            check_source(connection, source, size)


def test_no_page_needs_a_sort_or_a_scan():
    with open_memory_database() as connection:
        connection.execute("CREATE TABLE t(a, b); CREATE INDEX i ON t(a, b)")
        asked: list[str] = []
        connection.raw.trace_v2(1, lambda event: asked.append(event["sql"]))
        for descending in (False, True):
            source = table_source(connection, "t", sort="a", descending=descending)
            for backward in (False, True):
                for key in ((None, None, 1), (1, None, 1), (1, 2, 3)):
                    read_page(connection, source, Seek(key, True, backward), 5)
        connection.raw.trace_v2(0, None)
        statements = {sql for sql in asked if sql.startswith("SELECT CASE") and "WHERE" in sql}
        assert len(statements) > 6
        for sql in statements:
            plan = connection.read_rows(f"EXPLAIN QUERY PLAN {sql}", (1,) * sql.count("?"))
            # "a IS NOT NULL" is a walk over the index from its end that stops at the limit.
            assert len(plan) == 1, (sql, plan)
            assert any(f"USING {way}" in str(plan[0][3]) for way in WAYS), (sql, plan)


def test_filters_hold_on_every_page():
    with open_memory_database() as connection:
        connection.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, a, rowid TEXT)")
        values: list[SqliteValue] = [None, 1, "1", b"1", 1.5]
        connection.execute_many(
            "INSERT INTO t(a) VALUES (?)", [(values[i % 5],) for i in range(50)]
        )
        plain = table_source(connection, "t")
        for wanted in ((None,), (1,), ("1",), (b"1", None), (1, 1.5), ()):
            source = plain.filtered((Condition("a", wanted),))
            found = [row[0] for _, row in all_pages(connection, source, 3)]
            assert found == [i + 1 for i in range(50) if values[i % 5] in wanted]
            counted = count_rows(connection, source, cancel=CancelToken())
            assert counted == len(found)


def test_rowid_can_be_wanted_where_no_column_is_called_so(tmp_path):
    with open_memory_database() as connection:
        connection.execute("CREATE TABLE t(a); INSERT INTO t VALUES ('x'), ('y'), ('z')")
        source = table_source(connection, "t").filtered((Condition("rowid", (3, 1)),))
        assert [row for _, row in all_pages(connection, source, 2)] == [("x",), ("z",)]


def test_storage_classes_survive_and_long_values_are_cut():
    with open_memory_database() as connection:
        connection.execute("CREATE TABLE t(a)")
        values: list[SqliteValue] = [
            None,
            2**63 - 1,
            -(2**63),
            0.1,
            1e300,
            float("inf"),
            "",
            "ü" * 150,
            "ü" * 151,
        ]
        values += ["ü" * 130_000 + "xxx" * 1000, b"", b"\x00" * 1000, "a\0b"]
        connection.execute_many("INSERT INTO t VALUES (?)", [(value,) for value in values])
        page = read_page(connection, table_source(connection, "t"), Seek(), 50)
        assert [row[0] for row in page.rows] == [
            *values[:8],
            Cut("text", 302, "ü" * 151),
            Cut("text", 263_000, ""),
            Cut("blob", 0, ""),
            Cut("blob", 1000, ""),
            "a\0b",
        ]
        assert [type(row[0]) for row in page.rows[1:6]] == [int, int, float, float, float]


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le", "UTF-16be"])
def test_text_that_is_no_text_is_told_and_harms_no_other_cell(encoding):
    bad = {"UTF-8": "x'ff41'", "UTF-16le": "x'00d84100'", "UTF-16be": "x'd8000041'"}[encoding]
    with open_memory_database() as connection:
        connection.execute(f"PRAGMA encoding='{encoding}'; CREATE TABLE t(a)")
        connection.execute(f"INSERT INTO t VALUES ('gut'), (CAST({bad} AS TEXT)), (7)")
        connection.execute("INSERT INTO t VALUES (?)", ("ü" * 400,))
        source = table_source(connection, "t")
        cells = [row[0] for row in read_page(connection, source, Seek(), 9).rows]
        assert (cells[0], cells[2]) == ("gut", 7)
        assert isinstance(cells[3], Cut)
        assert (cells[3].kind, cells[3].text) == ("text", "ü" * 200)
        value = read_cell(connection, source, Seek((2,), True), "a")
        assert value is not None
        assert value.is_broken_text
        if encoding == "UTF-8":
            assert isinstance(cells[1], Cut)
            assert (cells[1].kind, cells[1].text) == ("broken", "\ufffdA")


def test_a_value_beyond_the_limit_of_the_connection_is_told_by_its_size(tmp_path):
    path = tmp_path / "large.db"
    with open_database(path, "read_write", create=True) as writer:
        writer.execute("CREATE TABLE t(a, b)")
        writer.execute(f"INSERT INTO t VALUES (zeroblob({MAX_WHOLE_BYTES + 1}), 'beside it')")
        writer.execute(f"INSERT INTO t VALUES (printf('%.*c', {MAX_WHOLE_BYTES + 9}, 'x'), 'b')")
    with open_database(path) as connection:
        source = table_source(connection, "t")
        page = read_page(connection, source, Seek(), 10)
        assert page.rows == (
            (Cut("blob", MAX_WHOLE_BYTES + 1, ""), "beside it"),
            (Cut("text", MAX_WHOLE_BYTES + 9, ""), "b"),
        )
        assert page.size_bytes < 2000
        cell = read_cell(connection, source, Seek((1,), True), "a")
        assert cell is not None
        assert cell.is_too_large
        assert cell.value is None
        with pytest.raises(CtsError, match=r"100\.0 MB"):
            read_whole_rows(connection, source, [(Seek(), 2)], ["a"], max_bytes=20_000_000)
        rows = read_whole_rows(connection, source, [(Seek(), 2)], ["b"], max_bytes=100)
        assert rows == [("beside it",), ("b",)]


def test_a_table_of_two_thousand_columns_is_paged():
    with open_memory_database() as connection:
        columns = ", ".join(f"c{i}" for i in range(1999))
        connection.execute(f'CREATE TABLE t({columns}, "q""\'x\n")')
        connection.execute("INSERT INTO t(c0, c1998) VALUES (1, x'00')")
        page = read_page(connection, table_source(connection, "t"), Seek(), 5)
        assert (page.rows[0][0], page.rows[0][1998]) == (1, Cut("blob", 1, ""))


def test_views_and_virtual_tables_are_paged_by_position():
    with open_memory_database() as connection:
        connection.execute(
            "CREATE TABLE t(a); CREATE VIEW v AS SELECT a, random() AS r FROM t;"
            "CREATE VIRTUAL TABLE f USING fts5(body); INSERT INTO f VALUES ('one'), ('two')"
        )
        connection.execute_many("INSERT INTO t VALUES (?)", [(i,) for i in range(10)])
        schema = read_schema(connection)
        source = plan_rows(schema.views[0])
        assert source.is_positional
        page = read_page(connection, source, Seek(skip=4), 3)
        assert [row[0] for row in page.rows] == [4, 5, 6]
        assert not page.is_end
        assert read_page(connection, source, Seek(skip=7), 3).is_end
        filtered = source.filtered((Condition("a", (8,)),))
        assert [row[0] for row in read_page(connection, filtered, Seek(), 3).rows] == [8]
        virtual = plan_rows(schema.tables_by_name()["f"])
        assert read_page(connection, virtual, Seek(skip=1), 5).rows == (("two",),)
        value = read_cell(connection, virtual, Seek(skip=1), "body")
        assert value is not None
        assert value.value == "two"


def test_a_table_that_takes_every_name_of_the_rowid_is_paged_by_position():
    with open_memory_database() as connection:
        connection.execute("CREATE TABLE t(rowid, _rowid_, oid, a); CREATE INDEX i ON t(a)")
        connection.execute("INSERT INTO t VALUES (1, 2, 3, 4)")
        table = read_schema(connection).tables[0]
        assert plan_rows(table).is_positional
        assert why_not_sortable(table, "a")
        assert read_page(connection, plan_rows(table), Seek(), 3).rows == ((1, 2, 3, 4),)


def test_a_column_without_an_index_says_why_it_does_not_sort():
    with open_memory_database() as connection:
        connection.execute(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b, c);"
            "CREATE INDEX i ON t(a, b); CREATE INDEX p ON t(b) WHERE b > 0;"
            "CREATE INDEX e ON t(c, lower(a)); CREATE VIEW v AS SELECT a FROM t"
        )
        schema = read_schema(connection)
        table = schema.tables_by_name()["t"]
        reasons = {name: why_not_sortable(table, name) for name in ("id", "a", "b", "c")}
        assert {name for name, reason in reasons.items() if reason} == {"b", "c"}
        assert why_not_sortable(schema.views[0], "a")
        assert why_full_scan(table, "c") == "no index on c"
        assert why_full_scan(table, "a") == ""
        with pytest.raises(CtsError, match="No index begins with this column"):
            plan_rows(table, sort="b")


def test_a_dropped_table_is_an_expected_error():
    with open_memory_database() as connection:
        connection.execute("CREATE TABLE t(a)")
        source = table_source(connection, "t")
        connection.execute("DROP TABLE t")
        with pytest.raises(CtsError) as caught:
            read_page(connection, source, Seek(), 10)
        assert caught.value.code == "usage"
        assert "no such table" in caught.value.message


@given(st.sets(st.integers(-200, 400) | ROWIDS, max_size=60), st.integers(1, 12))
@settings(max_examples=60)
def test_the_map_of_rowids_holds_every_row_and_both_ends(rowids, positions):
    with open_memory_database() as connection:
        connection.execute("CREATE TABLE t(a)")
        connection.execute_many("INSERT INTO t(rowid) VALUES (?)", [(i,) for i in rowids])
        found = read_rowid_map(connection, table_source(connection, "t"), None)
        if not rowids:
            assert found.rows == 0
            return
        assert all(any(first <= i <= last for first, last in found.spans) for i in rowids)
        assert 1 <= found.rows <= found.length
        guessed = [found.rowid_at(position, positions) for position in range(positions)]
        assert guessed == sorted(guessed)
        assert guessed[0] == min(rowids)
        assert guessed[-1] <= max(rowids)


def test_dense_rowids_give_the_exact_number_and_one_far_row_does_not_spoil_it():
    with open_memory_database() as connection:
        connection.execute("CREATE TABLE t(a)")
        connection.execute_many("INSERT INTO t(rowid) VALUES (?)", ((i,) for i in range(1, 50_001)))
        source = table_source(connection, "t")
        assert read_rowid_map(connection, source, None).rows == 50_000
        connection.execute("INSERT INTO t(rowid) VALUES (4000000000000000000)")
        found = read_rowid_map(connection, source, 77)
        assert found.length == 50_001
        assert found.rowid_at(25_000, 50_001) == 25_001


def test_the_estimate_of_scattered_rowids_is_near():
    dice = random.Random(7)
    rowids = sorted(dice.sample(range(1_000_000), 20_000))
    with open_memory_database() as connection:
        connection.execute("CREATE TABLE t(a)")
        connection.execute_many("INSERT INTO t(rowid) VALUES (?)", ((i,) for i in rowids))
        source = table_source(connection, "t")
        assert 8_000 < read_rowid_map(connection, source, None).rows < 50_000
        assert read_rowid_map(connection, source, 20_000).rows == 20_000
        # Statistics that are far off are old.
        assert read_rowid_map(connection, source, 900_000).rows < 50_000


def test_counting_without_wal_goes_in_slices_and_can_be_stopped(tmp_path):
    with open_database(tmp_path / "c.db", "read_write", create=True) as connection:
        connection.execute("CREATE TABLE t(a)")
        with transaction(connection):
            connection.execute_many("INSERT INTO t VALUES (?)", ((i % 2,) for i in range(250_001)))
        source = table_source(connection, "t")
        told: list[Progress] = []
        counted = count_rows(connection, source, cancel=CancelToken(), on_progress=told.append)
        assert counted == 250_001
        assert told[0].done == 100_000
        odd = source.filtered((Condition("a", (1,)),))
        assert count_rows(connection, odd, cancel=CancelToken()) == 125_000
        stopped = CancelToken()
        stopped.cancel()
        with pytest.raises(CtsError, match="Stopped"):
            count_rows(connection, source, cancel=stopped)


def test_names_are_found_by_any_part_closest_first():
    with open_memory_database() as connection:
        connection.execute(
            "CREATE TABLE orders(id INTEGER PRIMARY KEY, price);"
            "CREATE TABLE order_log(order_id); CREATE INDEX idx_orders_price ON orders(price);"
            "CREATE VIEW open_orders AS SELECT id FROM orders"
        )
        schema = read_schema(connection)
        hits = [(hit.kind, hit.name) for hit in search_names(schema, "Orders")]
        assert hits == [
            ("table", "orders"),
            ("view", "open_orders"),
            ("index", "idx_orders_price"),
        ]
        dotted = search_names(schema, "orders.pri")
        assert [(hit.owner, hit.name) for hit in dotted] == [("orders", "price")]
        assert search_names(schema, "  ") == []
