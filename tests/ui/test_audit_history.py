"""Earlier audits in the Audit tab: listed, compared with, opened, and the way back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from cts_console.audit import audit_document, identify_file, keep_audit, run_audit
from cts_console.audit.runner import check_profile
from cts_console.errors import CtsError
from cts_console.overview import record_look
from cts_console.sqlite import open_database
from cts_console.store import StoredFix, open_store, store_path
from cts_console.ui.audit.history_dialog import HistoryDialog
from cts_console.ui.tabs.audit import AuditTab
from tests.ui.conftest import opened
from tests.ui.test_audit_tab import ORPHANS

BETTER_AND_WORSE = (
    "PRAGMA foreign_keys = OFF; DROP INDEX two; INSERT INTO child VALUES (9, 90);"
    "CREATE TABLE x (a); CREATE INDEX q1 ON x (a); CREATE INDEX q2 ON x (a);"
)


@pytest.fixture
def idle(qtbot, context) -> Callable[[], None]:
    """Wait until every question is answered."""

    def wait() -> None:
        qtbot.waitUntil(lambda: not any(c.is_busy for c in context.clients), timeout=20_000)

    return wait


def audit(path: Path, profile: str = "standard") -> int:
    result = run_audit(path, profile=check_profile(profile))
    number = keep_audit(result, audit_document(result))["id"]
    assert isinstance(number, int)
    return number


def change(path: Path, sql: str) -> None:
    with open_database(path, "read_write") as connection:
        connection.execute(sql)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of which two audits are kept, that differ."""
    made = tmp_path / "bad.db"
    with open_database(made, "read_write", create=True) as connection:
        connection.execute(ORPHANS)
    audit(made)
    change(made, BETTER_AND_WORSE)
    audit(made)
    return made


@pytest.fixture
def tab(open_tab, path: Path, idle) -> AuditTab:
    made: AuditTab = open_tab(AuditTab, path)
    idle()
    return made


def choose(tab: AuditTab, idle) -> HistoryDialog:
    tab.commands.history.choose()
    idle()
    dialog = tab.commands.history.dialog
    assert dialog is not None
    return dialog


def marks(tab: AuditTab) -> dict[str, str]:
    """Return what is listed, each object with its mark."""
    model = tab.page.model
    texts = {}
    for row in range(model.rowCount()):
        text, _, title = str(model.index(row, 1).data()).rpartition(" · ")
        assert title
        has_icon = model.index(row, 1).data(Qt.ItemDataRole.DecorationRole) is not None
        assert has_icon == bool(text)
        texts[str(model.index(row, 2).data())] = text
    return texts


def states(tab: AuditTab) -> list[str]:
    state = tab.page.filter_bar.state
    return [state.itemText(row) for row in range(state.count())]


# The list


def test_the_list_and_the_graph(tab: AuditTab, idle) -> None:
    audit(path_of(tab), "quick")
    dialog = choose(tab, idle)
    profiles = [dialog.model.index(row, 1).data() for row in range(dialog.model.rowCount())]
    assert profiles == ["quick", "standard", "standard"]
    # Of the first of its profile nothing is known to have changed.
    assert [dialog.model.index(row, 8).data() for row in range(3)] == ["–", "2", "–"]
    assert [dialog.model.index(row, 9).data() for row in range(3)] == ["–", "1", "–"]
    assert [dialog.model.index(row, 10).data() for row in range(3)] == ["–", "1", "–"]
    # The graph begins with the profile of the shown audit.
    assert dialog.profiles.currentText() == "Standard audits"
    assert [line.id for line in dialog.graph.plot.lines] == [1, 2]
    dialog.profiles.setCurrentIndex(dialog.profiles.findData("quick"))
    dialog.profiles.activated.emit(dialog.profiles.currentIndex())
    assert [line.id for line in dialog.graph.plot.lines] == [3]
    assert dialog.note.text().startswith("3 audits are kept.")


def dialog_of(tab: AuditTab) -> HistoryDialog | None:
    return tab.commands.history.dialog


def path_of(tab: AuditTab) -> Path:
    assert tab.database is not None
    return tab.database.path


