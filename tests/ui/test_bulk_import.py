"""Import in the Bulk tab: a file, its way into a table, a dry run, the run, and taking it back."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit

from cts_console.bulk import list_batches
from cts_console.bulk.batches import batches_dir
from cts_console.progress import Progress
from cts_console.sqlite import open_database, opening
from cts_console.store import store_path
from cts_console.ui.bulk.small_models import WaysModel
from cts_console.ui.tabs.bulk import BulkTab
from tests.processes import IDLE_ENGINE, a_process, wait_for_line
from tests.ui.bulk_case import (
    accept,
    check,
    make_ledger,
    read,
    run_import,
    start,
    wait_for_end,
    wait_for_look,
    writable,
    write_candles,
)

LOCKER = """
import sys
from cts_console.sqlite import open_database, opening
with open_database(sys.argv[1], "read_write") as connection:
    connection.execute("BEGIN IMMEDIATE")
    print("locked", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return make_ledger(tmp_path / "ledger.db")


@pytest.fixture
def tab(open_tab, ledger: Path) -> BulkTab:
    made: BulkTab = open_tab(BulkTab, ledger, writable=True)
    return made


@pytest.fixture
def write(tmp_path: Path):
    def write_file(text: str, name: str = "item.csv") -> Path:
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write_file


def way(tab: BulkTab) -> dict[str, str]:
    model = tab.imports.mapping.ways
    rows = range(model.rowCount())
    return {model.index(row, 0).data(): model.index(row, 3).data() for row in rows}


def set_way(tab: BulkTab, qtbot, name: str, target: str) -> None:
    model = tab.imports.mapping.ways
    row = list(way(tab)).index(name)
    assert model.setData(model.index(row, WaysModel.TARGET), target)
    wait_for_look(tab, qtbot)


def set_value(tab: BulkTab, qtbot, name: str, text: str) -> None:
    model = tab.imports.mapping.values
    names = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert model.setData(model.index(names.index(name), model.VALUE), text)
    wait_for_look(tab, qtbot)


# The whole way


def test_candles_go_into_market_data_by_themselves(open_tab, writable_demo, tmp_path, qtbot):
    tab = open_tab(BulkTab, writable_demo, writable=True)
    before = read(writable_demo, "SELECT count(*) FROM market_data")[0][0]
    file = write_candles(tmp_path / "export.txt", 60)
    start(tab, qtbot, file)
    assert tab.imports.mapping.table.currentData() == "market_data"
    assert "trading_pair_id" in tab.imports.mapping.problem.text()
    assert not tab.imports.run.run_button.isEnabled()
    set_value(tab, qtbot, "trading_pair_id", "1")
    assert tab.imports.mapping.problem.isHidden()
    assert "timeframe is 5m" in tab.imports.mapping.notes.text()
    assert check(tab, qtbot).startswith("60 rows read: 60 rows would go into market_data")
    told = run_import(tab, qtbot)
    assert told.startswith("60 rows written into market_data")
    after = read(writable_demo, "SELECT count(*) FROM market_data")[0][0]
    assert after == before + 60
    assert read(
        writable_demo,
        "SELECT timeframe, count(*) FROM market_data WHERE open_time < 1340000000000",
    ) == [("5m", 60)]


def test_a_symbol_of_several_pairs_is_settled_by_one_value(
    open_tab, writable_demo, tmp_path, qtbot
):
    tab = open_tab(BulkTab, writable_demo, writable=True)
    start(tab, qtbot, write_candles(tmp_path / "a.csv", 20, symbol="BTC/USDT"))
    assert way(tab)["symbol"] == "trading_pair_id"
    told = tab.imports.mapping.problem.text()
    assert told.startswith("20 of the first 20 rows would be refused")
    # In the words of the window, not of the command line.
    assert "--set" not in told
    set_value(tab, qtbot, "trading_pair_id", "1")
    assert tab.imports.mapping.problem.isHidden()
    assert "20 rows written" in run_import(tab, qtbot)


def test_what_is_found_can_be_overruled(tab, qtbot, write):
    start(tab, qtbot, write("id;name;amount\n7;seven;1,5\n8;eight;2,5\n"))
    file = tab.imports.file
    assert file.delimiter.currentText() == "semicolon ; (found)"
    assert file.decimal.currentText() == "comma 1,5 (found)"
    assert "2 rows" in file.state.text()
    file.delimiter.setCurrentIndex(file.delimiter.findData(","))
    file.delimiter.activated.emit(file.delimiter.currentIndex())
    wait_for_look(tab, qtbot)
    assert list(way(tab)) == ["column 1", "column 2"]
    file.delimiter.setCurrentIndex(0)
    file.delimiter.activated.emit(0)
    wait_for_look(tab, qtbot)
    assert list(way(tab)) == ["id", "name", "amount"]
    run_import(tab, qtbot)


def test_quotes_can_be_overruled(tab, qtbot, write, ledger):
    start(tab, qtbot, write('id,name\n7,5" pipe\n8,"never closed\n'))
    file = tab.imports.file
    assert "(under Quotes)" in file.reasons.text()
    assert file.quote.isVisible()
    file.quote.setCurrentIndex(file.quote.findData(""))
    file.quote.activated.emit(file.quote.currentIndex())
    wait_for_look(tab, qtbot)
    assert file.quote.currentText() == "none"
    assert "2 rows written" in run_import(tab, qtbot)
    assert read(ledger, "SELECT name FROM item WHERE id IN (7, 8)") == [
        ('5" pipe',),
        ('"never closed',),
    ]


def test_a_wrong_choice_can_be_chosen_again(tab, qtbot, write):
    start(tab, qtbot, write("id,name\n7,seven\n"))
    box = tab.imports.file.format
    box.setCurrentIndex(box.findData("xlsx"))
    box.activated.emit(box.currentIndex())
    wait_for_look(tab, qtbot)
    assert "is no xlsx" in tab.imports.file.reasons.text()
    assert not tab.imports.run.run_button.isEnabled()
    assert box.isVisible()
    box.setCurrentIndex(0)
    box.activated.emit(0)
    wait_for_look(tab, qtbot)
    assert tab.imports.mapping.state.text() == "ready"


def test_lines_before_the_header_are_skipped(tab, qtbot, write, ledger):
    start(tab, qtbot, write("made by an exchange, today\nid,name\n7,seven\n"))
    skip = tab.imports.file.skip
    assert skip.currentText() == "0 (found)"
    skip.setCurrentIndex(skip.findData(1))
    skip.activated.emit(skip.currentIndex())
    wait_for_look(tab, qtbot)
    assert list(way(tab)) == ["id", "name"]
    run_import(tab, qtbot)
    assert read(ledger, "SELECT name FROM item WHERE id = 7") == [("seven",)]


def test_a_column_is_sent_elsewhere_in_its_cell(tab, qtbot, write, ledger):
    start(tab, qtbot, write("id,title,amount,more\n7,seven,1.5,x\n"))
    assert way(tab) == {
        "id": "id",
        "title": "(left out)",
        "amount": "amount",
        "more": "(left out)",
    }
    assert "needs name" in tab.imports.mapping.problem.text()
    view = tab.imports.mapping.ways_view
    index = tab.imports.mapping.ways.index(1, WaysModel.TARGET)
    view.scrollTo(index)
    place = view.visualRect(index).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    box = view.findChild(QComboBox)
    box.setCurrentIndex(box.findData("name"))
    box.activated.emit(box.currentIndex())
    wait_for_look(tab, qtbot)
    assert way(tab)["title"] == "name"
    run_import(tab, qtbot)
    assert read(ledger, "SELECT name FROM item WHERE id = 7") == [("seven",)]


def test_a_value_is_typed_by_the_keyboard_alone(tab, qtbot, write, ledger):
    start(tab, qtbot, write("id,amount\n7,1.5\n"))
    view = tab.imports.mapping.values_view
    view.setFocus()
    view.setCurrentIndex(tab.imports.mapping.values.index(0, 0))
    # The needed one is the first.
    assert view.currentIndex().data() == "name"
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_F2):
        qtbot.keyClick(view, key)
    editor = view.findChild(QLineEdit)
    qtbot.keyClicks(editor, "every one")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(tab.imports.run.run_button.isEnabled, timeout=10_000)
    run_import(tab, qtbot)
    assert read(ledger, "SELECT name FROM item WHERE id = 7") == [("every one",)]


