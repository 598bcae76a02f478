"""The report of the shown audit, from the button to the message that opens it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from cts_console.sqlite import open_database
from cts_console.ui.main_window import MainWindow
from cts_console.ui.tabs.audit import AuditTab


@pytest.fixture
def audited(open_tab, qtbot, tmp_path: Path) -> AuditTab:
    path = tmp_path / "any.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    tab: AuditTab = open_tab(AuditTab, path)
    assert tab.run_bar.report_button.isHidden()
    tab.run("quick")
    assert tab.run_bar.report_button.isHidden()
    qtbot.waitUntil(lambda: not tab.is_running, timeout=20_000)
    return tab


@pytest.mark.parametrize("suffix", ["html", "pdf", "json"])
def test_the_ending_says_which_report(audited: AuditTab, qtbot, tmp_path: Path, suffix: str):
    assert not audited.run_bar.report_button.isHidden()
    audited.run_bar.report_button.click()
    dialog = audited.commands.reports.dialog
    assert dialog is not None
    (suggested,) = dialog.selectedFiles()
    assert Path(suggested).name.startswith("any.audit-")
    target = tmp_path / f"r.{suffix}"
    with qtbot.waitSignal(audited.context.navigator.file_saved, timeout=20_000) as saved:
        dialog.fileSelected.emit(str(target))
        dialog.reject()
    assert saved.args == [target]
    assert audited.commands.reports.dialog is None
    begins = {"html": b"<!DOCTYPE html>", "pdf": b"%PDF-", "json": b"{"}[suffix]
    assert target.read_bytes().startswith(begins)
    if suffix == "json":
        assert json.loads(target.read_text())["profile"] == "quick"


def test_another_kind_changes_the_ending(audited: AuditTab):
    audited.commands.save_report()
    dialog = audited.commands.reports.dialog
    assert dialog is not None
    dialog.filterSelected.emit("PDF (*.pdf)")
    assert dialog.defaultSuffix() == "pdf"
    assert dialog.selectedFiles()[0].endswith(".pdf")
    dialog.reject()


def test_a_narrow_window_gets_two_lines(audited: AuditTab, qtbot):
    bar = audited.run_bar
    assert bar.text.y() < bar.run_button.geometry().bottom()
    audited.resize(bar.run_button.geometry().right() + 60, 700)
    qtbot.waitUntil(lambda: bar.text.y() > bar.run_button.geometry().bottom())
    assert bar.report_button.geometry().right() <= bar.width()
    audited.resize(1200, 700)
    qtbot.waitUntil(lambda: bar.text.y() < bar.run_button.geometry().bottom())


def test_what_went_wrong_is_told(audited: AuditTab, qtbot, tmp_path: Path):
    document = {**audited_document(audited)}
    with qtbot.waitSignal(audited.context.navigator.error_raised, timeout=20_000) as raised:
        audited.commands.reports.save(document, str(tmp_path / "any.db"))
    assert raised.args[0].code == "usage"


def test_another_file_has_no_report_of_the_first(audited: AuditTab):
    audited.set_database(None)
    assert audited.run_bar.report_button.isHidden()
    audited.commands.save_report()
    assert audited.commands.reports.dialog is None


def test_the_message_opens_it(window: MainWindow, tmp_path: Path, monkeypatch):
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    window.context.navigator.file_saved.emit(tmp_path / "r.html")
    (message,) = window.messages.messages
    assert str(tmp_path / "r.html") in message.text
    assert message.action is not None
    message.action()
    assert opened == [QUrl.fromLocalFile(str(tmp_path / "r.html"))]


def audited_document(tab: AuditTab) -> dict:
    shown = tab._shown
    assert shown is not None
    return shown.document
