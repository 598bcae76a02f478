"""Accepting a finding in the Audit tab, and what the tab says of it afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from cts_console.audit import list_accepted
from cts_console.sqlite import open_database
from cts_console.store import store_path
from cts_console.ui.audit.accept_dialog import AcceptDialog
from cts_console.ui.tabs.audit import AuditTab
from tests.ui.test_audit_tab import ORPHANS


@pytest.fixture
def audited(open_tab, qtbot, tmp_path: Path) -> AuditTab:
    path = tmp_path / "bad.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(ORPHANS)
    tab: AuditTab = open_tab(AuditTab, path)
    tab.run("standard")
    qtbot.waitUntil(lambda: not tab.is_running, timeout=20_000)
    return tab


def fingerprint(tab: AuditTab) -> str:
    item = tab.page.view.current_item
    assert item is not None
    return item.fingerprint


def ask(tab: AuditTab) -> AcceptDialog:
    tab.page.detail.accept_button.click()
    dialog = tab.commands.accepter.dialog
    assert dialog is not None
    return dialog


def accept(tab: AuditTab, qtbot, reason: str = "We know", *, ends: bool = True) -> str:
    name = fingerprint(tab)
    dialog = ask(tab)
    qtbot.keyClicks(dialog.reason, reason)
    dialog.ends.setChecked(ends)
    with qtbot.waitSignal(tab.commands.accepter.changed, timeout=20_000):
        qtbot.keyClick(dialog.reason, Qt.Key.Key_Return)
    return name


def path_of(tab: AuditTab) -> Path:
    assert tab.database is not None
    return tab.database.path


def test_a_fresh_finding_says_since_when_it_is_known(audited: AuditTab):
    assert audited.page.detail.known.text().startswith("Known since ")
    assert audited.page.detail.accept_button.text() == "Accept…"


def test_accepting_folds_it_away_and_withdrawing_brings_it_back(audited: AuditTab, qtbot):
    total = audited.page.model.rowCount()
    told: list[dict[str, Any]] = []
    audited.context.navigator.audit_finished.connect(told.append)
    name = accept(audited, qtbot)
    assert audited.commands.accepter.dialog is None
    assert audited.page.model.rowCount() == total - 1
    assert told[-1]["summary"]["accepted"] == 1
    (kept,) = list_accepted(path_of(audited))
    assert (kept.fingerprint, kept.reason) == (name, "We know")
    assert kept.until_ms is not None
    audited.page.show_list("accepted")
    assert fingerprint(audited) == name
    detail = audited.page.detail
    assert "Accepted until" in detail.known.text()
    assert detail.known.text().endswith("We know")
    assert detail.accept_button.text() == "Withdraw"
    table = detail.evidence.table
    for column in range(detail.evidence.model.columnCount()):
        # Another finding's evidence was shown meanwhile.
        assert table.columnWidth(column) >= table.horizontalHeader().sectionSizeHint(column)
    with qtbot.waitSignal(audited.commands.accepter.changed, timeout=20_000):
        detail.accept_button.click()
    assert list_accepted(path_of(audited)) == ()
    audited.page.show_list("findings")
    assert audited.page.model.rowCount() == total


def test_it_stays_accepted_in_the_next_audit(audited: AuditTab, qtbot):
    name = accept(audited, qtbot, ends=False)
    audited.run("standard")
    qtbot.waitUntil(lambda: not audited.is_running, timeout=20_000)
    audited.page.show_list("accepted")
    assert fingerprint(audited) == name
    assert "Accepted for good" in audited.page.detail.known.text()


def test_without_a_reason_nothing_is_accepted(audited: AuditTab, qtbot):
    dialog = ask(audited)
    assert not dialog.accept_button.isEnabled()
    qtbot.keyClicks(dialog.reason, "   ")
    qtbot.keyClick(dialog.reason, Qt.Key.Key_Return)
    assert dialog_of(audited) is dialog
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog_of(audited) is None
    assert list_accepted(path_of(audited)) == ()


def dialog_of(tab: AuditTab) -> AcceptDialog | None:
    return tab.commands.accepter.dialog


def test_records_that_cannot_be_written_are_told(audited: AuditTab, qtbot):
    dialog = ask(audited)
    dialog.reason.setText("We know")
    store_path().write_bytes(b"no database at all" * 100)
    for suffix in ("-wal", "-shm"):
        store_path().with_name(store_path().name + suffix).unlink(missing_ok=True)
    with qtbot.waitSignal(audited.context.navigator.error_raised, timeout=20_000) as raised:
        dialog.accept()
    assert "records" in raised.args[0].title
    assert audited.page.detail.accept_button.text() == "Accept…"


def test_an_answer_about_another_file_is_dropped(audited: AuditTab, qtbot, tmp_path: Path):
    name = fingerprint(audited)
    dialog = ask(audited)
    dialog.reason.setText("We know")
    with qtbot.waitSignal(audited.commands.accepter.changed, timeout=20_000):
        dialog.accept()
        audited.set_database(None)
    assert audited.page.model.total == 0
    assert [one.fingerprint for one in list_accepted(tmp_path / "bad.db")] == [name]
