"""Compare in the Bulk tab: a trade history beside the database, and what is missing imported."""

from __future__ import annotations

import csv
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QScrollArea

from cts_console.bulk import list_batches
from cts_console.bulk.batches import new_batch
from cts_console.reconcile.batch import batch_order, stage_missing
from cts_console.sqlite import open_database, opening
from cts_console.transfer.trades import open_comparison, rank_missing
from cts_console.ui.bulk.compare_page import ComparePage
from cts_console.ui.main_window import MainWindow
from cts_console.ui.tabs.bulk import BulkTab
from tests.processes import a_process, wait_for_line
from tests.transfer.trades.books import (
    EXPORTS,
    START_MS,
    Fill,
    add_fills,
    binance,
    kraken,
    make_book,
    make_fills,
    order_id,
    read_ledger,
)
from tests.ui.bulk_case import accept, make_ledger, read, start, wait_for_end, writable
from tests.ui.test_bulk_import import LOCKER
from tests.ui.test_main_window import drop

FILLS = make_fills(12)
ODD = '"T-odd","O-odd","XBT/USDT","soon","buy","limit","1","1","0","1","0","",""\n'


@pytest.fixture(scope="session")
def _book(_originals: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "book.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTS_CONSOLE_HOME", str(path.parent / "home"))
        make_book(Path(shutil.copy(_originals / "empty.db", path)))
    return path