def test_a_target_that_is_taken_is_given_up_by_the_other_column(tab, qtbot, write):
    start(tab, qtbot, write("id,name,nick\n7,seven,s\n"))
    set_way(tab, qtbot, "nick", "name")
    assert way(tab) == {"id": "id", "name": "(left out)", "nick": "name"}
    tab.imports.mapping.reset_button.click()
    wait_for_look(tab, qtbot)
    assert way(tab)["name"] == "name"


# Checks


def test_refused_rows_are_told_and_collected(tab, qtbot, write, ledger, tmp_path):
    start(tab, qtbot, write("id,name,amount\n7,seven,1\n8,eight,-1\n9,nine,x\n"))
    verdict = check(tab, qtbot)
    assert verdict.startswith("3 rows read: 1 row would go into item, 2 refused.")
    assert "nothing would be imported" in verdict
    assert "Line 4: amount:" in verdict
    assert list(tmp_path.glob("*refused*")) == []
    told = run_import(tab, qtbot)
    assert "A row was refused" in told
    assert "--rejects" not in told
    assert len(read(ledger, "SELECT * FROM item")) == 3
    tab.imports.checks.collect.click()
    path = tab.imports.checks.rejects_path
    assert path.parent == tmp_path
    told = run_import(tab, qtbot)
    assert told.startswith("1 row written into item")
    assert str(path) in told
    assert tab.imports.run.rejects_button.isVisible()
    assert len(path.read_text().splitlines()) == 3
    assert [row[0] for row in read(ledger, "SELECT id FROM item ORDER BY id")] == [1, 2, 3, 7]


