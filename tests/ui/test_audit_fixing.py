"""Fixing a finding from the Audit tab: looked at, asked, applied, looked at again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from cts_console.audit import accept_finding, list_accepted, read_history
from cts_console.sqlite import Connection, open_database
from cts_console.ui.audit.fix_dialog import FixDialog
from cts_console.ui.tabs.audit import AuditTab
from cts_console.worker import Errand, Job
from tests.audit.fixing.troubles import HOSTILE
from tests.processes import IDLE_ENGINE, a_process, tell, wait_for_line
from tests.ui.conftest import opened

TWICE = "CREATE INDEX first ON market_data (close); CREATE INDEX again ON market_data (close)"
LONG_MS = 20_000


@pytest.fixture
def flawed(writable_demo: Path) -> Path:
    change(writable_demo, TWICE)
    return writable_demo


@pytest.fixture
def audited(open_tab, qtbot) -> Callable[..., AuditTab]:
    def audit(path: Path, *, writable: bool = True) -> AuditTab:
        tab: AuditTab = open_tab(AuditTab, path, writable=writable)
        tab.run("quick")
        qtbot.waitUntil(lambda: not tab.is_running, timeout=LONG_MS)
        return tab

    return audit


def change(path: Path, sql: str) -> None:
    with open_database(path, "read_write") as connection:
        connection.execute(sql)


def indexes(path: Path) -> set[str]:
    with open_database(path) as connection:
        rows = connection.read_rows("SELECT name FROM sqlite_schema WHERE type = 'index'")
    return {str(name) for (name,) in rows}


def fingerprint(tab: AuditTab, rule: str = "IDX-01") -> str:
    return next(one.fingerprint for one in tab.page.model.every_item() if one.rule == rule)


def ask(tab: AuditTab, qtbot, rule: str = "IDX-01", name: str = "") -> FixDialog:
    """Press Fix… and wait until the dialog has looked."""
    assert tab.page.select(name or fingerprint(tab, rule))
    tab.page.detail.fix_button.click()
    dialog = tab.commands.fixer.dialog
    assert dialog is not None
    assert not dialog.apply_button.isVisible()
    qtbot.waitUntil(
        lambda: dialog.save_button.isVisible() or "Asking" not in dialog.state.text(),
        timeout=LONG_MS,
    )
    return dialog


def test_it_is_applied_and_the_tab_shows_what_is_so_now(audited, flawed: Path, qtbot):
    tab = audited(flawed)
    name, total = fingerprint(tab), tab.page.model.rowCount()
    told: list[dict[str, Any]] = []
    wrote: list[bool] = []
    tab.context.navigator.audit_finished.connect(told.append)
    tab.context.navigator.file_changed.connect(lambda: wrote.append(True))
    dialog = ask(tab, qtbot)
    assert "Drops the index again" in dialog.meaning.text()
    assert "Nobody else has the file open" in dialog.cost.text()
    assert "MB" in dialog.backup.text()
    assert dialog.backup.isChecked()
    assert not dialog.overrule.isVisible()
    with qtbot.waitSignal(tab.context.navigator.notice_raised, timeout=LONG_MS) as notice:
        dialog.apply_button.click()
    (backup,) = flawed.parent.glob("*.before-fix-idx-01.*.db")
    assert str(backup) in notice.args[0]
    assert "the finding is gone" in notice.args[0]
    assert wrote == [True]
    assert "again" not in indexes(flawed)
    assert tab.page.model.rowCount() == total - 1
    assert name not in {one.fingerprint for one in tab.page.model.every_item()}
    assert name not in {one["fingerprint"] for one in told[-1]["findings"]}
    assert tab.commands.fixer.dialog is None


def test_without_a_backup(audited, flawed: Path, qtbot):
    tab = audited(flawed)
    dialog = ask(tab, qtbot)
    qtbot.keyClick(dialog.backup, Qt.Key.Key_Space)
    with qtbot.waitSignal(tab.context.navigator.notice_raised, timeout=LONG_MS) as notice:
        qtbot.keyClick(dialog.apply_button, Qt.Key.Key_Space)
    assert "No backup was made" in notice.args[0]
    assert not list(flawed.parent.glob("*.before-fix-*"))
    assert len(read_history(flawed, 9)["fixes"]) == 1


def test_a_locked_file_is_unlocked_first(audited, flawed: Path, qtbot):
    tab = audited(flawed, writable=False)
    dialog = ask(tab, qtbot)
    assert not dialog.apply_button.isEnabled()
    assert "read-only" in dialog.state.text()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert tab.commands.fixer.dialog is None
    tab.set_database(opened(flawed, writable=True))
    dialog = ask(tab, qtbot)
    assert dialog.apply_button.isEnabled()
    assert dialog.state.text() == ""
    dialog.reject()
    assert "again" in indexes(flawed)


def test_a_file_that_locks_itself_meanwhile(audited, flawed: Path, qtbot):
    tab = audited(flawed)
    dialog = ask(tab, qtbot)
    tab.set_database(opened(flawed))
    assert not dialog.apply_button.isEnabled()
    assert "read-only" in dialog.state.text()
    tab.set_database(opened(flawed, writable=True))
    assert dialog.apply_button.isEnabled()
    tab.set_database(None)
    assert tab.commands.fixer.dialog is None
    assert "again" in indexes(flawed)


def test_beside_others_it_is_refused_or_overruled(audited, flawed: Path, qtbot):
    change(flawed, "DROP INDEX idx_perf_market_snapshot")
    tab = audited(flawed)
    with a_process(IDLE_ENGINE, flawed) as engine:
        wait_for_line(engine, "open")
        dialog = ask(tab, qtbot, "IDX-10")
        assert f"pid {engine.pid}" in dialog.refusal.text()
        assert not dialog.apply_button.isEnabled()
        dialog.overrule.click()
        assert dialog.apply_button.isEnabled()
        with qtbot.waitSignal(tab.context.navigator.notice_raised, timeout=LONG_MS):
            dialog.apply_button.click()
    assert "idx_perf_market_snapshot" in indexes(flawed)


def test_a_refusal_by_somebody_who_came_meanwhile_is_told(audited, flawed: Path, qtbot):
    change(flawed, "DROP INDEX idx_perf_market_snapshot")
    tab = audited(flawed)
    total = tab.page.model.rowCount()
    dialog = ask(tab, qtbot, "IDX-10")
    with a_process(IDLE_ENGINE, flawed) as engine:
        wait_for_line(engine, "open")
        with qtbot.waitSignal(tab.context.navigator.error_raised, timeout=LONG_MS) as raised:
            dialog.apply_button.click()
    assert raised.args[0].code == "locked"
    assert tab.page.model.rowCount() == total


@pytest.mark.parametrize(
    "sql", ["PRAGMA journal_mode = DELETE", "PRAGMA auto_vacuum = NONE; VACUUM"]
)
def test_the_window_itself_is_no_other(audited, writable_demo: Path, qtbot, sql: str):
    change(writable_demo, sql)
    tab = audited(writable_demo)
    assert tab.database is not None
    # Another thread of this window keeps the file open, as the Schema tab does.
    browse = Job("looking", read_schema_version, tab.database.target())
    tab.context.browse.submit(browse, tab)
    qtbot.waitUntil(lambda: not tab.context.browse.is_busy, timeout=LONG_MS)
    dialog = ask(tab, qtbot, "PRG-01")
    assert not dialog.overrule.isVisible()
    with qtbot.waitSignal(tab.context.navigator.notice_raised, timeout=LONG_MS) as notice:
        dialog.apply_button.click()
    assert "the finding is gone" in notice.args[0]


def read_schema_version(connection: Connection | None, _errand: Errand) -> int:
    assert connection is not None
    return connection.read_int("PRAGMA schema_version")


def test_a_finding_that_went_away_meanwhile(audited, flawed: Path, qtbot):
    tab = audited(flawed)
    with a_process(IDLE_ENGINE, flawed) as engine:
        wait_for_line(engine, "open")
        tell(engine, "DROP INDEX again")
        wait_for_line(engine, "done")
        dialog = ask(tab, qtbot)
    assert "does not find it any more" in dialog.state.text()
    assert not dialog.apply_button.isVisible()
    assert not dialog.save_button.isVisible()
    assert dialog.cancel_button.text() == "Close"


def test_a_foreign_file_is_only_saved_as_sql(audited, tmp_path: Path, qtbot):
    path = tmp_path / "albums.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(
            "CREATE TABLE albums (title); CREATE INDEX one ON albums (title);"
            "CREATE INDEX two ON albums (title)"
        )
    tab = audited(path)
    assert tab.page.select(fingerprint(tab))
    assert "saved as SQL" in tab.page.detail.fix_note.text()
    dialog = ask(tab, qtbot)
    assert not dialog.apply_button.isVisible()
    assert not dialog.backup.isVisible()
    assert "another program" in dialog.state.text()
    dialog.save_button.click()
    files = tab.commands.fixer.file_dialog
    assert files is not None
    with qtbot.waitSignal(tab.context.navigator.file_saved, timeout=LONG_MS) as saved:
        files.fileSelected.emit(str(tmp_path / "fix.sql"))
    files.reject()
    assert saved.args == [tmp_path / "fix.sql"]
    assert 'DROP INDEX "two";' in (tmp_path / "fix.sql").read_text("utf-8")
    assert tab.commands.fixer.file_dialog is None
    assert indexes(path) == {"one", "two"}


def test_a_dialog_that_is_closed_stops_its_looking(audited, flawed: Path, qtbot):
    tab = audited(flawed)
    assert tab.page.select(fingerprint(tab))
    tab.page.detail.fix_button.click()
    dialog = tab.commands.fixer.dialog
    assert dialog is not None
    dialog.reject()
    qtbot.waitUntil(lambda: not tab.context.operations.is_busy, timeout=LONG_MS)
    assert tab.commands.fixer.dialog is None


def test_a_finding_without_a_fix_has_no_button(audited, flawed: Path):
    change(flawed, 'CREATE INDEX "a b" ON orders (amount)')
    tab = audited(flawed)
    assert tab.page.select(fingerprint(tab, "SCH-09"))
    assert not tab.page.detail.fix_button.isVisible()
    assert tab.page.select(fingerprint(tab))
    assert tab.page.detail.fix_button.isVisible()


def test_what_was_accepted_meanwhile_stays_so(audited, flawed: Path, qtbot):
    change(flawed, "CREATE INDEX more ON orders (amount); CREATE INDEX more2 ON orders (amount)")
    tab = audited(flawed)
    accepted, fixed = (
        next(one for one in tab.page.model.every_item() if one.object == name)
        for name in ("more2", "again")
    )
    dialog = ask(tab, qtbot, name=fixed.fingerprint)
    accept_finding(flawed, accepted.fingerprint, reason="known")
    with qtbot.waitSignal(tab.context.navigator.notice_raised, timeout=LONG_MS):
        dialog.apply_button.click()
    assert [one.fingerprint for one in list_accepted(flawed)] == [accepted.fingerprint]
    shown = {one.fingerprint: one for one in tab.page.model.every_item()}
    assert shown[accepted.fingerprint].is_accepted


def test_another_file_is_opened_while_it_is_applied(audited, flawed: Path, qtbot, plain_database):
    tab = audited(flawed)
    dialog = ask(tab, qtbot)
    with qtbot.waitSignal(tab.context.navigator.notice_raised, timeout=LONG_MS) as notice:
        dialog.apply_button.click()
        tab.set_database(opened(plain_database))
    assert flawed.name in notice.args[0]
    assert "again" not in indexes(flawed)
    assert tab.page.model.total == 0


def test_a_hostile_name_is_shown_as_what_it_is(audited, writable_demo: Path, qtbot):
    quoted = HOSTILE.replace('"', '""')
    change(
        writable_demo,
        f'CREATE INDEX a ON orders (price); CREATE INDEX "{quoted}" ON orders (price)',
    )
    tab = audited(writable_demo)
    dialog = ask(tab, qtbot)
    assert "\\n" in dialog.meaning.text()
    assert "\n" not in dialog.meaning.text()
    with qtbot.waitSignal(tab.context.navigator.notice_raised, timeout=LONG_MS):
        dialog.apply_button.click()
    assert HOSTILE not in indexes(writable_demo)
    with open_database(writable_demo) as connection:
        assert connection.read_int("SELECT count(*) FROM trades") > 0


@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_it_fits_the_smallest_window(audited, flawed: Path, qtbot, zoom: float):
    change(flawed, "DROP INDEX idx_perf_market_snapshot")
    tab = audited(flawed)
    tab.context.theme.set_zoom(zoom)
    with a_process(IDLE_ENGINE, flawed) as engine:
        wait_for_line(engine, "open")
        dialog = ask(tab, qtbot, "IDX-10")
    room = dialog.screen().availableSize()
    assert dialog.height() <= room.height()
    assert dialog.minimumSizeHint().width() <= 1024
    assert dialog.minimumSizeHint().height() <= 640
    for each in (dialog.save_button, dialog.cancel_button, dialog.apply_button):
        assert dialog.rect().contains(each.geometry())
    dialog.reject()