@pytest.fixture
def book(_book: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(_book, tmp_path / "book.db"))


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Return a file with trades that `traded` has, one told differently, two that are missing, and
    two lines that cannot be compared.
    """
    file = tmp_path / "kraken.csv"
    other = kraken([Fill(5_000, base="FOO")]).splitlines()[1]
    file.write_text(f"{kraken(FILLS)}{ODD}{other}\n")
    return file


@pytest.fixture
def traded(book: Path) -> Path:
    fills = [replace(f, price="41000.25") if f is FILLS[3] else f for f in FILLS[:-2]]
    add_fills(book, "kraken", [*fills, Fill(900, at_ms=START_MS + 5_500, price="39999.5")])
    return book


@pytest.fixture
def tab(open_tab, traded: Path) -> BulkTab:
    made: BulkTab = open_tab(BulkTab, traded, writable=True)
    return made


def compare(tab: BulkTab, qtbot) -> ComparePage:
    page = tab.imports.compare
    assert page.account.compare_button.isEnabled()
    page.account.compare_button.click()
    assert tab.imports.is_running
    wait_for_end(tab, qtbot)
    return page


def rehearse(tab: BulkTab, qtbot) -> str:
    page = tab.imports.compare
    page.rehearsal.rehearse_button.click()
    assert page.is_running
    wait_for_end(tab, qtbot)
    return page.rehearsal.verdict.text()


def counts(page: ComparePage) -> list[str]:
    return [figure.value.text() for figure in page.differences.figures.values()]


def shown(page: ComparePage, column: int) -> list[str]:
    model = page.differences.trades
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_what_is_missing_comes_in_and_is_taken_back(tab, traded, history, qtbot):
    before = read_ledger(traded)
    start(tab, qtbot, history)
    assert "kraken trades" in tab.imports.file.history.text()
    assert tab.imports.mapping.isHidden()
    page = tab.imports.compare
    assert page.account.account.currentText() == "4  Main at kraken"
    assert page.missing.why.text() == "The steps before come first."
    compare(tab, qtbot)
    assert counts(page) == ["2", "1", "1", "11", "2"]
    # What is offered for import is shown first.
    assert shown(page, 9) == ["TRADE-001000000", "TRADE-001000010"]
    assert not page.missing.import_button.isEnabled()

    assert "nothing is new" in rehearse(tab, qtbot)
    assert page.rehearsal.would.text().startswith("2 trades would be imported.")
    assert read_ledger(traded) == before
    page.missing.import_button.click()
    assert "Main at kraken" in page.question.text.text()
    assert "2 orders are made up" in page.question.text.text()
    page.question.reject()
    assert read_ledger(traded) == before
    page.missing.import_button.click()
    with qtbot.waitSignal(tab.context.navigator.file_changed, timeout=20_000):
        accept(page.question)
    wait_for_end(tab, qtbot)
    assert page.missing.result.text().startswith("2 trades imported.")
    (batch,) = list_batches(traded)
    assert batch.id in page.missing.details.text()
    assert len(read_ledger(traded)[1]) == len(before[1]) + 2
    # Compared again by itself: what is shown is what is there now.
    assert counts(page) == ["0", "1", "1", "13", "2"]
    assert page.missing.why.text() == "Nothing is missing in the database."

    page.missing.undo_button.click()
    assert batch.id in page.undoer.dialog.text.text()
    accept(page.undoer.dialog)
    wait_for_end(tab, qtbot)
    assert page.missing.result.text() == "Taken back."
    assert read_ledger(traded) == before
    assert counts(page)[0] == "2"


def test_groups_are_shown_alone_and_a_pair_on_both_sides(tab, history, qtbot):
    start(tab, qtbot, history)
    page = compare(tab, qtbot)
    figures = page.differences.figures
    figures["different"].click()
    assert shown(page, 6) == ["40003.3 ≠ 41000.25"]
    assert shown(page, 10) == ["another price"]
    sides = page.differences.sides
    facts = {sides.index(r, 0).data(): r for r in range(sides.rowCount())}
    price = facts["Price"]
    assert [sides.index(price, c).data() for c in (1, 2)] == ["40003.3", "41000.25"]
    assert sides.index(facts["Where"], 1).data() == "line 5"
    qtbot.keyClick(page.differences.trades_view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text().split("\t")
    assert copied[0] == "5"
    assert copied[-1] == "another price"
    figures["not_compared"].click()
    assert shown(page, 10) == [
        "the time 'soon' is not written as YYYY-MM-DD HH:MM:SS",
        "1 line: the database has no such pair to compare with",
    ]
    assert page.differences.sides_view.isHidden()
    figures["same"].click()
    assert len(shown(page, 0)) == 11
    figures["same"].click()
    assert page.differences.trades.rowCount() == 17
    assert page.differences.trades.group is None


@pytest.mark.parametrize("name", EXPORTS)
def test_each_exchange_is_known_by_its_header(name, open_tab, book, tmp_path, qtbot):
    exchange, export = EXPORTS[name]
    file = tmp_path / "export"
    file.write_text(export(FILLS))
    tab = open_tab(BulkTab, book)
    start(tab, qtbot, file)
    page = tab.imports.compare
    assert page.history.exchange == exchange
    assert page.account.account.currentText().endswith(f"Main at {exchange}")


def test_a_sheet_or_a_member_is_named(open_tab, book, tmp_path, qtbot):
    add_fills(book, "kraken", FILLS[:2])
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as packed:
        packed.writestr("deposits.csv", "a,b\n1,2\n")
        packed.writestr("trades.csv", kraken(FILLS))
    workbook = openpyxl.Workbook()
    workbook.active.append(["a", "b"])
    sheet = workbook.create_sheet("trades")
    for row in csv.reader(kraken(FILLS).splitlines()):
        sheet.append(row)
    workbook.save(tmp_path / "two.xlsx")
    tab = open_tab(BulkTab, book)
    field = tab.imports.file.part
    for name, part in (("two.zip", "trades.csv"), ("two.xlsx", "trades")):
        start(tab, qtbot, tmp_path / name)
        assert tab.imports.compare.history is None
        field.setText(part)
        field.editingFinished.emit()
        wait_for_end(tab, qtbot)
        assert field.isVisible()
        assert not tab.imports.file.format.isVisible()
        assert counts(compare(tab, qtbot))[:4] == [str(len(FILLS) - 2), "0", "0", "2"]


def test_it_can_be_taken_as_a_plain_file_but_not_into_trades(tab, history, qtbot):
    start(tab, qtbot, history)
    tab.imports.file.plain_choice.click()
    wait_for_end(tab, qtbot)
    assert tab.imports.compare.isHidden()
    tables = tab.imports.mapping.table
    names = [tables.itemData(row) for row in range(tables.count())]
    assert "orders" in names
    assert "trades" not in names
    assert tab.imports.file.format.currentText() == "CSV (found)"
    # Read in another way it is the plain file that was chosen still.
    box = tab.imports.file.delimiter
    box.setCurrentIndex(box.findData(","))
    box.activated.emit(box.currentIndex())
    wait_for_end(tab, qtbot)
    assert tab.imports.compare.isHidden()
    tab.imports.file.compare_choice.click()
    wait_for_end(tab, qtbot)
    assert compare(tab, qtbot).compared is not None


def test_of_several_connections_a_person_chooses(open_tab, traded, history, qtbot):
    with open_database(traded, "read_write") as connection:
        connection.execute(
            "INSERT INTO exchange_connections (id, user_id, exchange_id, name, is_enabled) "
            "SELECT 7 + value, 1, exchange_id, CASE value WHEN 0 THEN '<b>Second' || char(10) "
            "ELSE 'Old' END, value = 0 FROM exchange_connections c, json_each('[0,1]') "
            "WHERE c.id = 4"
        )
    tab = open_tab(BulkTab, traded)
    start(tab, qtbot, history)
    page = tab.imports.compare
    box = page.account.account
    assert [box.itemText(row) for row in range(box.count())] == [
        "Choose one",
        "4  Main at kraken",
        "7  <b>Second\\n",
        "8  Old (disabled)",
    ]
    assert not page.account.compare_button.isEnabled()
    box.choose(7)
    box.activated.emit(box.currentIndex())
    compare(tab, qtbot)
    # It has no trade yet, so that all are missing; chosen anew, nothing is known.
    assert counts(page)[0] == "14"
    box.choose(4)
    box.activated.emit(box.currentIndex())
    assert page.compared is None
    compare(tab, qtbot)
    assert counts(page)[0] == "2"


def test_without_a_connection_or_migrations_it_says_so(open_tab, empty_database, history, qtbot):
    tab = open_tab(BulkTab, empty_database)
    start(tab, qtbot, history)
    page = tab.imports.compare
    assert "no connection of kraken" in page.account.problem.text()
    with open_database(empty_database, "read_write") as connection:
        connection.execute("DELETE FROM migrations WHERE id > 70")
    tab.refresh()
    wait_for_end(tab, qtbot)
    assert "migrat" in page.account.problem.text()
    assert not page.account.compare_button.isEnabled()


def test_a_database_of_somebody_else_takes_it_as_any_file(open_tab, tmp_path, history, qtbot):
    tab = open_tab(BulkTab, make_ledger(tmp_path / "ledger.db"))
    start(tab, qtbot, history)
    assert tab.imports.compare.isHidden()
    assert "CTS database alone" in tab.imports.file.history.text()
    assert not tab.imports.file.plain_choice.isVisible()
    assert tab.imports.look.preview.rows_read == len(FILLS) + 2


def test_a_read_only_file_is_compared_and_rehearsed(open_tab, traded, history, qtbot):
    tab = open_tab(BulkTab, traded)
    start(tab, qtbot, history)
    page = compare(tab, qtbot)
    rehearse(tab, qtbot)
    assert "Unlock it" in page.missing.why.text()
    assert not page.missing.import_button.isEnabled()
    tab.set_database(writable(tab))
    assert page.missing.import_button.isEnabled()


def test_what_the_audit_finds_has_to_be_overruled(open_tab, book, history, qtbot):
    add_fills(book, "kraken", FILLS[:1])
    # A second fill of an order that is full: it would be overfilled.
    other = replace(FILLS[0], number=77, at_ms=START_MS + 50)
    history.write_text(kraken([FILLS[0], other]).replace(order_id(other), order_id(FILLS[0])))
    tab = open_tab(BulkTab, book, writable=True)
    start(tab, qtbot, history)
    page = compare(tab, qtbot)
    assert "new" in rehearse(tab, qtbot)
    rules = page.rehearsal.findings
    assert "ORD-01" in [rules.index(row, 1).data() for row in range(rules.rowCount())]
    assert page.rehearsal.verdict.property("state") == "bad"
    assert "Tick that" in page.missing.why.text()
    page.missing.overrule.click()
    page.missing.import_button.click()
    assert page.question is not None
    assert "overrules" in page.question.text.text()
    accept(page.question)
    wait_for_end(tab, qtbot)
    assert page.missing.result.text().startswith("1 trade imported.")
    assert "added to 1 order of those that were there" in page.missing.result.text()
    assert read(book, "SELECT count(*) FROM trades") == [(2,)]
    # It was meant for that import alone.
    assert not page.missing.overrule.isChecked()


def test_a_stop_leaves_nothing_and_it_can_be_begun_again(tab, traded, history, qtbot):
    start(tab, qtbot, history)
    page = tab.imports.compare
    before = read_ledger(traded)
    for press in (page.compare, page.rehearse):
        press()
        tab.context.operations.stop()
        wait_for_end(tab, qtbot)
        if press == page.compare:
            assert page.account.state.text() == "stopped"
            compare(tab, qtbot)
    assert page.rehearsal.state.text() == "stopped"
    rehearse(tab, qtbot)
    page.missing.import_button.click()
    accept(page.question)
    tab.context.operations.stop()
    wait_for_end(tab, qtbot)
    assert page.missing.state.text() == "stopped"
    assert read_ledger(traded) == before
    assert list_batches(traded) == []


def test_a_lock_of_another_process_is_told(tab, traded, history, qtbot, monkeypatch):
    monkeypatch.setattr(opening, "WRITE_BUSY_TIMEOUT_MS", 400)
    start(tab, qtbot, history)
    page = compare(tab, qtbot)
    rehearse(tab, qtbot)
    before = read_ledger(traded)
    told: list[str] = []
    tab.context.operations.progress_changed.connect(lambda _ticket, p: told.append(p.note))
    with a_process(LOCKER, traded) as process:
        wait_for_line(process, "locked")
        page.missing.import_button.click()
        accept(page.question)
        wait_for_end(tab, qtbot)
    assert "lock" in page.missing.result.text().lower()
    assert any(note.startswith("another process is writing") for note in told)
    assert read_ledger(traded) == before
    assert list_batches(traded) == []
    # What was rehearsed holds still.
    assert page.missing.import_button.isEnabled()


def test_times_of_another_zone_have_to_be_overruled(open_tab, book, tmp_path, qtbot):
    add_fills(book, "binance", FILLS)
    file = tmp_path / "trades.csv"
    file.write_text(binance(replace(fill, at_ms=fill.at_ms + 7_200_000) for fill in FILLS))
    tab = open_tab(BulkTab, book, writable=True)
    start(tab, qtbot, file)
    page = compare(tab, qtbot)
    assert "2 hours earlier" in page.differences.notes.text()
    rehearse(tab, qtbot)
    assert page.rehearsal.state.text() == "stops the import"
    assert "another zone" in page.missing.why.text()
    assert page.missing.overrule.isVisible()


def test_a_file_that_changed_is_not_imported(tab, traded, history, qtbot):
    start(tab, qtbot, history)
    page = compare(tab, qtbot)
    rehearse(tab, qtbot)
    before = read_ledger(traded)
    history.write_text(kraken(FILLS))
    page.missing.import_button.click()
    accept(page.question)
    wait_for_end(tab, qtbot)
    assert "changed meanwhile" in page.missing.result.text()
    assert read_ledger(traded) == before
    tab.refresh()
    wait_for_end(tab, qtbot)
    assert page.compared is None
    assert counts(compare(tab, qtbot))[4] == "0"


def test_another_file_or_database_forgets_what_was_compared(
    tab, history, qtbot, tmp_path, plain_database
):
    start(tab, qtbot, history)
    page = compare(tab, qtbot)
    page.rehearse()
    (tmp_path / "rows.csv").write_text("name,display_name\nnowhere,a\n")
    # Nothing is begun while something is at work.
    tab.imports.start(tmp_path / "rows.csv")
    assert page.history is not None
    assert page.history.file == history
    wait_for_end(tab, qtbot)
    page.missing.import_button.click()
    question = page.question
    assert question is not None
    with qtbot.waitSignal(question.rejected, timeout=1_000):
        tab.set_database(replace(tab.database, path=plain_database, kind="foreign"))
    wait_for_end(tab, qtbot)
    assert tab.imports.compare.history is None
    start(tab, qtbot, tmp_path / "rows.csv")
    assert tab.imports.file.history.isHidden()
    assert not tab.imports.mapping.isHidden()


def test_an_import_that_a_crash_cut_short_is_finished(open_tab, book, history, qtbot):
    with open_comparison(book, history) as opened:
        account = opened.comparison.account
        rank_missing(opened.staging, account)
        with (
            open_database(book, "read_write") as connection,
            new_batch(batch_order(connection)) as batch,
        ):
            stage_missing(batch, opened.staging, account)
    tab = open_tab(BulkTab, book, writable=True)
    tab.show_page(2)
    page = tab.history
    qtbot.waitUntil(lambda: page.batches.rowCount() == 1)
    page.batches_view.selectRow(0)
    page.resume_button.click()
    qtbot.waitUntil(lambda: not tab.context.operations.is_busy, timeout=10_000)
    assert read(book, "SELECT count(*) FROM trades") == [(len(FILLS),)]


@pytest.fixture
def fits() -> Callable[[BulkTab], bool]:
    def ask(tab: BulkTab) -> bool:
        area = tab._pages.currentWidget()
        assert isinstance(area, QScrollArea)
        page = area.widget()
        assert page is not None
        return page.minimumSizeHint().width() <= area.viewport().width()

    return ask


def test_a_history_dropped_on_the_window_is_compared(context, traded, history, qtbot, fits):
    window = MainWindow(context)
    qtbot.addWidget(window)
    window.resize(1024, 640)
    window.show()
    window.open_path(traded)
    qtbot.waitUntil(lambda: window.session.database is not None)
    context.theme.set_zoom(2.0)
    drop(window, history)
    tab = next(tab for tab in window.tabs.tabs if isinstance(tab, BulkTab))
    qtbot.waitUntil(lambda: tab.imports.compare.history is not None, timeout=10_000)
    assert window.tabs.current is tab
    page = compare(tab, qtbot)
    for group in page.differences.figures.values():
        group.click()
        assert fits(tab)
    assert (window.width(), window.height()) == (1024, 640)