@pytest.mark.parametrize("count", [0, 3])
def test_what_the_dry_run_says_is_what_the_run_does(tab, qtbot, write, ledger, count):
    rows = [f"{n},name {n},{-1 if n < 10 + count else 1}" for n in range(10, 20)]
    start(tab, qtbot, write("id,name,amount\n" + "\n".join(rows) + "\n"))
    tab.imports.checks.collect.setChecked(True)
    verdict = check(tab, qtbot)
    told = run_import(tab, qtbot)
    assert f": {10 - count} rows would go into item, {count} refused." in verdict
    assert told.startswith(f"{10 - count} rows written into item")
    assert len(read(ledger, "SELECT * FROM item")) == 13 - count


def test_keys_that_are_there_are_told_and_updated(tab, qtbot, write, ledger):
    start(tab, qtbot, write("id,name,amount\n2,zwei,9\n4,four,4\n"))
    assert "would end the import" in check(tab, qtbot)
    checks = tab.imports.checks
    assert "holds already" in checks.notes.text()
    assert checks.verdict.property("state") == "bad"
    assert "UNIQUE constraint failed" in run_import(tab, qtbot)
    checks.conflict.choose("update")
    checks.conflict.activated.emit(checks.conflict.currentIndex())
    assert checks.verdict.isHidden()
    assert checks.key.currentText() == "id"
    assert tab.imports.run.backup.isChecked()
    assert "would end" not in check(tab, qtbot)
    assert checks.verdict.property("state") == "ok"
    run_import(tab, qtbot)
    assert "The backup is" in tab.imports.run.details.text()
    assert read(ledger, "SELECT name, api_key FROM item WHERE id = 2") == [("zwei", "k2")]


def test_the_same_file_twice_is_refused_where_nothing_else_would(tab, qtbot, write, ledger):
    start(tab, qtbot, write("at,what\n5,x\n", "log.csv"))
    run_import(tab, qtbot)
    told = run_import(tab, qtbot)
    assert "Imported already" in told
    assert "the tick in step 3" in told
    tab.imports.checks.again.click()
    run_import(tab, qtbot)
    assert read(ledger, "SELECT count(*) FROM log WHERE at = 5") == [(2,)]


# Stop, locks, others


def test_how_much_of_the_file_is_read_is_shown(tab):
    card = tab.imports.run
    card.show_running()
    assert card.state.text() == "running; Stop is in the status bar"
    told = Progress(7, None, "rows", bytes_done=212_000_000, bytes_total=480_000_000)
    card.show_progress(told)
    assert card.state.text() == "212 of 480 MB; Stop is in the status bar"


