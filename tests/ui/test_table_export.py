"""Rows of the Schema tab as a file: what is shown, or the whole table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cts_console.schema.browse_source import Condition
from cts_console.schema.secret_names import NOT_SHOWN
from cts_console.sqlite import open_database
from cts_console.ui.tabs.schema import SchemaTab
from cts_console.ui.widgets.data_view_chips import Filter
from cts_console.ui.widgets.data_view_menus import cell_menu
from cts_console.ui.widgets.table_export import shown_source
from cts_console.ui.widgets.table_view import TableView


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "data.db"
    with open_database(made, "read_write", create=True) as connection:
        connection.execute(
            'CREATE TABLE "t/1" (id INTEGER PRIMARY KEY, kind TEXT, api_key TEXT);'
            'CREATE INDEX by_kind ON "t/1"(kind);'
            "INSERT INTO \"t/1\" VALUES (1, 'b', 'K'), (2, 'a', NULL), (3, '=x', 'K'), (4, 'a', '')"
        )
    return made


@pytest.fixture
def shown(open_tab, qtbot, path: Path) -> Iterator[TableView]:
    tab = open_tab(SchemaTab, path)
    table: TableView = tab.table_view
    qtbot.waitUntil(lambda: table.data.model.rowCount() == 4)
    yield table
    # Until here the tab must live: nobody else holds it.
    assert tab.table_view is table


def export(shown: TableView, qtbot, output: Path) -> None:
    """Press on through both dialogs, and wait for the file."""
    exporter = shown.exporter
    assert exporter.dialog is not None
    exporter.dialog.choose_button.click()
    dialog = exporter.file_dialog
    assert dialog is not None
    with qtbot.waitSignal(shown.data.context.navigator.file_saved, timeout=20_000) as saved:
        dialog.fileSelected.emit(str(output))
        dialog.reject()
    assert saved.args == [output]
    assert exporter.file_dialog is None


def choose(shown: TableView, name: str) -> None:
    assert shown.exporter.dialog is not None
    words = {"csv": "CSV", "jsonl": "JSON Lines", "xlsx": "Excel (XLSX)"}
    shown.exporter.dialog.format.setCurrentText(words[name])
    assert shown.exporter.dialog.chosen.name == name


def test_what_is_shown_with_filter_order_and_columns(shown, qtbot, tmp_path):
    shown.data.add_filter(Filter((Condition("kind", ("a", "b")),)))
    qtbot.waitUntil(lambda: shown.data.model.rowCount() == 3)
    shown.data.sort_by("kind", descending=True)
    qtbot.waitUntil(lambda: shown.data.model.cell(0, 0) == (True, 1))
    shown.data.grid.horizontalHeader().moveSection(1, 0)
    shown.export_button.click()
    assert "1 filter" in shown.exporter.dialog.shown.text()
    choose(shown, "jsonl")
    assert not shown.exporter.dialog.protects.isEnabled()
    export(shown, qtbot, tmp_path / "out.jsonl")
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert [list(json.loads(line)) for line in lines] == [["kind", "id", "api_key"]] * 3
    assert [json.loads(line)["id"] for line in lines] == [1, 4, 2]
    assert json.loads(lines[0])["api_key"] == NOT_SHOWN
    assert shown.data.status.note.text().startswith("3 rows written. Not shown")


def test_the_whole_table_with_what_a_person_ticks(shown, qtbot, tmp_path):
    shown.data.add_filter(Filter((Condition("kind", ("b",)),)))
    qtbot.waitUntil(lambda: shown.data.model.rowCount() == 1)
    shown.export_button.click()
    dialog = shown.exporter.dialog
    choose(shown, "csv")
    dialog.whole.setChecked(True)
    dialog.protects.setChecked(True)
    dialog.reveals.setChecked(True)
    export(shown, qtbot, tmp_path / "out.csv")
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines == ['"id","kind","api_key"', '1,"b","K"', '2,"a",', '3,"\'=x","K"', '4,"a",""']


def test_the_suggested_name_is_one(shown, qtbot):
    shown.export_button.click()
    choose(shown, "xlsx")
    shown.exporter.dialog.choose_button.click()
    dialog = shown.exporter.file_dialog
    assert dialog is not None
    assert [Path(name).name for name in dialog.selectedFiles()] == ["data.t_1.xlsx"]
    dialog.reject()
    assert shown.exporter.file_dialog is None


def test_a_taken_name_is_told_and_nothing_is_written_over(shown, qtbot, path):
    shown.export_button.click()
    shown.exporter.dialog.choose_button.click()
    before = path.read_bytes()
    with qtbot.waitSignal(shown.data.context.navigator.error_raised, timeout=20_000) as raised:
        shown.exporter.file_dialog.fileSelected.emit(str(path))
        shown.exporter.file_dialog.reject()
    assert raised.args[0].code == "usage"
    assert path.read_bytes() == before


def test_the_menu_leads_there_and_without_a_table_there_is_nothing(shown, qtbot):
    shown.data.grid.setCurrentIndex(shown.data.model.index(0, 0))
    menu = cell_menu(shown.data, shown.data._links)
    assert menu is not None
    (action,) = [action for action in menu.actions() if action.text() == "Export …"]
    action.trigger()
    assert shown.exporter.dialog is not None
    shown.exporter.dialog.reject()
    assert shown.exporter.dialog is None
    menu.close()
    shown.clear()
    assert shown_source(shown.data) is None
    shown.exporter.ask()
    assert shown.exporter.dialog is None
    shown.show_page("ddl")
    assert shown.export_button.isHidden()
