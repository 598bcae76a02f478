"""The seals dialog of the Audit tab: making, verifying, carrying, and all that can go wrong."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication

from cts_console.audit.seal import seal_tables, verify_seals
from cts_console.sqlite import open_database, transaction
from cts_console.store import store_path
from cts_console.ui.audit.seals import SealKeeper
from cts_console.ui.audit.seals_dialog import SealsDialog
from cts_console.ui.context import RowsWanted
from cts_console.ui.tabs.audit import AuditTab
from cts_console.ui.theme import Mode
from tests.seal.test_seal import run

HOSTILE = 'a "b" <b>x</b>\n=cmd'


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.db"
    quoted = HOSTILE.replace('"', '""')
    run(
        path,
        "CREATE TABLE log (id INTEGER PRIMARY KEY, line TEXT)",
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) "
        "INSERT INTO log SELECT i, 'line' FROM n",
        f'CREATE TABLE "{quoted}" (a TEXT)',
    )
    return path


@pytest.fixture
def tab(open_tab, log: Path) -> AuditTab:
    shown: AuditTab = open_tab(AuditTab, log)
    return shown


def keeper(tab: AuditTab) -> SealKeeper:
    return tab.commands.seals


def opened(tab: AuditTab, qtbot) -> SealsDialog:
    action = tab.commands.seals_action
    assert action in tab.run_bar.menu.actions()
    action.trigger()
    dialog = keeper(tab).dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.chooser.count() + dialog.model.rowCount() > 0)
    return dialog


def states(dialog: SealsDialog) -> dict[str, str]:
    return {item.sealed.table: item.state for item in dialog.model.items}


def wait_for(dialog: SealsDialog, qtbot, **expected: str) -> None:
    def is_so() -> bool:
        shown = states(dialog)
        return not dialog.foot.is_busy and all(shown.get(k) == v for k, v in expected.items())

    qtbot.waitUntil(is_so, timeout=10_000)


def wait_for_words(dialog: SealsDialog, qtbot, words: str) -> None:
    qtbot.waitUntil(
        lambda: not dialog.foot.state.isHidden() and words in dialog.foot.state.text(),
        timeout=10_000,
    )


def sealed(tab: AuditTab, qtbot) -> SealsDialog:
    assert tab.database is not None
    seal_tables(tab.database.path, ["log"])
    dialog = opened(tab, qtbot)
    wait_for(dialog, qtbot, log="unverified")
    return dialog


def test_a_cts_database_offers_its_tables_and_says_what_is_left_out(
    open_tab, qtbot, demo_database: Path
):
    tab: AuditTab = open_tab(AuditTab, demo_database)
    dialog = opened(tab, qtbot)
    assert states(dialog) == {"trades": "not_sealed", "audit_logs": "not_sealed"}
    assert len(dialog.table.selected) == 2
    assert not dialog.verify_button.isEnabled()
    assert not dialog.anew_button.isEnabled()
    dialog.table.select(["trades"])
    assert dialog.detail.left_out.text().endswith("fee, fee_currency, position_id, realized_pnl")
    dialog.table.select(["trades", "audit_logs"])
    qtbot.mouseClick(dialog.seal_button, Qt.MouseButton.LeftButton)
    wait_for(dialog, qtbot, trades="unverified", audit_logs="unverified")
    wait_for_words(dialog, qtbot, "Sealed rows: ")
    qtbot.mouseClick(dialog.verify_button, Qt.MouseButton.LeftButton)
    wait_for(dialog, qtbot, trades="as_sealed", audit_logs="as_sealed")


def test_another_table_is_chosen_whatever_its_name(tab: AuditTab, qtbot):
    dialog = opened(tab, qtbot)
    assert (states(dialog), dialog.seal_button.isEnabled()) == ({}, False)
    assert "No table is sealed" in dialog.detail.text.text()
    dialog.chooser.setCurrentIndex(dialog.chooser.findData(HOSTILE))
    assert dialog.chooser.currentText() == r'a "b" <b>x</b>\n=cmd'
    qtbot.mouseClick(dialog.add_button, Qt.MouseButton.LeftButton)
    assert dialog.chooser.findData(HOSTILE) == -1
    dialog.seal_button.click()
    wait_for(dialog, qtbot, **{HOSTILE: "unverified"})
    dialog.verify_button.click()
    wait_for(dialog, qtbot, **{HOSTILE: "as_sealed"})
    assert "\n" not in dialog.foot.state.text()
    dialog.table.copy()
    assert verify_seals(path_of(tab))[0].root in QGuiApplication.clipboard().text()


def path_of(tab: AuditTab) -> Path:
    assert tab.database is not None
    return tab.database.path


def test_extending_shows_the_rows_that_came(tab: AuditTab, qtbot, log: Path):
    seal_tables(log, ["log"])
    run(log, "INSERT INTO log (line) VALUES ('new'), ('new')")
    dialog = opened(tab, qtbot)
    wait_for(dialog, qtbot, log="unverified")
    assert [dialog.model.index(0, at).data() for at in (2, 3)] == ["9,000", "2"]
    dialog.seal_button.click()
    wait_for_words(dialog, qtbot, "log: 9,002")
    qtbot.waitUntil(lambda: dialog.model.index(0, 3).data() == "0")


def test_what_differs_is_named_and_its_rows_shown(tab: AuditTab, qtbot, log: Path):
    dialog = sealed(tab, qtbot)
    run(log, "UPDATE log SET line = 'x' WHERE id = 5000", "DELETE FROM log WHERE id IN (7, 9000)")
    dialog.verify_button.click()
    wait_for(dialog, qtbot, log="differs")
    assert dialog.foot.state.text() == "NOT as sealed: log"
    detail = dialog.detail
    rows = [
        [detail.model.index(row, at).data() for at in range(3)]
        for row in range(detail.model.rowCount())
    ]
    assert rows == [["0", "7", "missing"], ["1", "5000", "differs"], ["2", "9000", "missing"]]
    assert "NOT as sealed" in detail.text.text()
    told: list[RowsWanted] = []
    tab.context.navigator.rows_wanted.connect(told.append)
    detail.rows_button.click()
    assert [(r.table, r.column, tuple(r.values)) for r in told] == [("log", "id", (5000,))]
    assert keeper(tab).dialog is None
    again = opened(tab, qtbot)
    wait_for(again, qtbot, log="differs")


def test_an_extended_seal_is_not_verified_by_what_was_said_before(tab: AuditTab, qtbot, log: Path):
    dialog = sealed(tab, qtbot)
    dialog.verify_button.click()
    wait_for(dialog, qtbot, log="as_sealed")
    run(log, "INSERT INTO log (line) VALUES ('new')")
    dialog.seal_button.click()
    wait_for(dialog, qtbot, log="unverified")


def test_trusting_the_rows_asks_first(tab: AuditTab, qtbot, log: Path):
    dialog = sealed(tab, qtbot)
    run(log, "DELETE FROM log WHERE id = 7")
    before = verify_seals(log)[0].root
    dialog.anew_button.click()
    assert "will not show any more" in dialog.foot.question.text()
    dialog.foot.no_button.click()
    assert verify_seals(log)[0].root == before
    dialog.anew_button.click()
    dialog.foot.yes_button.click()
    wait_for_words(dialog, qtbot, "log: 8,999")
    assert verify_seals(log)[0].is_true


def test_a_seal_that_would_hide_a_difference_is_refused_in_the_dialog(
    tab: AuditTab, qtbot, log: Path
):
    dialog = sealed(tab, qtbot)
    run(log, "DELETE FROM log WHERE id = 9000")
    dialog.seal_button.click()
    wait_for_words(dialog, qtbot, "differ or are missing")
    wait_for(dialog, qtbot, log="unverified")


def test_export_and_import(tab: AuditTab, qtbot, log: Path, tmp_path: Path, monkeypatch):
    dialog = sealed(tab, qtbot)
    dialog.export_button.click()
    file_dialog = keeper(tab).file_dialog
    assert file_dialog is not None
    target = tmp_path / "kept.seal"
    with qtbot.waitSignal(tab.context.navigator.file_saved) as saved:
        file_dialog.fileSelected.emit(str(target))
    assert saved.args == [target]
    file_dialog.reject()
    assert keeper(tab).file_dialog is None
    wait_for_words(dialog, qtbot, "kept.seal")
    content = target.read_bytes()
    keeper(tab).export(("log",), str(target))
    wait_for_words(dialog, qtbot, "exists")
    assert target.read_bytes() == content
    monkeypatch.setenv("CTS_CONSOLE_HOME", str(tmp_path / "elsewhere"))
    dialog.import_button.click()
    file_dialog = keeper(tab).file_dialog
    assert file_dialog is not None
    file_dialog.fileSelected.emit(str(target))
    file_dialog.reject()
    wait_for_words(dialog, qtbot, "log: imported. Not verified yet.")
    wait_for(dialog, qtbot, log="unverified")


def test_a_seal_that_contradicts_the_kept_one_is_asked_about(
    tab: AuditTab, qtbot, log: Path, tmp_path: Path
):
    file = tmp_path / "old.seal"
    seal_tables(log, ["log"], export=file)
    run(log, "DELETE FROM log WHERE id = 7")
    (kept,) = seal_tables(log, ["log"], anew=True)
    dialog = opened(tab, qtbot)
    keeper(tab).import_file(str(file))
    qtbot.waitUntil(lambda: not dialog.foot.question.isHidden())
    assert kept.root in dialog.foot.question.text()
    assert verify_seals(log)[0].root == kept.root
    dialog.foot.yes_button.click()
    wait_for_words(dialog, qtbot, "in the place of the kept one")
    assert verify_seals(log)[0].root != kept.root


def test_stop_leaves_the_kept_seals(tab: AuditTab, qtbot, log: Path, monkeypatch):
    dialog = sealed(tab, qtbot)
    before = verify_seals(log)[0].root
    run(log, "DELETE FROM log WHERE id = 7")
    keeper(tab).seal_anew(("log",))
    assert dialog.foot.is_busy
    assert not dialog.verify_button.isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert keeper(tab).dialog is dialog
    wait_for_words(dialog, qtbot, "Stopped")
    assert verify_seals(log)[0].root == before
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert keeper(tab).dialog is None


def test_work_goes_on_without_the_dialog_and_is_told(tab: AuditTab, qtbot, log: Path):
    dialog = sealed(tab, qtbot)
    run(log, "DELETE FROM log WHERE id = 7")
    with qtbot.waitSignal(tab.context.navigator.notice_raised, timeout=10_000) as told:
        dialog.verify_button.click()
        dialog.close_button.click()
        assert keeper(tab).dialog is None
    assert told.args == ["NOT as sealed: log"]
    wait_for(opened(tab, qtbot), qtbot, log="differs")


def test_an_answer_about_another_file_is_dropped(tab: AuditTab, qtbot, log: Path):
    dialog = sealed(tab, qtbot)
    dialog.verify_button.click()
    tab.set_database(None)
    assert keeper(tab).dialog is None
    assert not tab.commands.seals_action.isEnabled()
    qtbot.waitUntil(lambda: not tab.context.operations.is_busy)
    assert keeper(tab)._verified == {}


def test_a_file_that_is_replaced_meanwhile(tab: AuditTab, qtbot, log: Path, tmp_path: Path):
    dialog = sealed(tab, qtbot)
    other = tmp_path / "other.db"
    run(other, "CREATE TABLE something (a TEXT)")
    other.replace(log)
    dialog.verify_button.click()
    wait_for_words(dialog, qtbot, "No seal of")
    qtbot.waitUntil(lambda: states(dialog) == {})
    assert dialog.chooser.itemData(0) == "something"
    log.unlink()
    keeper(tab).seal(("something",))
    wait_for_words(dialog, qtbot, "does not exist")


def test_a_table_that_is_dropped(tab: AuditTab, qtbot, log: Path):
    dialog = sealed(tab, qtbot)
    run(log, "DROP TABLE log")
    dialog.verify_button.click()
    wait_for(dialog, qtbot, log="differs")
    assert "the table is gone" in dialog.detail.text.text()
    assert not dialog.seal_button.isEnabled()
    assert not dialog.anew_button.isEnabled()


def test_one_damaged_seal_leaves_the_others(tab: AuditTab, qtbot, log: Path):
    seal_tables(log, ["log", HOSTILE])
    run(store_path(), "UPDATE seals SET head = '{}' WHERE table_name = 'log'")
    dialog = opened(tab, qtbot)
    wait_for(dialog, qtbot, **{"log": "unreadable", HOSTILE: "unverified"})
    dialog.table.select(["log"])
    assert "cannot be read" in dialog.detail.text.text()
    assert not dialog.seal_button.isEnabled()
    dialog.anew_button.click()
    dialog.foot.yes_button.click()
    wait_for(dialog, qtbot, log="unverified")


def test_records_that_are_locked(tab: AuditTab, qtbot, log: Path, monkeypatch):
    dialog = sealed(tab, qtbot)
    monkeypatch.setattr("cts_console.store.store.BUSY_TIMEOUT_MS", 50)
    with open_database(store_path(), "read_write") as other, transaction(other):
        dialog.seal_button.click()
        wait_for_words(dialog, qtbot, "Another console is writing its records")
    wait_for(dialog, qtbot, log="unverified")


def test_an_export_on_a_full_disk(tab: AuditTab, qtbot, tmp_path: Path, monkeypatch):
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    dialog = sealed(tab, qtbot)
    folder = tmp_path / "stick"
    folder.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        keeper(tab).export(("log",), str(folder / "a.seal"))
        wait_for_words(dialog, qtbot, "No space left")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_it_holds_in_a_small_window_at_200_percent(tab: AuditTab, qtbot, log: Path, mode: Mode):
    dialog = sealed(tab, qtbot)
    theme = tab.context.theme
    theme.set_mode(mode)
    theme.set_zoom(2.0)
    dialog.resize(1024, 640)
    assert dialog.minimumSizeHint().width() <= 1024
    assert dialog.minimumSizeHint().height() <= 640
    dialog.table.selectionModel().select(
        dialog.model.index(0, 0), QItemSelectionModel.SelectionFlag.Clear
    )
    assert dialog.detail.text.isHidden()


def test_a_restored_file_shows_for_which_its_seals_were_kept(
    open_tab, qtbot, log: Path, tmp_path: Path
):
    seal_tables(log, ["log"])
    moved = tmp_path / "moved.db"
    shutil.copyfile(log, moved)
    log.unlink()
    dialog = opened(open_tab(AuditTab, moved), qtbot)
    wait_for(dialog, qtbot, log="unverified")
    assert not dialog.origin.isHidden()
    assert f"The seals were kept for {log}, and are matched by its schema" in dialog.origin.text()
    dialog.table.select(["log"])
    qtbot.mouseClick(dialog.seal_button, Qt.MouseButton.LeftButton)
    wait_for_words(dialog, qtbot, "Sealed rows: ")
    qtbot.waitUntil(dialog.origin.isHidden)