def test_stop_leaves_nothing(tab, qtbot, tmp_path, ledger):
    file = tmp_path / "item.csv"
    file.write_text("id,name\n" + "".join(f"{n},name {n}\n" for n in range(10, 400_000)))
    start(tab, qtbot, file)
    tab.imports.run.run_button.click()
    progressed = tab.context.operations.progress_changed
    with qtbot.waitSignal(progressed, timeout=20_000, check_params_cb=lambda _t, p: p.done > 0):
        pass
    tab.context.operations.stop()
    wait_for_end(tab, qtbot)
    assert "Stopped" in tab.imports.run.result.text()
    assert tab.imports.run.state.text() == "stopped"
    assert len(read(ledger, "SELECT * FROM item")) == 3
    assert run_import(tab, qtbot).startswith("399,990 rows written")


def test_a_lock_of_another_process_is_told(tab, qtbot, write, ledger, monkeypatch):
    monkeypatch.setattr(opening, "WRITE_BUSY_TIMEOUT_MS", 200)
    start(tab, qtbot, write("id,name\n7,seven\n"))
    with a_process(LOCKER, ledger) as process:
        wait_for_line(process, "locked")
        told = run_import(tab, qtbot)
    assert "lock" in told.lower()
    # To overrule the gate does not help against a lock.
    assert tab.imports.run.overrule.isHidden()
    assert run_import(tab, qtbot).startswith("1 row written")


def test_beside_others_it_comes_in_slices_and_is_taken_back(tab, qtbot, tmp_path, ledger):
    file = tmp_path / "item.csv"
    file.write_text("id,name\n" + "".join(f'{n},"name {n}"\n' for n in range(10, 12_010)))
    start(tab, qtbot, file)
    with a_process(IDLE_ENGINE, ledger) as process:
        wait_for_line(process, "open")
        assert run_import(tab, qtbot).startswith("12,000 rows written")
        (batch,) = list_batches(ledger)
        assert batch.id in tab.imports.run.details.text()
        tab.imports.run.undo_button.click()
        dialog = tab.imports.undoer.dialog
        assert batch.id in dialog.text.text()
        dialog.reject()
        assert len(read(ledger, "SELECT 1 FROM item")) == 12_003
        tab.imports.run.undo_button.click()
        accept(tab.imports.undoer.dialog)
        wait_for_end(tab, qtbot)
    assert tab.imports.run.result.text() == "Taken back."
    assert len(read(ledger, "SELECT 1 FROM item")) == 3


def test_damaged_records_do_not_make_a_failure_of_what_was_written(tab, qtbot, write, ledger):
    damaged = batches_dir() / "abc"
    damaged.mkdir(parents=True)
    (damaged / "batch.db").write_bytes(b"junk" * 500)
    start(tab, qtbot, write("at,what\n5,x\n", "log.csv"))
    store_path().parent.mkdir(parents=True, exist_ok=True)
    store_path().write_bytes(b"no database at all" * 100)
    assert run_import(tab, qtbot).startswith("1 row written into log")
    assert "Not guarded against a second import" in tab.imports.run.details.text()
    assert read(ledger, "SELECT count(*) FROM log WHERE at = 5") == [(1,)]


def test_a_file_that_changed_since_it_was_shown_is_not_imported(tab, qtbot, write, ledger):
    file = write("id,name\n7,seven\n")
    start(tab, qtbot, file)
    file.write_text("id,name\n7,seven\n8,eight\n")
    assert "The file changed meanwhile" in check(tab, qtbot)
    assert "nothing was imported" in run_import(tab, qtbot)
    assert len(read(ledger, "SELECT 1 FROM item")) == 3
    tab.refresh()
    wait_for_look(tab, qtbot)
    assert run_import(tab, qtbot).startswith("2 rows written")


def test_a_file_that_goes_is_told(tab, qtbot, write):
    file = write("id,name\n7,seven\n")
    start(tab, qtbot, file)
    file.unlink()
    assert "changed meanwhile" in run_import(tab, qtbot)
    tab.refresh()
    wait_for_look(tab, qtbot)
    assert "does not exist" in tab.imports.file.reasons.text()
    assert not tab.imports.run.run_button.isEnabled()


