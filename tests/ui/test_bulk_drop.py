"""Files dropped on the window: a database opens, what holds rows is imported."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QScrollArea

from cts_console.ui.main_window import MainWindow
from cts_console.ui.tabs.bulk import BulkTab
from tests.ui.bulk_case import make_ledger
from tests.ui.test_main_window import drop


@pytest.fixture
def opened(context, qtbot, tmp_path) -> MainWindow:
    window = MainWindow(context)
    qtbot.addWidget(window)
    window.resize(1024, 640)
    window.show()
    window.open_path(make_ledger(tmp_path / "ledger.db"))
    qtbot.waitUntil(lambda: window.session.database is not None)
    return window


def bulk(window: MainWindow) -> BulkTab:
    return next(tab for tab in window.tabs.tabs if isinstance(tab, BulkTab))


def shown_file(tab: BulkTab) -> str:
    assert tab.imports.look is not None
    return tab.imports.look.order.file.name


def wait_for_import(window: MainWindow, qtbot) -> BulkTab:
    tab = bulk(window)
    qtbot.waitUntil(lambda: tab.imports.look is not None, timeout=10_000)
    assert window.tabs.current is tab
    return tab


def test_a_csv_starts_an_import_whatever_its_name(opened, qtbot, tmp_path):
    path = tmp_path / "rows.db"
    path.write_text("id,name\n7,seven\n")
    drop(opened, path)
    tab = wait_for_import(opened, qtbot)
    assert tab.imports.file.format.currentText() == "CSV (found)"
    assert tab.imports.mapping.table.currentData() == "item"


@pytest.mark.parametrize(
    ("name", "content", "shown"),
    [
        ("a", b'[{"id": 7, "name": "seven"}]', "JSON (found)"),
        ("b", b'{"id": 7, "name": "x"}\n{"id": 8, "name": "y"}\n', "JSONL (found)"),
        ("c", b"INSERT INTO item VALUES (7, 'x', 1, NULL);\n", "SQL (found)"),
        ("e", "id,name\n7,sieben\n".encode("utf-16"), "CSV (found)"),
        ("d", gzip.compress(b"id,name\n7,seven\n"), "CSV (gzip) (found)"),
    ],
)
def test_other_kinds_start_an_import(opened, qtbot, tmp_path, name, content, shown):
    path: Path = tmp_path / name
    path.write_bytes(content)
    drop(opened, path)
    assert wait_for_import(opened, qtbot).imports.file.format.currentText() == shown


def test_a_database_is_opened_though_it_is_named_like_a_csv(opened, qtbot, plain_database):
    path = plain_database.rename(plain_database.with_name("rows.csv"))
    drop(opened, path)
    qtbot.waitUntil(lambda: opened.session.database.path == path)
    assert bulk(opened).imports.look is None


def test_of_several_the_first_is_taken_and_that_is_told(opened, qtbot, tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("id,name\n7,seven\n")
    drop(opened, tmp_path / "a.csv", tmp_path / "b.csv")
    tab = wait_for_import(opened, qtbot)
    assert shown_file(tab) == "a.csv"
    assert "the first of 2" in opened.messages.messages[0].text


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n", b"\x8f\x11\x9c\xee"])
def test_what_is_neither_is_told_as_what_is_no_database(opened, qtbot, tmp_path, content):
    path = tmp_path / "odd.db"
    path.write_bytes(content + bytes(range(256)) * 16)
    drop(opened, path)
    qtbot.waitUntil(lambda: bool(opened.messages.messages))
    assert "SQLite" in opened.messages.messages[0].title
    assert bulk(opened).imports.look is None


def test_a_file_that_is_gone_is_told(opened, qtbot, tmp_path):
    drop(opened, tmp_path / "gone.csv")
    qtbot.waitUntil(lambda: bool(opened.messages.messages))
    assert opened.session.database is not None
    assert "gone.csv" in opened.messages.messages[0].text


def test_without_a_database_it_says_what_to_do(window, tmp_path, qtbot):
    path = tmp_path / "<b>rows</b>.csv".replace("/", "")
    path.write_text("id,name\n7,seven\n")
    drop(window, path)
    qtbot.waitUntil(lambda: bool(window.messages.messages))
    assert window.messages.messages[0].title == "Not an SQLite database"


def test_a_drop_while_an_import_runs_is_told_and_left(opened, qtbot, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("id,name\n" + "".join(f"{n},name\n" for n in range(10, 100_000)))
    drop(opened, path)
    tab = wait_for_import(opened, qtbot)
    tab.imports.checks.check_button.click()
    assert tab.imports.is_running
    opened.files._on_looked(str(tmp_path / "other.csv"), True)
    assert "An import is at work" in opened.messages.messages[0].text
    opened.stop()
    qtbot.waitUntil(lambda: not tab.imports.is_running, timeout=20_000)
    assert shown_file(tab) == path.name


def test_the_tab_holds_in_a_small_window_at_twice_the_size(
    opened, qtbot, tmp_path, open_pages: Callable[[BulkTab], None]
):
    opened.context.theme.set_zoom(2.0)
    path = tmp_path / ("long " * 40 + ".csv")
    path.write_text("id,name\n7,seven\n")
    drop(opened, path)
    tab = wait_for_import(opened, qtbot)
    open_pages(tab)
    assert opened.width() == 1024
    assert opened.height() == 640


@pytest.fixture
def open_pages() -> Callable[[BulkTab], None]:
    """Show each page and see that nothing sticks out at its side."""

    def show(tab: BulkTab) -> None:
        for number in range(4):
            tab.show_page(number)
            area = tab._pages.currentWidget()
            assert isinstance(area, QScrollArea)
            page = area.widget()
            assert page is not None
            assert page.minimumSizeHint().width() <= area.viewport().width(), number

    return show
