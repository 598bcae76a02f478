"""The Schema tab: what it lists, where it goes, and how it stands what happens to the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from cts_console.sqlite import open_database
from cts_console.ui.context import RowsWanted
from cts_console.ui.main_window import MainWindow
from cts_console.ui.tabs.schema import SchemaTab
from cts_console.ui.widgets.data_view_chips import Filter

SQL = """
    PRAGMA journal_mode = WAL;
    CREATE TABLE pairs(id INTEGER PRIMARY KEY, symbol TEXT UNIQUE);
    CREATE TABLE orders(id INTEGER PRIMARY KEY, pair_id INTEGER REFERENCES pairs(id),
        note TEXT, created_at INTEGER);
    CREATE INDEX idx_orders_pair ON orders(pair_id);
    CREATE VIEW broken AS SELECT * FROM nowhere;
    CREATE VIEW endless AS
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0;
    CREATE TABLE zero(a);
    INSERT INTO pairs(symbol) VALUES ('BTC/USDT'), ('ETH/USDT');
    INSERT INTO orders(pair_id, note, created_at)
        VALUES (2, 'a', 1700000000000), (1, '', NULL), (2, NULL, 1700000000001);
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "some.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(SQL)
    return path


@pytest.fixture
def tab(open_tab, database, qtbot) -> SchemaTab:
    shown = open_tab(SchemaTab, database)
    qtbot.waitUntil(lambda: rows_shown(shown))
    settle(qtbot, shown)
    return shown


def settle(qtbot, tab: SchemaTab) -> None:
    clients = (tab.context.browse, tab.context.operations)
    qtbot.waitUntil(lambda: not any(client.is_busy for client in clients), timeout=20_000)


def rows_shown(tab: SchemaTab) -> bool:
    data = tab.table_view.data
    return data.stack.currentWidget() is not None and data.model.rowCount() > 0


def go_to(qtbot, tab: SchemaTab, name: str) -> None:
    assert tab.show_object(name)
    settle(qtbot, tab)


def said(tab: SchemaTab) -> str:
    page = tab.table_view.data.stack.currentWidget()
    assert page is not None
    return " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def test_without_a_file_it_says_so(open_tab):
    tab = open_tab(SchemaTab)
    page = tab.stack.currentWidget()
    assert page is not None
    assert "No file" in page.accessibleName()


def test_an_empty_file_says_so(open_tab, qtbot, tmp_path):
    path = tmp_path / "empty.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("PRAGMA user_version = 1")
    tab = open_tab(SchemaTab, path)
    qtbot.waitUntil(lambda: "No tables" in tab.stack.currentWidget().accessibleName())


def test_it_opens_on_the_first_table_with_rows_bytes_and_pages(tab):
    view = tab.table_view
    assert view.title.text() == "orders"
    assert tab.show_object("PAIRS")
    assert tab.show_object("ORDERS")
    assert view.title.text() == "orders"
    index = tab.navigator.model.index_of(("table:orders",))
    assert index.siblingAtColumn(1).data() == "3"
    assert index.siblingAtColumn(2).data() == "4.1 KB"
    assert view.details.indexes.model.rowCount() == 1
    assert view.details.columns.model.rowCount() == 4
    assert "CREATE INDEX idx_orders_pair" in view.details.ddl.text.toPlainText()


def test_a_click_in_the_tree_shows_table_column_and_index(tab, qtbot):
    model, tree = tab.navigator.model, tab.navigator.tree
    tree.setCurrentIndex(model.index_of(("table:orders", "column:note")))
    settle(qtbot, tab)
    assert tab.table_view.title.text() == "orders"
    tree.setCurrentIndex(model.index_of(("table:pairs",)))
    settle(qtbot, tab)
    assert tab.table_view.title.text() == "pairs"
    tree.setCurrentIndex(model.index_of(("table:orders", "index:idx_orders_pair")))
    settle(qtbot, tab)
    assert tab.table_view.page == "indexes"


def test_ctrl_p_finds_anything_by_its_name(tab, qtbot):
    tab.window().activateWindow()
    tab.focus_search()
    field = tab.navigator.field
    qtbot.keyClicks(field, "note")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settle(qtbot, tab)
    assert tab.table_view.title.text() == "orders"
    assert tab.navigator.model.rowCount() == 1
    field.clear()
    qtbot.waitUntil(lambda: tab.navigator.model.rowCount() > 1)


def test_what_was_open_in_the_tree_stays_open_after_reading_again(tab, qtbot, database):
    navigator = tab.navigator
    navigator.tree.expand(navigator.model.index_of(("table:orders",)))
    with open_database(database, "read_write") as connection:
        connection.execute("CREATE TABLE another(a)")
    tab.refresh()
    qtbot.waitUntil(lambda: navigator.model.index_of(("table:another",)).isValid())
    assert navigator.tree.isExpanded(navigator.model.index_of(("table:orders",)))
    assert not navigator.tree.isExpanded(navigator.model.index_of(("table:pairs",)))