def test_a_table_that_goes_is_told(tab, qtbot, write, ledger):
    start(tab, qtbot, write("at,what\n5,x\n", "log.csv"))
    with open_database(ledger, "read_write") as connection:
        connection.execute("DROP TABLE log")
    assert "no table 'log'" in run_import(tab, qtbot)


# States


def test_a_read_only_file_says_where_to_unlock(open_tab, ledger, qtbot, write):
    tab = open_tab(BulkTab, ledger)
    start(tab, qtbot, write("id,name\n7,seven\n"))
    assert not tab.imports.run.run_button.isEnabled()
    assert "Unlock it" in tab.imports.run.why.text()
    assert check(tab, qtbot).startswith("1 row read")
    tab.set_database(writable(tab))
    assert run_import(tab, qtbot).startswith("1 row written")


def test_without_a_file_the_later_steps_wait(open_tab, tab, qtbot):
    assert tab.imports.mapping.content.isHidden()
    assert not tab.imports.run.run_button.isEnabled()
    tab.set_database(None)
    assert tab.states.currentWidget().accessibleName() == "No file is open"


def test_another_database_looks_at_the_file_anew(tab, qtbot, write, tmp_path, plain_database):
    start(tab, qtbot, write("id,name\n7,seven\n", "rows.csv"))
    other = make_ledger(tmp_path / "other.db")
    with open_database(other, "read_write") as connection:
        connection.execute("ALTER TABLE item RENAME TO things")
    tab.set_database(replace(tab.database, path=other))
    wait_for_look(tab, qtbot)
    assert tab.imports.mapping.table.currentData() == "things"


def test_no_table_fits(tab, qtbot, write):
    start(tab, qtbot, write("apples,pears\n1,2\n", "fruit.csv"))
    assert "choose one" in tab.imports.mapping.problem.text()
    mapping = tab.imports.mapping
    mapping.table.choose("log")
    mapping.table.activated.emit(mapping.table.currentIndex())
    wait_for_look(tab, qtbot)
    assert "Nothing to import" in mapping.problem.text()
    set_way(tab, qtbot, "apples", "at")
    assert run_import(tab, qtbot).startswith("1 row written into log")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "neither text"),
        (b"id,name\n\xff\xfe\xff,x\n", ""),
    ],
)
def test_files_that_hold_no_rows_are_told(tab, qtbot, tmp_path, write, content, told):
    start(tab, qtbot, write("id,name\n7,seven\n", "before.csv"))
    file = tmp_path / "item.csv"
    file.write_bytes(content)
    start(tab, qtbot, file)
    assert told in tab.imports.file.reasons.text()
    if told:
        assert tab.imports.file.format.currentText() == "by its content"
        assert tab.imports.file.state.text() == "cannot be read"
        assert not tab.imports.run.run_button.isEnabled()


def name_part(tab: BulkTab, qtbot, name: str) -> None:
    field = tab.imports.file.part
    assert field.isVisible()
    field.setText(name)
    field.editingFinished.emit()
    wait_for_look(tab, qtbot)


def test_a_table_of_another_database_is_named(tab, qtbot, tmp_path, ledger):
    other = make_ledger(tmp_path / "other.db")
    with open_database(other, "read_write") as connection:
        connection.execute("UPDATE item SET id = id + 100")
    start(tab, qtbot, other)
    assert "log" in tab.imports.file.reasons.text()
    name_part(tab, qtbot, "item")
    assert tab.imports.mapping.table.currentData() == "item"
    assert run_import(tab, qtbot).startswith("3 rows written into item")
    assert len(read(ledger, "SELECT 1 FROM item")) == 6


def test_a_member_of_a_zip_is_named(tab, qtbot, tmp_path):
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as packed:
        packed.writestr("a.csv", "id,name\n7,seven\n")
        packed.writestr("b.csv", "at,what\n7,seven\n")
    start(tab, qtbot, tmp_path / "two.zip")
    assert "'a.csv', 'b.csv'" in tab.imports.file.reasons.text()
    assert "--sheet" not in tab.imports.file.reasons.text()
    name_part(tab, qtbot, "b.csv")
    assert tab.imports.mapping.table.currentData() == "log"
    assert run_import(tab, qtbot).startswith("1 row written into log")


