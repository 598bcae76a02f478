"""The statement in the window: from the menu to the saved file, and what goes wrong on the way."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from PySide6.QtCore import QDate
from PySide6.QtGui import QGuiApplication

from cts_console.audit.seal import seal_tables
from cts_console.sqlite import open_database
from cts_console.ui.context import WindowContext
from cts_console.ui.main_window import MainWindow
from cts_console.ui.statement.dialog import StatementDialog
from cts_console.ui.statement.form import list_months
from cts_console.ui.tabs.audit import AuditTab
from tests.statement.files import make_file, trade, write

OCTOBER = (QDate(2019, 10, 1), QDate(2019, 10, 31))
MAY = (QDate(2024, 5, 1), QDate(2024, 5, 31))


@pytest.fixture
def show(context: WindowContext, qtbot):
    """Show the dialog about a file, its period filled in."""

    def make(path: Path, days: tuple[QDate, QDate] = MAY) -> StatementDialog:
        dialog = StatementDialog(context, path)
        qtbot.addWidget(dialog)
        dialog.form.period.setCurrentIndex(dialog.form.period.count() - 1)
        dialog.form.first.setDate(days[0])
        dialog.form.last.setDate(days[1])
        dialog.show()
        return dialog

    return make


@pytest.fixture
def trades(tmp_path: Path) -> Path:
    return make_file(tmp_path / "t.db", [trade(1, fee=0.01, fee_currency="BNB")])


def finish(dialog: StatementDialog, qtbot) -> None:
    qtbot.waitUntil(lambda: not dialog.is_running, timeout=20_000)


def make(dialog: StatementDialog, qtbot) -> StatementDialog:
    dialog.make_button.click()
    assert dialog.is_running
    finish(dialog, qtbot)
    return dialog


def choose(dialog: StatementDialog, target: Path) -> None:
    names = dialog.names
    assert names is not None
    names.fileSelected.emit(str(target))
    names.reject()


def words(dialog: StatementDialog) -> str:
    assert dialog.shown is not None
    return dialog.shown.text


def test_the_months_before_this_one():
    months = list_months(QDate(2024, 3, 31))
    assert len(months) == 24
    assert (months[0].name, months[0].last) == ("February 2024", QDate(2024, 2, 29))
    assert (months[-1].name, months[-1].first) == ("March 2022", QDate(2022, 3, 1))
    assert list_months(QDate(2024, 1, 1))[0].name == "December 2023"


def test_last_month_is_chosen_and_custom_days_are_asked_for(show, context, demo_database: Path):
    dialog = StatementDialog(context, demo_database)
    form = dialog.form
    month = list_months(QDate.currentDate())[0]
    wish = form.wish(demo_database)
    assert wish.start == month.first.toString("yyyy-MM-dd")
    assert wish.end == month.first.addMonths(1).toString("yyyy-MM-dd")
    assert not form.first.isVisibleTo(form)
    form.period.setCurrentIndex(form.period.count() - 1)
    assert form.first.isVisibleTo(form)
    dialog.deleteLater()


def test_the_demo(show, qtbot, writable_demo: Path, tmp_path: Path):
    (seal, _) = seal_tables(writable_demo)
    dialog = make(show(writable_demo, OCTOBER), qtbot)
    assert dialog.shown is not None
    assert dialog.shown.verdict.text() == "COMPLETE"
    assert seal.root in words(dialog)
    assert "as sealed." in words(dialog)
    assert "Not audited" in words(dialog)
    assert "88 compared with the profit" in words(dialog)
    assert [name.text() for name in dialog.shown.quotes] == ["ETH"]
    made = dialog.made
    dialog.pdf_button.click()
    with qtbot.waitSignal(dialog._context.navigator.file_saved, timeout=20_000) as saved:
        choose(dialog, tmp_path / "o.pdf")
    assert saved.args == [tmp_path / "o.pdf"]
    assert (tmp_path / "o.pdf").read_bytes().startswith(b"%PDF-")
    # What was saved is what is shown: nothing was made anew.
    assert dialog.made is made
    dialog.json_button.click()
    document = json.loads(QGuiApplication.clipboard().text())
    assert (document["trades"], document["complete"]) == (12_477, True)
    dialog.csv_button.click()
    with qtbot.waitSignal(dialog._context.navigator.file_saved, timeout=20_000):
        choose(dialog, tmp_path / "o.csv")
    with (tmp_path / "o.csv").open(encoding="utf-8", newline="") as file:
        assert sum(1 for _ in csv.reader(file)) == 12_478
    assert "Saved: " in dialog.message.text()
    dialog.change_button.click()
    assert dialog.form.isVisibleTo(dialog)
    assert dialog.shown is None


def test_a_fee_in_a_third_currency_with_and_without_a_rate(show, qtbot, trades: Path):
    dialog = make(show(trades), qtbot)
    assert dialog.shown is not None
    assert dialog.shown.verdict.text() == "INCOMPLETE"
    assert "--rate CURRENCY=QUOTE:PRICE counts it" in words(dialog)
    dialog.change()
    dialog.form.rates.setPlainText("\n  bnb=usdt:300 \n\n")
    make(dialog, qtbot)
    assert dialog.shown.verdict.text() == "COMPLETE"
    assert dialog.made is not None
    assert dialog.made.document["totals"][0]["net"] == "-3"


def test_a_period_without_trades(show, qtbot, trades: Path):
    dialog = make(show(trades, OCTOBER), qtbot)
    assert "No trades in this period." in words(dialog)


@pytest.mark.parametrize(
    ("zone", "rates", "told"),
    [
        ("Mars/Olympus", "", "is not a time zone that this computer knows"),
        ("UTC", "BNB", "'BNB' is not a rate"),
    ],
)
def test_what_is_wrong_is_told_in_the_words_of_the_core(
    show, qtbot, trades: Path, zone: str, rates: str, told: str
):
    dialog = show(trades)
    dialog.form.zone.setCurrentText(zone)
    dialog.form.rates.setPlainText(rates)
    make(dialog, qtbot)
    assert told in dialog.message.text()
    assert dialog.shown is None
    assert dialog.form.isEnabled()


def test_a_file_without_trades(show, qtbot, plain_database: Path):
    dialog = make(show(plain_database), qtbot)
    assert "has no table of trades that this program knows" in dialog.message.text()


def test_days_the_wrong_way_round(show, qtbot, trades: Path):
    dialog = make(show(trades, (MAY[1], MAY[0])), qtbot)
    assert "is not before" in dialog.message.text()


def test_the_csv_is_asked_for_first_and_never_written_over(
    show, qtbot, trades: Path, tmp_path: Path
):
    dialog = show(trades)
    dialog.form.csv.setChecked(True)
    dialog.make()
    assert not dialog.is_running
    choose(dialog, tmp_path / "new.csv")
    finish(dialog, qtbot)
    assert (tmp_path / "new.csv").exists()
    assert dialog.shown is not None
    dialog.csv_button.click()
    choose(dialog, tmp_path / "new.csv")
    finish(dialog, qtbot)
    assert "nothing is ever written over" in dialog.message.text()
    assert dialog.shown is not None


def test_stop_leaves_nothing(show, qtbot, demo_database: Path, tmp_path: Path):
    dialog = show(demo_database, OCTOBER)
    dialog.form.csv.setChecked(True)
    dialog.make()
    choose(dialog, tmp_path / "new.csv")
    dialog.stop_button.click()
    finish(dialog, qtbot)
    assert dialog.message.text() == "Stopped; nothing was saved."
    assert dialog.make_button.isVisibleTo(dialog)
    assert not list(tmp_path.glob("new*"))


def test_closing_stops_it(show, qtbot, context, demo_database: Path, tmp_path: Path):
    dialog = show(demo_database, OCTOBER)
    dialog.form.csv.setChecked(True)
    dialog.make()
    choose(dialog, tmp_path / "new.csv")
    dialog.close_button.click()
    qtbot.waitUntil(lambda: not context.operations.is_busy, timeout=20_000)
    assert not list(tmp_path.glob("new*"))


def test_hostile_names_are_plain_text(show, qtbot, tmp_path: Path):
    path = make_file(
        tmp_path / "t.db", [trade(1, trading_pair_id="BTC/<img src=x>\u202e", fee_currency="<u>")]
    )
    dialog = make(show(path), qtbot)
    assert dialog.shown is not None
    (quote,) = dialog.shown.quotes
    assert quote.text() == "<img src=x>\\u202e"


def test_it_fits_a_small_screen_at_any_zoom(show, qtbot, context, trades: Path):
    context.theme.set_zoom(2.0)
    write(trades, trade(2, price=1e12, amount=1e5), trade(3, side="sell", price=2e12, amount=1e5))
    write(trades, trade(4, trading_pair_id=f"{'B' * 90}/{'Q' * 90}", connection_id="C" * 90))
    dialog = make(show(trades), qtbot)
    least = dialog.minimumSizeHint()
    assert least.width() <= 1_024
    assert least.height() <= 640
    dialog.resize(1_024, 640)
    assert dialog._area.horizontalScrollBar().maximum() == 0


def dialog_of(window: MainWindow) -> StatementDialog | None:
    return window.statements.dialog


def test_the_menus_open_one_dialog_about_the_open_file(open_in, qtbot, trades: Path, tmp_path):
    other = make_file(tmp_path / "other.db", [trade(1)])
    window: MainWindow = open_in(trades)
    window.actions_of.statement.trigger()
    dialog = dialog_of(window)
    assert dialog is not None
    assert dialog.path == trades.resolve()
    window.context.navigator.statement_wanted.emit()
    assert dialog_of(window) is dialog
    open_in(other)
    assert dialog_of(window) is None
    window.choose_statement()
    again = dialog_of(window)
    assert again is not None
    assert again.path == other.resolve()
    window.close_file()
    qtbot.waitUntil(lambda: dialog_of(window) is None)
    assert not window.actions_of.statement.isEnabled()
    window.choose_statement()
    assert dialog_of(window) is None


def test_it_closes_with_the_window(open_in, trades: Path):
    window: MainWindow = open_in(trades)
    window.choose_statement()
    assert window.close()
    assert dialog_of(window) is None


def test_the_audit_tab_has_the_command(open_tab, context, qtbot, trades: Path):
    tab: AuditTab = open_tab(AuditTab, trades)
    (action,) = [each for each in tab.run_bar.menu.actions() if each.text() == "Statement …"]
    assert action.isEnabled()
    with qtbot.waitSignal(context.navigator.statement_wanted):
        action.trigger()
    tab.set_database(None)
    assert not action.isEnabled()


def test_a_file_that_went_away_is_told(show, qtbot, tmp_path: Path):
    path = make_file(tmp_path / "gone.db", [trade(1)])
    dialog = show(path)
    path.unlink()
    make(dialog, qtbot)
    assert "gone.db" in dialog.message.text()
    assert dialog.shown is None


def test_the_file_is_not_changed(show, qtbot, trades: Path):
    before = trades.read_bytes()
    make(show(trades), qtbot)
    assert trades.read_bytes() == before
    with open_database(trades) as connection:
        assert connection.read_int("SELECT count(*) FROM trades") == 1
