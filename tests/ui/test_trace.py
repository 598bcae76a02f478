"""Traces in the window: from a finding, from a row, the dialog itself, its errors and its CSV."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from cts_console.sqlite import open_database
from cts_console.trace import TraceSubject
from cts_console.ui.context import RowsWanted
from cts_console.ui.main_window import MainWindow
from cts_console.ui.models.findings import FindingItem
from cts_console.ui.tabs.audit import AuditTab
from cts_console.ui.tabs.schema import SchemaTab
from cts_console.ui.trace.dialog import TraceDialog
from cts_console.ui.trace.model import PARTS, PNL, TIME, WHAT, TraceModel
from cts_console.ui.trace.tracing import Tracer
from cts_console.ui.widgets.data_view_headings import Links
from cts_console.ui.widgets.data_view_menus import cell_menu
from tests.trace.ledgers import NOW, Ledger
from tests.ui.conftest import opened

HOSTILE = "<b>x</b>\x1b[31m\n=1+1 " + "long " * 400


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = Ledger(tmp_path / "ledger.db")
    made.trade("buy", 2.0, 100.0, fee=0.2, fee_currency="USDT")
    made.trade("sell", 2.0, 110.0, fee=0.01, fee_currency="BNB")
    made.close(quantity=2.0, entry_price=100.0)
    made.change("INSERT INTO trade_logs VALUES (1, 101, NULL, 'info', 'note', ?, ?)", HOSTILE, NOW)
    return made


@pytest.fixture
def tracer(context, qtbot, open_tab, ledger: Ledger) -> Tracer:
    tab: SchemaTab = open_tab(SchemaTab, ledger.path)
    return tab.tracer


def shown(tracer: Tracer, qtbot, kind="position", key: object = 7, note: str = "") -> TraceDialog:
    tracer.trace(TraceSubject(kind, key), note)  # type: ignore[arg-type]  # any value is tried
    dialog = tracer.dialogs[-1]
    qtbot.waitUntil(lambda: dialog.trace is not None)
    return dialog


def test_the_stories_agree(tracer: Tracer, qtbot, qtmodeltester):
    dialog = shown(tracer, qtbot)
    assert not dialog.isModal()
    assert dialog.windowTitle() == "Trace of position 7"
    assert dialog.summary.text() == "Position 7 · BTC/USDT · long · closed"
    assert "opened 2023-11-14 22:13:20 UTC" in dialog.times.text()
    assert "the stories agree" in dialog.verdict.text()
    assert "BNB" in dialog.remarks.text()
    model = dialog.model
    qtmodeltester.check(model)
    assert model.rowCount() == 9
    row = next(r for r in range(9) if model.text_of(r, WHAT) == "trade 1: buy")
    texts = [model.text_of(row, column) for column in range(model.columnCount())]
    assert texts[2:] == ["100", "2", "0.20", "2", "100", "-0.2", ""]
    assert all(model.text_of(r, PARTS) == "" for r in range(9))


def test_the_first_parting_row_is_marked_and_in_sight(tracer: Tracer, qtbot, ledger: Ledger):
    for number in range(3, 60):
        ledger.trade("buy" if number % 2 else "sell", 1.0, 100.0)
    ledger.change("UPDATE orders SET filled = 0.5 WHERE id IN (130, 140)")
    dialog = shown(tracer, qtbot)
    model, view = dialog.model, dialog.view
    assert dialog.trace is not None
    row = dialog.trace.first_difference
    assert row is not None
    assert view.currentIndex().row() == row
    assert view.viewport().rect().contains(view.visualRect(model.index(row, 0)).center())
    what = model.index(row, WHAT)
    # A word and an icon beside the ground.
    assert what.data() == "Parts here: order 130: filled"
    assert not what.data(Qt.ItemDataRole.DecorationRole).isNull()
    assert what.data(Qt.ItemDataRole.BackgroundRole).alpha() > 0
    assert model.index(row, PARTS).data() == (
        "filled: stored 0.5, computed 1; remaining: stored 0, computed 0.5"
    )
    assert "stored 0.5, computed 1 (differs)" in dialog.event_text.text()
    assert "stored 0.5" in what.data(Qt.ItemDataRole.ToolTipRole)
    others = [r for r in range(model.rowCount()) if model.text_of(r, WHAT).startswith("Differs")]
    assert [model.text_of(other, WHAT) for other in others] == [
        "Differs: order 140: filled",
        "Differs: long position 7: closed, quantity 2",
    ]
    assert f"part at row {row + 1} of" in dialog.verdict.text()


def test_numbers_are_right_aligned_in_columns_of_equal_decimals(tracer: Tracer, qtbot):
    model = shown(tracer, qtbot).model
    for column in range(TIME, PARTS + 1):
        alignment = model.index(0, column).data(Qt.ItemDataRole.TextAlignmentRole)
        is_right = bool(alignment & Qt.AlignmentFlag.AlignRight)
        assert is_right == (WHAT < column < PARTS)
    texts = {model.text_of(row, PNL) for row in range(model.rowCount())} - {""}
    assert {len(text.partition(".")[2]) for text in texts} == {1}
    fees = [model.text_of(row, 4) for row in range(model.rowCount())]
    # What is not paid in the quote currency says so.
    assert [fee for fee in fees if fee] == ["0.20", "0.01 BNB"]


def test_the_clock_is_followed(tracer: Tracer, qtbot, context):
    dialog = shown(tracer, qtbot)
    assert dialog.model.headerData(TIME, Qt.Orientation.Horizontal) == "Time (UTC)"
    context.clock.set_zone("local")
    assert dialog.model.headerData(TIME, Qt.Orientation.Horizontal) == "Time (local)"
    assert "UTC" in dialog.times.text() or "opened" in dialog.times.text()


def test_hostile_texts(tracer: Tracer, qtbot):
    dialog = shown(tracer, qtbot, note=HOSTILE)
    row = next(r for r in range(dialog.model.rowCount()) if "note" in dialog.model.text_of(r, WHAT))
    dialog.view.go_to(row)
    shown_text = dialog.model.text_of(row, WHAT)
    assert shown_text.startswith("note: <b>x</b>\\x1b[31m\\n=1+1 long")
    assert len(shown_text) <= 300
    assert dialog.event_text.textFormat() == Qt.TextFormat.PlainText
    assert dialog.event_text.text().isprintable()
    tip = dialog.model.index(row, WHAT).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;" in tip


def test_copy_gives_all_or_the_selected_rows(tracer: Tracer, qtbot):
    dialog = shown(tracer, qtbot)
    dialog.copy_button.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("Position 7")
    assert len([line for line in lines if line.count("\t") == PARTS]) == 10
    dialog.view.selectRow(0)
    dialog.view.copy_selected()
    assert QGuiApplication.clipboard().text().count("\t") == PARTS


def test_the_row_is_shown_in_the_schema_tab(tracer: Tracer, qtbot, context):
    dialog = shown(tracer, qtbot)
    row = next(r for r in range(dialog.model.rowCount()) if "trade 2" in dialog.model.text_of(r, 1))
    dialog.view.go_to(row)
    with qtbot.waitSignal(context.navigator.rows_wanted) as wanted:
        dialog.row_button.click()
    assert wanted.args[0] == RowsWanted("trades", "id", (2,), "trade 2: sell")


def test_the_csv_is_written_once(tracer: Tracer, qtbot, tmp_path: Path, context):
    dialog = shown(tracer, qtbot)
    dialog.save_button.click()
    chooser = tracer.file_dialog
    assert chooser is not None
    assert chooser.selectedFiles()[0].endswith("ledger.position-7.csv")
    target = tmp_path / "saved.csv"
    with qtbot.waitSignal(context.navigator.file_saved, timeout=20_000):
        chooser.fileSelected.emit(str(target))
        chooser.reject()
    assert tracer.file_dialog is None
    before = target.read_bytes()
    assert before.startswith(b"time,")
    with qtbot.waitSignal(context.navigator.error_raised, timeout=20_000) as raised:
        tracer.save(dialog.trace, str(target))  # type: ignore[arg-type]  # it is there
    assert raised.args[0].code == "usage"
    assert target.read_bytes() == before


def test_errors_are_told_in_the_dialog_and_it_can_try_again(tracer: Tracer, qtbot, ledger: Ledger):
    tracer.trace(TraceSubject("order", 500))
    (dialog,) = tracer.dialogs

    def told() -> str:
        page = dialog.stack.currentWidget()
        return "" if page is None else page.accessibleName()

    qtbot.waitUntil(lambda: "No such order" in told())
    assert not dialog.copy_button.isEnabled()
    assert not dialog.save_button.isEnabled()
    assert not dialog.row_button.isEnabled()
    ledger.trade("buy", 1.0, 1.0, order_id=500)
    dialog.read()
    qtbot.waitUntil(lambda: dialog.trace is not None)
    assert dialog.save_button.isEnabled()
    assert dialog.summary.text().startswith("Order 500 · BTC/USDT")


def test_traces_go_with_their_file(tracer: Tracer, qtbot, ledger: Ledger, tmp_path: Path):
    shown(tracer, qtbot)
    shown(tracer, qtbot, "order", 101)
    assert len(tracer.dialogs) == 2
    tracer.dialogs[0].close()
    assert len(tracer.dialogs) == 1
    tracer.set_database(opened(ledger.path))
    assert len(tracer.dialogs) == 1
    # One that still reads goes as well; its answer is dropped.
    tracer.trace(TraceSubject("position", 7))
    tracer.set_database(None)
    assert tracer.dialogs == []
    tracer.trace(TraceSubject("position", 7))
    assert tracer.dialogs == []


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("orders", "order 101"),
        ("positions", "position 7"),
        ("trades", "order 101"),
        ("trading_pairs", None),
    ],
)
def test_from_a_row_of_the_data_view(
    open_tab, qtbot, ledger: Ledger, table: str, expected: str | None
):
    tab: SchemaTab = open_tab(SchemaTab, ledger.path)
    data = tab.table_view.data
    qtbot.waitUntil(lambda: tab.navigator.model.rowCount() > 0)
    tab.show_object(table)
    qtbot.waitUntil(lambda: data.model.cell(0, 0)[0])
    data.grid.setCurrentIndex(data.model.index(0, 1))
    menu = cell_menu(data, Links())
    assert menu is not None
    traces = [action.text() for action in menu.actions() if "Trace" in action.text()]
    menu.close()
    assert traces == ([] if expected is None else [f"Trace {expected} …"])
    data.grid.setFocus()
    qtbot.keyClick(data.grid, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    titles = [dialog.windowTitle() for dialog in tab.tracer.dialogs]
    assert titles == ([] if expected is None else [f"Trace of {expected}"])
    qtbot.waitUntil(lambda: all(each.trace is not None for each in tab.tracer.dialogs))


def test_from_a_finding(open_tab, qtbot, ledger: Ledger):
    ledger.settle(realized_pnl=99.0)
    ledger.change("UPDATE trades SET fee = 0, fee_currency = NULL")
    ledger.change("UPDATE orders SET filled = 3 WHERE id = 102")
    tab: AuditTab = open_tab(AuditTab, ledger.path)
    tab.run("standard")
    qtbot.waitUntil(lambda: not tab.is_running, timeout=20_000)
    items = {item.rule: item for item in tab.page.model.every_item()}
    buttons = {}
    for rule in ("POS-03", "ORD-03", "IDX-01"):
        found = items.get(rule)
        if found is not None and tab.page.select(found.fingerprint):
            buttons[rule] = not tab.page.detail.trace_button.isHidden()
    assert buttons["POS-03"]
    assert buttons["ORD-03"]
    tab.page.select(items["POS-03"].fingerprint)
    tab.page.detail.trace_button.click()
    (dialog,) = tab.commands.tracer.dialogs
    qtbot.waitUntil(lambda: dialog.trace is not None)
    assert dialog.trace is not None
    assert dialog.trace.subject == TraceSubject("position", 7)
    assert "part at row" in dialog.verdict.text()
    tab.set_database(None)
    assert tab.commands.tracer.dialogs == []


def test_a_finding_about_something_else_has_no_trace(ledger: Ledger):
    made = FindingItem(
        "STO-01", "info", "storage", None, None, "", "", "", ("id",), ((1,),), 1, None, None, "", ""
    )
    assert made.traced() is None


@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_it_fits_the_smallest_window(tracer: Tracer, qtbot, context, zoom: float):
    context.theme.set_zoom(zoom)
    dialog = shown(tracer, qtbot, note="The first of 12 rows that the finding names.")
    dialog.resize(1024, 640)
    assert dialog.minimumSizeHint().width() <= 1024
    assert dialog.minimumSizeHint().height() <= 640
    row = dialog.model.rowCount() - 1
    dialog.view.go_to(row)
    assert "entry_price" in dialog.event_text.text()

    def is_in_sight() -> bool:
        place = dialog.view.visualRect(dialog.model.index(row, 0))
        return dialog.view.viewport().rect().contains(place.center())

    qtbot.waitUntil(is_in_sight)
    context.theme.set_zoom(1.0)


def test_the_keyboard_reaches_everything(tracer: Tracer, qtbot):
    dialog = shown(tracer, qtbot)
    reached = set()
    for _ in range(8):
        focus = dialog.focusWidget()
        assert focus is not None
        reached.add(focus)
        dialog.focusNextChild()
    assert {dialog.row_button, dialog.copy_button, dialog.save_button, dialog.close_button} <= (
        reached
    )
    assert dialog.view in reached
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert tracer.dialogs == []


def test_an_empty_model(theme, context):
    model = TraceModel(theme, context.clock)
    assert (model.rowCount(), model.columnCount()) == (0, PARTS + 1)
    assert model.event_at(0) is None


def test_the_demo_in_the_whole_window(context, qtbot, demo_database: Path):
    window = MainWindow(context)
    qtbot.addWidget(window)
    window.show()
    with open_database(demo_database) as connection:
        key = connection.read_value("SELECT id FROM positions WHERE status = 'closed' LIMIT 1")
    window.open_path(demo_database)
    tab = window.findChild(SchemaTab)
    assert tab is not None
    qtbot.waitUntil(lambda: tab.database is not None, timeout=20_000)
    dialog = shown(tab.tracer, qtbot, key=key)
    assert "the stories agree" in dialog.verdict.text()
    with qtbot.waitSignal(context.navigator.tab_wanted):
        dialog.view.activated.emit(dialog.model.index(0, 0))
    window.close()