def test_the_database_itself_is_not_imported_into_itself(tab, qtbot, ledger):
    start(tab, qtbot, ledger)
    name_part(tab, qtbot, "log")
    assert "A database into itself" in run_import(tab, qtbot)


def test_a_file_of_thousands_of_columns_and_long_values(tab, qtbot, write):
    names = ",".join(f"column {n}" for n in range(3_000))
    values = ",".join("x" * 2_000 for _ in range(3_000))
    start(tab, qtbot, write(f"{names}\n{values}\n"))
    assert tab.imports.mapping.ways.rowCount() == 3_000
    view = tab.imports.mapping.rows_view
    # Only those that are seen at first are made as wide as what they show: each costs time.
    assert (
        view.columnWidth(0)
        > view.columnWidth(2_999)
        == view.horizontalHeader().defaultSectionSize()
    )


def test_a_script_runs_as_it_is(tab, qtbot, write, ledger):
    file = write("BEGIN;\nINSERT INTO item VALUES (9, 'nine', 9, NULL);\nCOMMIT;\n", "x.sql")
    start(tab, qtbot, file)
    assert tab.imports.mapping.table.currentData() == "item"
    assert "one transaction" in tab.imports.mapping.notes.text()
    assert "statements were read" in check(tab, qtbot)
    run_import(tab, qtbot)
    assert read(ledger, "SELECT name FROM item WHERE id = 9") == [("nine",)]


def test_a_script_may_make_its_table(tab, qtbot, write, ledger):
    start(tab, qtbot, write("CREATE TABLE fresh (a);\nINSERT INTO fresh VALUES (1);\n", "x.sql"))
    assert tab.imports.mapping.table.currentData() == "fresh"
    assert "makes the new table fresh" in tab.imports.mapping.notes.text()
    assert "1 row written into fresh" in run_import(tab, qtbot)
    assert read(ledger, "SELECT a FROM fresh") == [(1,)]


def test_names_and_values_of_a_stranger_are_shown_as_they_are(
    open_tab, qtbot, plain_database, tmp_path
):
    file = tmp_path / "<b>x<b>\n.csv"
    file.write_text('"a b","<img src=x>"\n1,"=cmd|\' /C calc\'!A0"\n')
    tab = open_tab(BulkTab, plain_database, writable=True)
    start(tab, qtbot, file)
    mapping = tab.imports.mapping
    odd = 'odd "name" <b>x</b>\n2'
    mapping.table.choose(odd)
    mapping.table.activated.emit(mapping.table.currentIndex())
    wait_for_look(tab, qtbot)
    assert "\n" not in tab.imports.file.name.text()
    assert way(tab) == {"a b": "a b", "<img src=x>": "(left out)"}
    set_way(tab, qtbot, "<img src=x>", "ünï")
    assert "odd" in run_import(tab, qtbot)
    sql = 'SELECT "a b", "ünï" FROM "odd ""name"" <b>x</b>\n2"'
    assert read(plain_database, sql) == [(1, "=cmd|' /C calc'!A0")]


def test_secrets_are_not_shown(tab, qtbot, write):
    start(tab, qtbot, write("id,name,api_key\n7,seven,hunter2\n"))
    shown = []
    for model in (tab.imports.mapping.ways, tab.imports.mapping.rows):
        for row in range(model.rowCount()):
            for column in range(model.columnCount()):
                for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                    shown.append(str(model.index(row, column).data(role)))
    assert not any("hunter2" in text for text in shown)


def test_everything_is_reached_by_the_keyboard_and_named(tab, qtbot, write):
    start(tab, qtbot, write("id;name\n7;seven\n"))
    page = tab.imports
    for box in (page.file.format, page.mapping.table, page.checks.conflict, page.checks.key):
        assert box.accessibleName()
        assert box.focusPolicy() & Qt.FocusPolicy.TabFocus
    for view in (page.mapping.ways_view, page.mapping.values_view, page.mapping.rows_view):
        assert view.accessibleName()
    qtbot.keyClick(page.checks.check_button, Qt.Key.Key_Space)
    wait_for_end(tab, qtbot)
    assert page.checks.verdict.text().startswith("1 row read")