def test_a_foreign_key_leads_to_its_row_and_back(tab, qtbot):
    go_to(qtbot, tab, "orders")
    data = tab.table_view.data
    data.follow(0, 1)
    settle(qtbot, tab)
    assert tab.table_view.title.text() == "pairs"
    assert data.model.rowCount() == 1
    assert data.model.cell(0, 1) == (True, "ETH/USDT")
    assert [one.text for one in data.filters] == ["id = 2"]
    tab.go_back()
    settle(qtbot, tab)
    assert tab.table_view.title.text() == "orders"
    assert data.model.rowCount() == 3


def test_a_relation_leads_to_the_other_table(tab, qtbot):
    go_to(qtbot, tab, "pairs")
    tab.table_view.show_page("relations")
    relations = tab.table_view.details.relations
    relations.view.clicked.emit(relations.model.index(0, 2))
    settle(qtbot, tab)
    assert tab.table_view.title.text() == "orders"


def test_rows_that_another_tab_asks_for_are_shown_under_their_title(tab, qtbot, context):
    wanted = RowsWanted("orders", "note", ("", None), "Orders without a note")
    with qtbot.waitSignal(context.navigator.tab_wanted):
        context.navigator.rows_wanted.emit(wanted)
    settle(qtbot, tab)
    data = tab.table_view.data
    assert [data.model.cell(row, 0)[1] for row in range(data.model.rowCount())] == [2, 3]
    assert "Orders without a note" in data.chips.chips[0].text()
    data.chips.chips[0].click()
    settle(qtbot, tab)
    assert data.model.rowCount() == 3


def test_rows_wanted_before_the_schema_is_there_are_shown_when_it_is(
    open_tab, database, qtbot, context
):
    tab = open_tab(SchemaTab, database)
    context.navigator.rows_wanted.emit(RowsWanted("pairs", "symbol", ("BTC/USDT",)))
    qtbot.waitUntil(lambda: tab.table_view.title.text() == "pairs")
    settle(qtbot, tab)
    assert tab.table_view.data.model.rowCount() == 1


def test_rows_of_a_table_that_is_not_there_are_an_error_in_the_message_bar(tab, qtbot, context):
    with qtbot.waitSignal(context.navigator.error_raised) as caught:
        context.navigator.rows_wanted.emit(RowsWanted("gone"))
    assert caught.args[0].code == "not_found"


def test_a_table_that_is_dropped_meanwhile_says_so_and_the_rest_works(tab, qtbot, database):
    go_to(qtbot, tab, "zero")
    with open_database(database, "read_write") as connection:
        connection.execute("DROP TABLE zero")
    tab.refresh()
    qtbot.waitUntil(lambda: "no longer there" in said(tab))
    settle(qtbot, tab)
    go_to(qtbot, tab, "orders")
    assert tab.table_view.data.model.rowCount() == 3


def test_a_statement_that_fails_by_a_drop_makes_the_schema_be_read_again(tab, qtbot, database):
    with open_database(database, "read_write") as connection:
        connection.execute("DROP TABLE zero")
    tab.show_object("pairs")
    tab.show_object("zero")
    qtbot.waitUntil(lambda: "no longer there" in said(tab))


def test_an_altered_table_is_shown_anew(tab, qtbot, database):
    go_to(qtbot, tab, "pairs")
    with open_database(database, "read_write") as connection:
        connection.execute("ALTER TABLE pairs ADD COLUMN tick REAL DEFAULT 0.5")
    tab.refresh()
    data = tab.table_view.data
    qtbot.waitUntil(lambda: data.model.columnCount() == 3)
    settle(qtbot, tab)
    assert data.model.cell(0, 2) == (True, 0.5)


def test_a_view_that_does_not_compile_says_why(tab, qtbot):
    go_to(qtbot, tab, "broken")
    assert "does not compile" in said(tab)
    assert "nowhere" in said(tab)
    assert "SELECT * FROM nowhere" in tab.table_view.details.ddl.text.toPlainText()


def test_a_view_that_never_ends_is_stopped_and_the_next_table_works(tab, qtbot, context):
    tab.show_object("endless")
    qtbot.waitUntil(lambda: context.browse.running is not None)
    qtbot.waitUntil(lambda: not context.browse.running.job.quiet)
    context.browse.stop()
    qtbot.waitUntil(lambda: "Stopped" in said(tab))
    go_to(qtbot, tab, "pairs")
    assert tab.table_view.data.model.rowCount() == 2


def test_a_view_that_takes_too_long_says_so(tab, qtbot):
    tab.table_view.data.model.timeout_s = 0.2
    assert tab._schema is not None
    tab.show_object("endless")
    tab.table_view.data.model.timeout_s = 0.2
    tab.table_view.data._open()
    qtbot.waitUntil(lambda: "Not finished in time" in said(tab))


def test_a_table_without_rows_and_a_filter_without_a_match_say_so(tab, qtbot):
    go_to(qtbot, tab, "zero")
    assert "The table is empty" in said(tab)
    go_to(qtbot, tab, "orders")
    data = tab.table_view.data
    data.grid.setCurrentIndex(data.model.index(0, 2))
    data.filter_by_cell()
    settle(qtbot, tab)
    assert data.model.rowCount() == 1
    assert data.filters[0].note.startswith("reads every row")
    data.add_filter(Filter(data.filters[0].conditions[:0] or _impossible()))
    settle(qtbot, tab)
    assert "No row has this" in said(tab)
    data.remove_filter(1)
    settle(qtbot, tab)
    assert data.model.rowCount() == 1