def test_the_command_needs_a_file(open_tab, idle, tab: AuditTab) -> None:
    action = next(a for a in tab.run_bar.menu.actions() if a.text() == "Earlier audits …")
    assert action.isEnabled()
    action.trigger()
    idle()
    assert dialog_of(tab) is not None
    tab.set_database(None)
    assert not action.isEnabled()
    tab.commands.history.choose()
    assert dialog_of(tab) is None


def test_a_file_without_audits(open_tab, idle, plain_database) -> None:
    tab = open_tab(AuditTab, plain_database)
    dialog = choose(tab, idle)
    page = dialog.states.currentWidget()
    assert page is not None
    assert page.accessibleName().startswith("No audit of this file is kept")
    assert dialog.compare_button.isHidden()
    dialog.compare()
    assert tab.commands.history.dialog is dialog


def test_only_earlier_ones_can_be_compared_with(tab: AuditTab, idle) -> None:
    dialog = choose(tab, idle)
    assert dialog.number == 2
    assert not dialog.compare_button.isEnabled()
    assert not dialog.open_button.isEnabled()
    dialog.view.selectRow(1)
    assert dialog.number == 1
    assert dialog.compare_button.isEnabled()
    assert dialog.open_button.isEnabled()


def test_a_copy_is_offered_the_audits_of_its_original(open_tab, idle, empty_database: Path) -> None:
    audit(empty_database)
    copy = Path(shutil.copy(empty_database, empty_database.with_name("copy <b>.db")))
    tab = open_tab(AuditTab, copy)
    dialog = choose(tab, idle)
    assert f"They are of {empty_database}, of which this file is a copy." in dialog.note.text()
    dialog.reject()
    tab.run("standard")
    idle()
    tab.commands.history.compare(1)
    idle()
    assert f"of {empty_database}, of which this is a copy" in tab.commands.history.line.text.text()


def test_records_that_cannot_be_read_can_be_asked_again(tab: AuditTab, idle) -> None:
    with open_store():
        pass
    records = store_path().read_bytes()
    for suffix in ("-wal", "-shm"):
        store_path().with_name(store_path().name + suffix).unlink(missing_ok=True)
    store_path().write_bytes(b"no database at all" * 100)
    dialog = choose(tab, idle)
    page = dialog.states.currentWidget()
    assert page is not None
    assert "records" in page.accessibleName()
    store_path().write_bytes(records)
    dialog.states._button.click()
    idle()
    assert dialog.model.rowCount() == 2


