"""The Audit tab in each of its states, on real files."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from cts_console.audit import RULES, run_audit
from cts_console.sqlite import open_database
from cts_console.ui.audit import job
from cts_console.ui.tabs.audit import AuditTab
from tests.audit.case import NEED_KEPT_SIZES
from tests.ui.models.test_findings_model import findings

ORPHANS = (
    "PRAGMA foreign_keys = OFF;"
    "CREATE TABLE parent (id INTEGER PRIMARY KEY);"
    "CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id));"
    "CREATE INDEX one ON child (parent_id); CREATE INDEX two ON child (parent_id);"
    "INSERT INTO child VALUES (5, 77), (6, 78);"
)
LOST = "CREATE TABLE lost (id INTEGER PRIMARY KEY, x INTEGER REFERENCES nowhere (id));"


@pytest.fixture
def bad_database(tmp_path: Path) -> Path:
    path = tmp_path / "bad.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(ORPHANS)
    return path


@pytest.fixture
def run(qtbot):
    def run_and_wait(tab: AuditTab, profile: str = "standard") -> None:
        tab.run(profile)
        assert tab.is_running
        qtbot.waitUntil(lambda: not tab.is_running, timeout=20_000)

    return run_and_wait


@pytest.fixture
def idle(qtbot, context):
    """Wait until every question is answered."""

    def wait() -> None:
        qtbot.waitUntil(lambda: not any(c.is_busy for c in context.clients), timeout=20_000)

    return wait


def words(tab: AuditTab) -> str:
    """Return what the page without content says."""
    page = tab.states.currentWidget()
    assert page is not None
    return page.accessibleName()


def shown_rules(tab: AuditTab) -> list[str]:
    model = tab.page.model
    return [model.index(row, 3).data() for row in range(model.rowCount())]


def test_without_a_file_nothing_can_be_run(open_tab) -> None:
    tab = open_tab(AuditTab)
    assert words(tab).startswith("No file is open")
    assert not tab.run_bar.run_button.isEnabled()
    tab.run()
    assert not tab.is_running


def test_a_file_that_was_never_audited_says_what_an_audit_does(
    open_tab, idle, plain_database
) -> None:
    tab = open_tab(AuditTab, plain_database)
    idle()
    assert "has not been audited yet" in words(tab)
    assert str(len(RULES)) in words(tab)
    assert tab.run_bar.run_button.isEnabled()


def test_nothing_found_says_by_how_many_rules(open_tab, run, idle, empty_database) -> None:
    tab = open_tab(AuditTab, empty_database)
    idle()
    run(tab, "deep")
    state = tab.page.list_states.currentWidget()
    assert state is not None
    # TRD-01 has nothing to ask where foreign keys are declared.
    checks = run_audit(empty_database, profile="deep").checks
    passed = sum(check.status == "passed" for check in checks)
    assert state.accessibleName().startswith(f"Nothing found by {passed} rules")
    answered = len(RULES) - len(NEED_KEPT_SIZES)
    assert tab.page.figures.rules.value.text() == f"{answered} / {len(RULES)}"
    assert tab.page.detail.isHidden()


def test_findings_their_figures_and_their_detail(open_tab, run, bad_database) -> None:
    tab = open_tab(AuditTab, bad_database)
    run(tab)
    assert shown_rules(tab)[0] == "INT-02"
    assert {"IDX-01", "PRG-01"} <= set(shown_rules(tab))
    figures = tab.page.figures
    assert figures.severities["critical"].value.text() == "1"
    assert figures.unchecked.value.text() == str(len(NEED_KEPT_SIZES))
    detail = tab.page.detail
    assert detail.title.text() == "2 rows of child point to no row of parent"
    assert detail.evidence.model.rowCount() == 2
    assert not detail.rows_button.isHidden()
    assert detail.fix.isHidden()
    assert detail.help_text.isHidden()
    detail.help_button.click()
    assert "Why a trader cares" in detail.help_text.text()


def test_a_fix_in_the_file_of_another_program_is_only_told(open_tab, run, bad_database) -> None:
    tab = open_tab(AuditTab, bad_database)
    run(tab)
    row = shown_rules(tab).index("IDX-01")
    tab.page.view.select_row(row)
    detail = tab.page.detail
    assert detail.fix.text.toPlainText().startswith("DROP INDEX")
    assert "another program" in detail.fix_note.text()
    assert detail.rows_button.isHidden()
    detail.fix.copy_button.click()
    assert QGuiApplication.clipboard().text().startswith("DROP INDEX")


def test_an_audit_is_told_kept_and_shown_at_the_next_opening(
    open_tab, run, idle, context, bad_database
) -> None:
    told: list[dict] = []
    context.navigator.audit_finished.connect(told.append)
    first = open_tab(AuditTab, bad_database)
    idle()
    run(first)
    assert [document["kept"]["error"] for document in told] == [None]
    assert told[0]["kept"]["id"] is not None
    second = open_tab(AuditTab, bad_database)
    idle()
    assert shown_rules(second) == shown_rules(first)
    assert "may have changed since" in second.run_bar.text.text()
    context.navigator.file_changed.emit()
    assert "before this console wrote" in second.run_bar.text.text()


def test_an_audit_that_cannot_be_kept_is_shown_all_the_same(
    open_tab, run, idle, bad_database, console_home
) -> None:
    tab = open_tab(AuditTab, bad_database)
    idle()
    for path in console_home.rglob("console.db*"):
        path.unlink()
    for path in [p for p in console_home.rglob("*") if p.name == "data"]:
        (path / "console.db").mkdir(parents=True)
    run(tab)
    assert "could not be kept" in tab.run_bar.text.text()
    assert "INT-02" in shown_rules(tab)


def test_findings_come_as_they_are_found_and_stop_keeps_them(
    open_tab, idle, qtbot, monkeypatch, bad_database
) -> None:
    asked = threading.Event()

    def slow(path, *, profile, on_progress, on_check, cancel):
        def on_first(check, found) -> None:
            on_check(check, found)
            if found and not asked.is_set():
                asked.set()
                cancel.wait(30)

        return run_audit(
            path, profile=profile, on_progress=on_progress, on_check=on_first, cancel=cancel
        )

    monkeypatch.setattr(job, "run_audit", slow)
    tab = open_tab(AuditTab, bad_database)
    idle()
    tab.run("standard")
    qtbot.waitUntil(lambda: tab.page.model.rowCount() > 0)
    assert tab.is_running
    assert tab.run_bar.stop_button.isVisible()
    assert tab.page.figures.unchecked.detail.text() == "still to be asked"
    tab.run_bar.stop_button.click()
    qtbot.waitUntil(lambda: not tab.is_running)
    assert tab.page.model.rowCount() > 0
    assert int(tab.page.figures.unchecked.value.text()) > 0
    assert "A stopped audit is not kept" in tab.run_bar.text.text()
    unchecked = tab.page.unchecked
    assert not unchecked.isHidden()
    assert unchecked.list.topLevelItem(0).text(2) == "stopped"
    again = open_tab(AuditTab, bad_database)
    idle()
    assert "has not been audited yet" in words(again)


def test_the_stop_of_the_frame_stops_it_too(
    open_tab, idle, qtbot, context, monkeypatch, bad_database
) -> None:
    def waits(path, *, profile, on_progress, on_check, cancel):
        cancel.wait(30)
        return run_audit(path, profile=profile, on_check=on_check, cancel=cancel)

    monkeypatch.setattr(job, "run_audit", waits)
    tab = open_tab(AuditTab, bad_database)
    idle()
    tab.run("quick")
    qtbot.waitUntil(lambda: context.operations.running is not None)
    context.operations.stop()
    qtbot.waitUntil(lambda: not tab.is_running)
    assert "Stopped after 0 of" in tab.run_bar.text.text()


def test_what_a_rule_left_open_is_listed_with_its_reason(open_tab, run, bad_database) -> None:
    with open_database(bad_database, "read_write") as connection:
        connection.execute(LOST)
    tab = open_tab(AuditTab, bad_database)
    run(tab)
    unchecked = tab.page.unchecked
    items = [unchecked.list.topLevelItem(i) for i in range(unchecked.list.topLevelItemCount())]
    assert {item.text(0) for item in items} == {"INT-02"} | NEED_KEPT_SIZES
    assert any("nowhere does not exist" in item.text(2) for item in items)
    assert unchecked.list.isHidden()
    unchecked.fold_button.click()
    assert not unchecked.list.isHidden()


def test_a_damaged_file_is_audited(open_tab, run, bad_database) -> None:
    size = bad_database.stat().st_size
    tab = open_tab(AuditTab, bad_database)
    with bad_database.open("r+b") as stream:
        stream.truncate(size - 4096)
    run(tab, "deep")
    assert {"INT-03", "INT-01"} & set(shown_rules(tab))
    assert tab.page.figures.severities["critical"].value.text() != "0"


def test_a_file_that_is_gone_fails_with_what_to_do(open_tab, run, idle, bad_database) -> None:
    tab = open_tab(AuditTab, bad_database)
    idle()
    bad_database.unlink()
    run(tab)
    assert str(bad_database) in words(tab)
    assert tab.run_bar.run_button.isEnabled()


def test_the_filter_and_its_way_back(open_tab, run, bad_database) -> None:
    tab = open_tab(AuditTab, bad_database)
    run(tab)
    page = tab.page
    total = page.model.rowCount()
    page.filter_bar.text.setText("nothing of the kind")
    assert page.model.rowCount() == 0
    assert page.list_states.currentWidget() is not page.view
    page.filter_bar.clear()
    assert page.model.rowCount() == total
    assert page.list_states.currentWidget() is page.view
    chip = next(chip for chip in page.filter_bar.chips if chip.text().startswith("Critical"))
    chip.click()
    assert set(shown_rules(tab)) == {"INT-02"}


def test_keys_show_the_rows_and_copy_the_finding(open_tab, run, context, bad_database) -> None:
    wanted: list = []
    context.navigator.rows_wanted.connect(wanted.append)
    tab = open_tab(AuditTab, bad_database)
    run(tab)
    view = tab.page.view
    view.rows_asked.emit()
    assert [(row.table, row.column, row.values) for row in wanted] == [("child", "rowid", (5, 6))]
    view.copy_asked.emit()
    assert QGuiApplication.clipboard().text().startswith("### 2 rows of child")
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.current_item is not None
    assert view.current_item.rule != "INT-02"
    assert tab.page.detail.title.text() == view.current_item.title


def test_the_columns_come_back_whatever_the_zoom_was(open_tab, run, theme, bad_database) -> None:
    first = open_tab(AuditTab, bad_database)
    run(first)
    first.page.view.setColumnWidth(2, 123)
    theme.set_zoom(2.0)
    first.on_hidden()
    theme.set_zoom(1.0)
    second = open_tab(AuditTab, bad_database)
    assert second.page.view.columnWidth(2) == 123


def test_a_finding_asked_for_is_selected_through_the_filter(
    open_tab, run, context, bad_database
) -> None:
    tab = open_tab(AuditTab, bad_database)
    run(tab)
    item = tab.page.model.item(2)
    assert item is not None
    tab.page.filter_bar.text.setText("INT-02")
    context.navigator.finding_wanted.emit(item.fingerprint)
    assert tab.page.view.current_item == item


def test_a_finding_of_a_quick_look_is_found_without_an_audit(
    open_tab, idle, context, bad_database
) -> None:
    quick = run_audit(bad_database, profile="quick")
    tab = open_tab(AuditTab, bad_database)
    idle()
    context.navigator.finding_wanted.emit(quick.findings[0].fingerprint)
    idle()
    assert tab.page.view.current_item is not None
    assert tab.page.view.current_item.fingerprint == quick.findings[0].fingerprint
    context.navigator.finding_wanted.emit("no such finding")
    idle()
    assert "not there any more" in tab.run_bar.text.text()


def test_a_finding_is_found_in_the_kept_audit_that_is_still_being_read(
    open_tab, run, idle, context, bad_database
) -> None:
    first = open_tab(AuditTab, bad_database)
    run(first)
    item = first.page.model.item(0)
    assert item is not None
    assert item.rule == "INT-02"  # no rule of a quick look
    second = open_tab(AuditTab, bad_database)
    second.page.view.select_row(1)
    context.navigator.finding_wanted.emit(item.fingerprint)
    idle()
    assert second.page.view.current_item == item
    assert "audit just now" in second.run_bar.text.text()


def test_an_audit_is_run_when_another_tab_asks(open_tab, qtbot, context, bad_database) -> None:
    tab = open_tab(AuditTab, bad_database)
    with qtbot.waitSignal(context.navigator.audit_finished, timeout=20_000) as told:
        context.navigator.audit_wanted.emit("quick")
    assert told.args[0]["profile"] == "quick"
    assert tab.run_bar.profile == "quick"


def test_another_file_forgets_the_first_and_stops_its_audit(
    open_tab, run, idle, bad_database, plain_database
) -> None:
    tab = open_tab(AuditTab, bad_database)
    run(tab)
    tab.run("deep")
    tab.set_database(None)
    assert not tab.is_running
    assert tab.page.model.total == 0
    idle()
    assert words(tab).startswith("No file is open")


def test_ten_thousand_findings_are_listed(open_tab, idle, bad_database) -> None:
    tab = open_tab(AuditTab, bad_database)
    idle()
    tab.page.end(findings(10_000), (), 1.0)
    tab.states.show_content()
    assert tab.page.model.rowCount() == 10_000
    assert tab.page.figures.severities["critical"].value.text() == "2,500"
    tab.page.filter_bar.text.setText("number 9998")
    assert tab.page.model.rowCount() == 1
    assert not tab.grab().isNull()


@pytest.mark.parametrize("zoom", [1.0, 2.0])
@pytest.mark.parametrize("mode", ["dark", "light"])
def test_it_holds_at_1024_pixels_in_both_themes(
    open_tab, run, theme, bad_database, mode, zoom
) -> None:
    tab = open_tab(AuditTab, bad_database)
    run(tab)
    theme.set_mode(mode)
    theme.set_zoom(zoom)
    tab.resize(1024, 500)
    assert tab.minimumSizeHint().width() <= 1024
    assert not tab.grab().isNull()