def _impossible():
    from cts_console.schema.browse_source import Condition

    return (Condition("id", (-1,)),)


def test_a_virtual_table_of_an_unknown_module_says_so(open_tab, qtbot, tmp_path):
    path = tmp_path / "virtual.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.raw.config(1011, 1)  # SQLITE_DBCONFIG_WRITABLE_SCHEMA
        connection.raw.config(1010, 0)  # SQLITE_DBCONFIG_DEFENSIVE
        connection.execute(
            "CREATE TABLE good(a); INSERT INTO good VALUES (1); PRAGMA writable_schema = ON;"
            "INSERT INTO sqlite_schema VALUES ('table', 'odd', 'odd', 0,"
            " 'CREATE VIRTUAL TABLE odd USING nobody_has_this()')"
        )
    tab = open_tab(SchemaTab, path)
    qtbot.waitUntil(lambda: rows_shown(tab))
    go_to(qtbot, tab, "odd")
    assert "nobody_has_this" in said(tab)
    go_to(qtbot, tab, "good")
    assert rows_shown(tab)


def test_names_that_need_care_are_shown_as_plain_text(open_tab, plain_database, qtbot):
    tab = open_tab(SchemaTab, plain_database)
    qtbot.waitUntil(lambda: rows_shown(tab))
    go_to(qtbot, tab, 'odd "name" <b>x</b>\n2')
    assert tab.table_view.title.text() == 'odd "name" <b>x</b>\\n2'
    assert tab.table_view.data.model.columnCount() == 2


def test_a_damaged_file_is_told_with_a_way_out(open_tab, qtbot, tmp_path):
    path = tmp_path / "damaged.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE t(a); INSERT INTO t VALUES (1)")
    data = bytearray(path.read_bytes())
    data[100:200] = b"\xff" * 100
    damaged = tmp_path / "copy.db"
    damaged.write_bytes(data)
    tab = open_tab(SchemaTab)
    from cts_console.ui.context import OpenDatabase

    tab.set_database(OpenDatabase(damaged, "other", None, ""))
    qtbot.waitUntil(lambda: "damaged" in tab.stack.currentWidget().accessibleName().lower())


def test_two_thousand_tables_are_listed_and_searched(open_tab, qtbot, tmp_path):
    path = tmp_path / "many.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("PRAGMA synchronous = OFF; BEGIN")
        connection.execute("".join(f"CREATE TABLE t{i}(a, b{i});" for i in range(2000)))
        connection.execute("COMMIT")
    tab = open_tab(SchemaTab, path)
    qtbot.waitUntil(lambda: tab.navigator.model.rowCount() == 2000, timeout=20_000)
    tab.navigator.field.setText("b1234")
    qtbot.waitUntil(lambda: tab.navigator.model.rowCount() == 1)
    settle(qtbot, tab)
    assert tab.navigator.model.rows_of("t7") is not None


def test_the_demo_is_shown_in_both_themes_and_zoomed(open_tab, demo_database, qtbot, context):
    tab = open_tab(SchemaTab, demo_database)
    qtbot.waitUntil(lambda: tab.table_view.title.text() != "")
    go_to(qtbot, tab, "market_data")
    data = tab.table_view.data
    assert data.model.is_instant(list(data.model.column_names()).index("open_time"))
    dark = tab.grab().toImage()
    context.theme.set_mode("light")
    light = tab.grab().toImage()
    assert dark.pixelColor(5, 5) != light.pixelColor(5, 5)
    width = data.grid.columnWidth(0)
    context.theme.set_zoom(2.0)
    assert data.grid.columnWidth(0) == 2 * width
    QApplication.processEvents()
    tab.grab()


def test_widths_and_formats_are_remembered_per_table(open_tab, database, qtbot, tab):
    go_to(qtbot, tab, "orders")
    data = tab.table_view.data
    data.grid.setColumnWidth(2, 123)
    data.set_format(3, "raw")
    go_to(qtbot, tab, "pairs")
    again = open_tab(SchemaTab, database)
    qtbot.waitUntil(lambda: rows_shown(again))
    settle(qtbot, again)
    go_to(qtbot, again, "orders")
    assert again.table_view.data.grid.columnWidth(2) == 123
    assert again.table_view.data.model.formats[3] == "raw"


def test_ctrl_p_finds_from_any_tab(qtbot, context, demo_database) -> None:
    window = MainWindow(context)
    qtbot.addWidget(window)
    window.show()
    window.open_path(demo_database)
    qtbot.waitUntil(lambda: window.session.database is not None)
    window.tabs.go_to("Overview")
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    tab = window.tabs.current
    assert isinstance(tab, SchemaTab)
    qtbot.waitUntil(tab.navigator.field.hasFocus)
