"""The data view by hand: sort, copy, whole values, counts, keys."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication, QImage

from cts_console.schema import read_schema
from cts_console.schema.browse import MAX_WHOLE_BYTES, CellValue
from cts_console.sqlite import open_database, open_memory_database, transaction
from cts_console.transfer.literals import sql_literal
from cts_console.ui.widgets.cell_panel import PART_CHARACTERS, CellPanel
from cts_console.ui.widgets.cell_panel_content import content_of, hex_dump
from cts_console.ui.widgets.data_view import DataView
from cts_console.ui.widgets.data_view_copy import format_rows
from cts_console.ui.widgets.data_view_headings import Links
from cts_console.ui.widgets.data_view_menus import cell_menu, header_menu
from cts_console.worker import Target

VALUES = [None, 1, -(2**63), 0.1, float("inf"), "", 'it\'s; "so"\n|x\\', "a\0b", b"", b"\x00\xff"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "data.db"
    with open_database(made, "read_write", create=True) as connection:
        connection.execute(
            "PRAGMA journal_mode = WAL;"
            "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b TEXT); CREATE INDEX i ON t(a);"
        )
        with transaction(connection):
            connection.execute_many(
                "INSERT INTO t(a, b) VALUES (?, ?)", ((99 - i, f"row {i}") for i in range(100))
            )
            connection.execute("UPDATE t SET b = printf('%.*c', 120000, 'x') WHERE id = 5")
            connection.execute("""UPDATE t SET b = '{"price": 1.10, "n": [1, {}]}' WHERE id = 6""")
    return made


@pytest.fixture
def view(context, qtbot, path) -> DataView:
    made = DataView(context)
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    open_table(made, path, "t")
    qtbot.waitUntil(lambda: made.model.rowCount() == 100)
    return made


def open_table(view: DataView, path: Path, name: str) -> None:
    with open_database(path) as connection:
        schema = read_schema(connection)
    view.show_table(Target(path), schema, schema.tables_by_name()[name], None)


def select(view: DataView, top: int, left: int, bottom: int, right: int) -> None:
    model = view.model
    view.grid.selectionModel().select(
        QItemSelection(model.index(top, left), model.index(bottom, right)),
        QItemSelectionModel.SelectionFlag.ClearAndSelect,
    )


def copied(qtbot, view: DataView, kind="plain", *, with_headers: bool = False) -> str:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("(nothing yet)")
    view.copy(kind, with_headers=with_headers)
    qtbot.waitUntil(lambda: clipboard.text() != "(nothing yet)")
    return clipboard.text()


def test_a_click_on_a_heading_sorts_where_an_index_makes_it_cheap(view, qtbot):
    header = view.grid.horizontalHeader()
    header.sectionClicked.emit(1)
    qtbot.waitUntil(lambda: view.model.cell(0, 1) == (True, 0))
    assert view.model.headings[1].text == "a ↑"
    header.sectionClicked.emit(1)
    qtbot.waitUntil(lambda: view.model.cell(0, 1) == (True, 99) and view.model.rowCount() == 100)
    assert view.model.headings[1].text == "a ↓"
    header.sectionClicked.emit(1)
    qtbot.waitUntil(lambda: [h.text for h in view.model.headings[1:2]] == ["a"])
    header.sectionClicked.emit(2)
    assert "No index begins with this column" in view.status.note.text()
    assert "Not sortable" in view.model.headings[2].tip


def test_cells_are_copied_plain_and_with_headings(view, qtbot):
    select(view, 0, 1, 1, 2)
    assert copied(qtbot, view) == "99\trow 0\n98\trow 1"
    assert copied(qtbot, view, with_headers=True) == "a\tb\n99\trow 0\n98\trow 1"


def test_copied_values_are_whole_though_the_cell_is_cut(view, qtbot):
    select(view, 4, 2, 4, 2)
    assert copied(qtbot, view) == "x" * 120_000


def test_rows_are_copied_in_every_format(view, qtbot):
    select(view, 0, 1, 1, 1)
    assert json.loads(copied(qtbot, view, "json"))[1] == {"id": 2, "a": 98, "b": "row 1"}
    assert list(csv.reader(io.StringIO(copied(qtbot, view, "csv"))))[1] == ["1", "99", "row 0"]
    assert copied(qtbot, view, "markdown").splitlines()[0] == "| id | a | b |"
    inserts = copied(qtbot, view, "insert").splitlines()
    assert inserts[0] == """INSERT INTO "t" ("id", "a", "b") VALUES (1, 99, 'row 0');"""


def test_runs_of_rows_apart_from_each_other_are_copied_together(view, qtbot):
    select(view, 3, 0, 3, 0)
    view.grid.selectionModel().select(
        QItemSelection(view.model.index(90, 0), view.model.index(91, 0)),
        QItemSelectionModel.SelectionFlag.Select,
    )
    assert copied(qtbot, view) == "4\n91\n92"


def test_sql_literals_read_back_the_same():
    with open_memory_database() as connection:
        for value in VALUES:
            back = connection.read_row(f"SELECT {sql_literal(value)}, typeof({sql_literal(value)})")
            asked = connection.read_row("SELECT ?, typeof(?)", (value, value))
            assert back == asked


def test_csv_keeps_null_and_empty_text_apart_and_json_is_json():
    rows = [(value,) for value in VALUES]
    lines = format_rows(rows[:1] + rows[5:6], ["a"], "t", "csv", with_headers=True)
    assert lines == '"a"\r\n\r\n""'
    parsed = json.loads(format_rows(rows, ["a"], "t", "json", with_headers=True))
    assert [row["a"] for row in parsed[:4]] == VALUES[:4]
    table = format_rows([("a|b\nc",)], ["x|y"], "t", "markdown", with_headers=True)
    assert table == "| x\\|y |\n| --- |\n| a\\|b<br>c |"


def test_the_panel_shows_the_current_value_whole_in_parts(view, qtbot):
    view.set_panel_visible(True)
    view.grid.setCurrentIndex(view.model.index(4, 2))
    qtbot.waitUntil(lambda: len(view.panel.text) == PART_CHARACTERS)
    view.panel._go_on()
    view.panel._go_on()
    assert len(view.panel.text) == 20_000
    view.grid.setCurrentIndex(view.model.index(5, 2))
    qtbot.waitUntil(lambda: '"price": 1.10' in view.panel.text)
    assert '"n": [\n' in view.panel.text


def test_the_panel_tells_the_size_of_what_it_does_not_load(context, qtbot, tmp_path):
    path = tmp_path / "large.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(
            f"CREATE TABLE t(a); INSERT INTO t VALUES (zeroblob({MAX_WHOLE_BYTES + 1}))"
        )
    view = DataView(context)
    qtbot.addWidget(view)
    view.show()
    open_table(view, path, "t")
    qtbot.waitUntil(lambda: view.model.rowCount() == 1)
    view.set_panel_visible(True)
    view.grid.setCurrentIndex(view.model.index(0, 0))
    qtbot.waitUntil(lambda: "Larger than 50.0 MB" in view.panel.note)


def test_a_picture_and_bytes_are_recognised(context, qtbot, theme, tmp_path):
    image = QImage(3, 2, QImage.Format.Format_RGB32)
    image.fill(0)
    assert image.save(str(tmp_path / "a.png"))
    data = (tmp_path / "a.png").read_bytes()
    content = content_of(CellValue("blob", len(data), data))
    assert content.image is not None
    assert content.image.width() == 3
    assert content_of(CellValue("blob", 2, b"\x89P")).image is None
    assert content_of(CellValue("blob", 4, b"text")).text == "text"
    assert hex_dump(b"AB\x00").split() == ["000000", "41", "42", "00", "AB."]
    deep = "[" * 100_000
    assert content_of(CellValue("text", 100_000, deep)).pretty_json is None
    panel = CellPanel(context.browse, theme)
    qtbot.addWidget(panel)
    panel.show()
    panel._show(content)
    panel.grab()


def test_keys_follow_show_and_copy(view, qtbot):
    view.grid.setFocus()
    view.grid.setCurrentIndex(view.model.index(1, 2))
    with qtbot.waitSignal(view.grid.panel_wanted):
        qtbot.keyClick(view.grid, Qt.Key.Key_F4)
    with qtbot.waitSignal(view.grid.panel_wanted):
        qtbot.keyClick(view.grid, Qt.Key.Key_Return)
    qtbot.keyClick(view.grid, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert view.grid.currentIndex().row() == 99
    qtbot.waitUntil(lambda: view.model.cell(99, 0) == (True, 100))


def test_the_menus_offer_what_makes_sense(view, qtbot):
    view.grid.setCurrentIndex(view.model.index(4, 2))
    menu = cell_menu(view, Links())
    assert menu is not None
    by_words = {action.text(): action for action in menu.actions()}
    filters = [action for words, action in by_words.items() if words.startswith("Filter by")]
    # The value is cut: it cannot be looked for.
    assert not filters[0].isEnabled()
    heading = {action.text(): action for action in header_menu(view, 2).actions()}
    assert not heading["Sort up"].isEnabled()
    assert {a.text() for a in header_menu(view, 1).actions() if a.isEnabled()} >= {"Sort up"}
    heading["Show as stored"].trigger()
    assert view.model.formats[2] == "raw"


def test_the_line_under_the_rows_says_how_sure_the_number_is(context, qtbot, tmp_path):
    path = tmp_path / "many.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("PRAGMA journal_mode = WAL; CREATE TABLE t(a)")
        with transaction(connection):
            connection.execute_many(
                "INSERT INTO t(rowid, a) VALUES (?, 1)", ((i * 3,) for i in range(30_000))
            )
    view = DataView(context)
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    open_table(view, path, "t")
    qtbot.waitUntil(lambda: "≈" in view.status.rows.text())
    assert view.status.count.isVisible()
    view.status.count.click()
    qtbot.waitUntil(lambda: "of 30,000" in view.status.rows.text())
    assert not view.status.count.isVisible()
    bar = view.grid.verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: view.model.cell(29_999, 0)[0])
    assert view.model.key(29_999) == (89_997,)


def test_a_page_that_fails_is_told_and_can_be_tried_again(view, qtbot, path):
    from cts_console.errors import CtsError

    view.model.page_failed.emit(CtsError("locked", "Locked", "Another process is writing."))
    assert view.status.note.text() == "Another process is writing."
    assert view.status.retry.isVisible()
    view.status.retry.click()
    qtbot.waitUntil(lambda: view.model.cell(0, 0)[0])
    assert not view.status.retry.isVisible()
