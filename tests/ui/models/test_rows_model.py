"""The virtual model: Qt's rules for models, pages by real jobs, and bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.schema import Table, read_schema
from cts_console.schema.browse_source import Condition, RowSource, plan_rows
from cts_console.sqlite import open_database, transaction
from cts_console.ui.models.cells import PENDING
from cts_console.ui.models.rows import RowsModel
from cts_console.ui.models.rows_pages import MOST_PAGES, PageStore
from cts_console.worker import Target


def made(path: Path, sql: str, rows=(), insert="") -> dict[str, Table]:
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(f"PRAGMA journal_mode = WAL; {sql}")
        with transaction(connection):
            connection.execute_many(insert, rows)
        return read_schema(connection).tables_by_name()


@pytest.fixture
def model(context, qtbot, qapp):
    shown = RowsModel(context.browse, context.clock)
    yield shown
    shown.deleteLater()


def open_model(qtbot, model: RowsModel, path: Path, source: RowSource, known=None) -> None:
    with qtbot.waitSignal(model.opened):
        model.open(Target(path), source, known)


def show(qtbot, model: RowsModel, first: int, last: int) -> None:
    model.show_rows(first, last)
    qtbot.waitUntil(
        lambda: all(model.cell(row, 0)[0] for row in range(first, min(last, model.rowCount())))
    )


def test_it_keeps_qts_rules(qtmodeltester, model, qtbot, tmp_path):
    path = tmp_path / "a.db"
    rows = [(i, "text", None) for i in range(1000)]
    tables = made(path, "CREATE TABLE t(a, b, c)", rows, "INSERT INTO t VALUES (?, ?, ?)")
    qtmodeltester.check(model)
    open_model(qtbot, model, path, plan_rows(tables["t"]))
    qtmodeltester.check(model)
    show(qtbot, model, 600, 640)
    qtmodeltester.check(model)
    model.close()
    assert model.rowCount() == 0


def test_what_is_not_there_is_told_and_never_waited_for(model, qtbot, tmp_path):
    path = tmp_path / "a.db"
    tables = made(
        path,
        "CREATE TABLE t(id INTEGER PRIMARY KEY, a)",
        ((i,) for i in range(100_000)),
        "INSERT INTO t(a) VALUES (?)",
    )
    open_model(qtbot, model, path, plan_rows(tables["t"]))
    assert model.rowCount() == 100_000
    assert model.data(model.index(5, 1)) == "5"
    assert model.data(model.index(90_000, 1)) == PENDING
    assert model.seek_of(90_000) is None
    show(qtbot, model, 90_000, 90_040)
    assert model.data(model.index(90_000, 0)) == "90001"
    show(qtbot, model, 99_960, 99_999)
    assert model.data(model.index(99_999, 0)) == "100000"


def test_the_newest_wish_wins_and_pages_are_bounded(model, qtbot, tmp_path):
    path = tmp_path / "a.db"
    tables = made(
        path, "CREATE TABLE t(a)", ((i,) for i in range(60_000)), "INSERT INTO t VALUES (?)"
    )
    open_model(qtbot, model, path, plan_rows(tables["t"]))
    for first in range(0, 60_000, 700):
        model.show_rows(first, first + 30)
    show(qtbot, model, 30_000, 30_040)
    assert model.cell(30_000, 0) == (True, 30_000)
    for first in range(0, 60_000, 1000):
        show(qtbot, model, first, first + 30)
    assert len(model._pages) <= MOST_PAGES


def test_an_index_order_and_its_far_end(model, qtbot, tmp_path):
    path = tmp_path / "a.db"
    tables = made(
        path,
        "CREATE TABLE t(id INTEGER PRIMARY KEY, a); CREATE INDEX i ON t(a)",
        ((i * 7919 % 5000,) for i in range(5000)),
        "INSERT INTO t(a) VALUES (?)",
    )
    open_model(qtbot, model, path, plan_rows(tables["t"], sort="a", descending=True))
    assert model.cell(0, 1) == (True, 4999)
    show(qtbot, model, 4990, 4999)
    assert model.cell(4999, 1) == (True, 0)
    assert model.cell(4990, 1) == (True, 9)


def test_counting_makes_the_number_exact(model, qtbot, tmp_path):
    path = tmp_path / "a.db"
    tables = made(
        path,
        "CREATE TABLE t(k, a, PRIMARY KEY(k)) WITHOUT ROWID",
        ((i, i) for i in range(25_000)),
        "INSERT INTO t VALUES (?, ?)",
    )
    open_model(qtbot, model, path, plan_rows(tables["t"]))
    assert not counts(model)
    with qtbot.waitSignal(model.counted):
        model.count()
    assert counts(model) == [25_000, 25_000]
    show(qtbot, model, 24_990, 24_999)
    assert model.cell(24_999, 0) == (True, 24_999)


def counts(model: RowsModel) -> list[int]:
    return [] if model.exact_count is None else [model.exact_count, model.rowCount()]


def test_a_small_table_is_counted_at_once(model, qtbot, tmp_path):
    path = tmp_path / "a.db"
    tables = made(
        path, "CREATE TABLE t(a)", ((i,) for i in range(3000)), "INSERT INTO t VALUES (?)"
    )
    open_model(qtbot, model, path, plan_rows(tables["t"]), known=17)
    assert counts(model) == [3000, 3000]


def test_a_filter_ends_where_its_rows_end(model, qtbot, tmp_path):
    path = tmp_path / "a.db"
    tables = made(
        path, "CREATE TABLE t(a)", ((i % 10,) for i in range(5000)), "INSERT INTO t VALUES (?)"
    )
    source = plan_rows(tables["t"]).filtered((Condition("a", (3,)),))
    open_model(qtbot, model, path, source)
    first_total = model.rowCount()
    show(qtbot, model, first_total - 30, first_total - 1)
    qtbot.waitUntil(lambda: model.exact_count == 500 and model.rowCount() == 500)


def test_a_very_wide_table_has_short_pages(model, qtbot, tmp_path):
    path = tmp_path / "wide.db"
    names = ", ".join(f"c{i}" for i in range(2000))
    tables = made(
        path, f"CREATE TABLE t({names})", ((i,) for i in range(100)), "INSERT INTO t(c0) VALUES (?)"
    )
    open_model(qtbot, model, path, plan_rows(tables["t"]))
    assert model.columnCount() == 2000
    assert model.map is not None
    assert model.map.page_rows == 20
    show(qtbot, model, 60, 90)
    assert model.cell(77, 0) == (True, 77)


def test_instants_are_recognised_by_name_and_values(model, qtbot, tmp_path, context):
    path = tmp_path / "a.db"
    tables = made(
        path,
        "CREATE TABLE t(created_at, updated_at, price)",
        [(1_700_000_000_000 + i, i, 1_700_000_000_000) for i in range(5)],
        "INSERT INTO t VALUES (?, ?, ?)",
    )
    open_model(qtbot, model, path, plan_rows(tables["t"]))
    assert model.data(model.index(0, 0)) == "2023-11-14 22:13:20"
    assert model.data(model.index(0, 1)) == "0"
    assert model.data(model.index(0, 2)) == "1700000000000"
    model.set_format(0, "raw")
    assert model.data(model.index(0, 0)) == "1700000000000"
    model.set_format(2, "instant")
    assert model.data(model.index(0, 2)) == "2023-11-14 22:13:20"


def test_a_table_that_is_gone_is_an_error_of_the_opening(model, qtbot, tmp_path):
    path = tmp_path / "a.db"
    tables = made(path, "CREATE TABLE t(a); CREATE TABLE u(a)")
    with open_database(path, "read_write") as connection:
        connection.execute("DROP TABLE t")
    with qtbot.waitSignal(model.opening_failed) as caught:
        model.open(Target(path), plan_rows(tables["t"]), None)
    error = caught.args[0]
    assert isinstance(error, CtsError)
    assert error.code == "usage"
    open_model(qtbot, model, path, plan_rows(tables["u"]))
    assert model.rowCount() == 0


def test_reading_again_sees_what_came_and_stays_in_place(model, qtbot, tmp_path):
    path = tmp_path / "a.db"
    tables = made(path, "CREATE TABLE t(a)", ((i,) for i in range(500)), "INSERT INTO t VALUES (?)")
    open_model(qtbot, model, path, plan_rows(tables["t"]))
    show(qtbot, model, 480, 499)
    with open_database(path, "read_write") as connection:
        connection.execute("UPDATE t SET a = 'new' WHERE rowid = 490; INSERT INTO t VALUES (7)")
    model.read_again()
    qtbot.waitUntil(lambda: model.cell(489, 0) == (True, "new"))
    qtbot.waitUntil(lambda: model.rowCount() >= 501)


def test_kept_pages_are_bounded_by_their_bytes():
    from cts_console.ui.models import rows_pages
    from cts_console.ui.models.rows_map import PageRows

    store = PageStore()
    heavy = PageRows((("x" * 10_000_000,),), ((1,),))
    for number in range(12):
        store.keep({number: heavy}, needed=(number, number))
    assert store.size_bytes <= rows_pages.MOST_BYTES
    assert store.get(11) is heavy
    assert store.get(0) is None