def test_many_audits_are_listed_at_once_and_the_newest_compared(
    tab: AuditTab, idle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cts_console.ui.audit.history_dialog.MOST_COMPARED", 15)
    identity = identify_file(path_of(tab))
    with open_store() as store:
        stored = store.read_audit(identity, 2)
        assert stored is not None
        for _ in range(40):
            store.record_audit(identity, stored.document)
    dialog = choose(tab, idle)
    idle()
    assert dialog.model.rowCount() == 42
    known = [dialog.model.index(row, 8).data() for row in range(42)]
    assert known == ["0"] * 15 + ["–"] * 27
    assert "the newest 15" in dialog.note.text()


# Comparing


def compare(tab: AuditTab, idle, qtbot) -> None:
    dialog = choose(tab, idle)
    dialog.view.selectRow(1)
    qtbot.keyClick(dialog.view, Qt.Key.Key_Return)
    idle()


def test_what_is_new_worse_and_fixed(tab: AuditTab, idle, qtbot) -> None:
    compare(tab, idle, qtbot)
    assert tab.commands.history.dialog is None
    found = marks(tab)
    assert found["child.parent_id"] == "WORSE"
    assert found["q2"] == found["x"] == "NEW"
    assert found["journal_mode"] == ""
    line = tab.commands.history.line
    assert line.text.text().startswith("Compared with the standard audit of ")
    assert line.text.text().endswith(": 2 new, 1 worse, 1 fixed, 2 the same")
    assert states(tab)[:3] == ["Findings 5", "New or worse 3", "Fixed 1"]
    tab.page.show_list("changed")
    assert set(marks(tab)) == {"child.parent_id", "q2", "x"}
    assert tab.page.filter_bar.categories == frozenset()


def test_the_fixed_ones_are_listed_to_be_read(tab: AuditTab, idle, qtbot) -> None:
    compare(tab, idle, qtbot)
    tab.page.show_list("fixed")
    assert marks(tab) == {"two": "FIXED"}
    detail = tab.page.detail
    assert detail.known.text().startswith("Fixed: ")
    assert detail.accept_button.isHidden()
    assert detail.fix.isHidden()
    tab.page.filter_bar.text.setText("nothing of the kind")
    assert tab.page.model.rowCount() == 0
    tab.page.show_list("findings")
    tab.page.clear_filter()
    assert not detail.accept_button.isHidden()


def test_the_comparison_ends(tab: AuditTab, idle, qtbot) -> None:
    compare(tab, idle, qtbot)
    tab.page.show_list("fixed")
    tab.commands.history.line.end_button.click()
    idle()
    assert tab.commands.history.line.isHidden()
    assert set(marks(tab).values()) == {""}
    assert tab.page.shown == "findings"
    assert not any(text.startswith(("Fixed", "New or worse")) for text in states(tab))


def test_a_new_audit_ends_the_comparison_too(tab: AuditTab, idle, qtbot) -> None:
    compare(tab, idle, qtbot)
    tab.page.show_list("fixed")
    tab.run("standard")
    assert tab.commands.history.line.isHidden()
    idle()
    assert tab.page.shown == "findings"
    assert set(marks(tab).values()) == {""}


def test_accepting_keeps_the_comparison(tab: AuditTab, idle, qtbot) -> None:
    compare(tab, idle, qtbot)
    assert tab.page.select(fingerprint_of(tab, "q2"))
    tab.page.detail.accept_button.click()
    dialog = tab.commands.accepter.dialog
    assert dialog is not None
    dialog.reason.setText("known")
    dialog.accept()
    idle()
    assert "q2" not in marks(tab)
    assert states(tab)[1] == "New or worse 2"
    tab.commands.history.line.end_button.click()
    idle()
    tab.page.show_list("accepted")
    assert set(marks(tab)) == {"q2"}


def fingerprint_of(tab: AuditTab, name: str) -> str:
    return next(item.fingerprint for item in tab.page.model.every_item() if item.object == name)


def test_profiles_that_differ_are_told(tab: AuditTab, idle) -> None:
    number = audit(path_of(tab), "quick")
    tab.run("standard")
    idle()
    tab.commands.history.compare(number)
    idle()
    text = tab.commands.history.line.text.text()
    assert text.startswith("Compared with the quick audit of ")
    assert "one of the two says nothing" in text
    assert "their profiles differ" in text
    assert marks(tab)["child.parent_id"] == "UNKNOWN"


def test_a_report_holds_the_comparison(tab: AuditTab, idle, qtbot, tmp_path: Path) -> None:
    compare(tab, idle, qtbot)
    tab.commands.save_report()
    dialog = tab.commands.reports.dialog
    assert dialog is not None
    with qtbot.waitSignal(tab.context.navigator.file_saved, timeout=20_000):
        dialog.fileSelected.emit(str(tmp_path / "report.html"))
    dialog.reject()
    html = (tmp_path / "report.html").read_text("utf-8")
    assert "Compared with" in html
    assert "Index two repeats one" in html


def test_an_audit_that_was_forgotten_meanwhile_is_told(tab: AuditTab, idle) -> None:
    told: list[CtsError] = []
    tab.context.navigator.error_raised.connect(told.append)
    tab.commands.history.compare(77)
    idle()
    assert [error.code for error in told] == ["usage"]
    assert tab.commands.history.line.isHidden()


# Opening


def test_an_old_audit_is_shown_as_such_and_leads_back(tab: AuditTab, idle) -> None:
    finished: list[Any] = []
    tab.context.navigator.audit_finished.connect(finished.append)
    dialog = choose(tab, idle)
    dialog.view.selectRow(1)
    dialog.open_button.click()
    idle()
    assert "two" in marks(tab)
    line = tab.commands.history.line
    assert not line.isHidden()
    assert line.text.text().startswith("An old audit, ")
    assert line.text.property("state") == "warn"
    assert tab.page.detail.accept_button.isHidden()
    # Overview must not take it for the latest.
    assert finished == []
    line.back_button.click()
    idle()
    assert line.isHidden()
    assert "two" not in marks(tab)
    assert not tab.page.detail.accept_button.isHidden()


def test_an_old_audit_is_compared_with_an_older_one(tab: AuditTab, idle) -> None:
    change(path_of(tab), "DROP INDEX q2")
    tab.run("standard")
    idle()
    tab.commands.history.open_audit(2)
    idle()
    tab.commands.history.compare(1)
    idle()
    line = tab.commands.history.line
    assert line.text.text().startswith("An old audit, ")
    assert "2 new, 1 worse, 1 fixed" in line.text.text()
    line.end_button.click()
    idle()
    assert not line.back_button.isHidden()
    assert line.end_button.isHidden()
    tab.commands.history.open_audit(3)
    idle()
    assert line.isHidden()
    assert "q2" not in marks(tab)


def test_a_finding_of_now_is_not_looked_for_in_an_old_audit(tab: AuditTab, idle) -> None:
    wanted = fingerprint_of(tab, "q2")
    tab.commands.history.open_audit(1)
    idle()
    assert "q2" not in marks(tab)
    tab.context.navigator.finding_wanted.emit(wanted)
    idle()
    item = tab.page.view.current_item
    assert item is not None
    assert item.object == "q2"
    assert tab.commands.history.line.isHidden()


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_it_holds_in_the_smallest_window_at_twice_the_size(
    tab: AuditTab, idle, theme, mode: str
) -> None:
    audit(path_of(tab))
    tab.refresh()
    idle()
    tab.commands.history.open_audit(2)
    idle()
    tab.commands.history.compare(1)
    idle()
    theme.set_mode(mode)
    theme.set_zoom(2.0)
    tab.resize(1024, 500)
    line = tab.commands.history.line
    assert not line.end_button.isHidden()
    assert not line.back_button.isHidden()
    assert tab.minimumSizeHint().width() <= 1024
    least = choose(tab, idle).minimumSizeHint()
    assert least.width() <= 1024
    assert least.height() <= 640


def test_another_file_ends_everything(tab: AuditTab, idle, plain_database) -> None:
    tab.commands.history.open_audit(1)
    tab.set_database(opened(plain_database))
    idle()
    assert tab.commands.history.line.isHidden()
    assert tab.page.model.total == 0
    tab.commands.history.go_back()
    idle()
    assert tab.page.model.total == 0


# New since a person last looked


def test_what_is_new_is_marked_and_listed(open_tab, idle, path: Path) -> None:
    record_look(identify_file(path), None, 1)
    tab = open_tab(AuditTab, path)
    idle()
    assert {name for name, mark in marks(tab).items() if mark == "new"} == {"q2", "x"}
    assert states(tab)[1] == "New since you last looked 2"
    tab.context.navigator.new_findings_wanted.emit()
    assert tab.page.shown == "new"
    assert set(marks(tab)) == {"q2", "x"}
    tab.context.looks.mark_as_seen()
    idle()
    assert tab.page.shown == "findings"
    assert set(marks(tab).values()) == {""}
    assert "New since" not in " ".join(states(tab))


def test_the_list_of_what_is_new_waits_for_the_answer(open_tab, idle, path: Path) -> None:
    record_look(identify_file(path), None, 1)
    tab = open_tab(AuditTab, path)
    tab.context.navigator.new_findings_wanted.emit()
    idle()
    assert tab.page.shown == "new"


def test_in_an_old_audit_nothing_is_new(open_tab, idle, path: Path) -> None:
    record_look(identify_file(path), None, 0)
    tab = open_tab(AuditTab, path)
    idle()
    assert "new" in marks(tab).values()
    tab.commands.history.open_audit(1)
    idle()
    assert set(marks(tab).values()) == {""}


def test_a_fix_that_ended_in_the_middle_is_said_until_its_rule_is_asked(
    open_tab, path: Path, idle, qtbot
) -> None:
    begun = StoredFix(
        at_ms=1,
        rule="IDX-01",
        fingerprint="f" * 16,
        object="q2",
        title="Index q2 repeats <b>q1</b>",
        statements=("DROP INDEX q2",),
        backup=None,
        outcome="begun",
        note=None,
        app_version="1",
        owner="of a process that is gone",
    )
    with open_store() as store:
        store.record_fix(identify_file(path), begun)
    tab: AuditTab = open_tab(AuditTab, path)
    idle()
    assert "nobody saw whether it was done" in tab.note.whole.text()
    assert "<b>q1</b>" in tab.note.whole.text()
    tab.run("quick")
    qtbot.waitUntil(lambda: not tab.is_running, timeout=20_000)
    idle()
    assert tab.note.isHidden()
