from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication

from cts_console.errors import CtsError
from cts_console.maintenance import FileUsers
from cts_console.pragmas import PRAGMAS, PROFILES, PragmaReading, read_pragmas, set_pragma
from cts_console.progress import CancelToken
from cts_console.sqlite import open_database
from cts_console.ui.models import pragma_jobs
from cts_console.ui.models.pragma_jobs import (
    Preview,
    configuration_lines,
    read_preview,
    rebuild_file,
)
from cts_console.ui.models.pragma_model import Column, PragmaModel, state_of, value_text
from cts_console.ui.tabs.pragma import PragmaTab
from cts_console.worker import Errand, Job
from tests.monitor.engines import ENGINE, Engine
from tests.ui.conftest import opened


@pytest.fixture
def tab(qtbot, open_tab, plain_database):
    """Show the settings of a file that is open read-only."""
    tab = open_tab(PragmaTab, plain_database)
    wait_for_settings(qtbot, tab)
    return tab


@pytest.fixture
def unlocked(qtbot, open_tab, plain_database):
    """Show the settings of a file that may be written."""
    tab = open_tab(PragmaTab, plain_database, writable=True)
    wait_for_settings(qtbot, tab)
    return tab


def wait_for_settings(qtbot, tab: PragmaTab) -> None:
    qtbot.waitUntil(lambda: bool(tab._readings) and not is_busy(tab))


def is_busy(tab: PragmaTab) -> bool:
    return tab.context.browse.is_busy or tab.context.operations.is_busy or tab.panel._is_busy


def choose(qtbot, tab: PragmaTab, name: str, value: str) -> Preview | None:
    """Choose a setting and a value for it; return what the panel then knows of the change."""
    tab._choose(name)
    assert tab.panel.name == name
    editor = tab.panel.editor
    page = editor.currentWidget()
    if page is editor._words:
        editor._words.setCurrentText(value)
    elif page is editor._number:
        editor._number.setValue(int(value))
    else:
        editor._digits.setText(value)
        editor._digits.editingFinished.emit()
    qtbot.waitUntil(lambda: bool(tab.panel.preview.text()) and not is_busy(tab))
    return tab.panel._preview


def value_of(tab: PragmaTab, name: str) -> str:
    return next(reading.value for reading in tab._readings if reading.name == name)


def make_reading(value: str, expected: str | None, *, ok: bool) -> PragmaReading:
    return PragmaReading("synchronous", value, expected, "FULL", "connection", False, ok, "doc")


# What is shown


def test_without_a_file_it_says_so(open_tab):
    tab = open_tab(PragmaTab)
    assert "No file" in tab.states._page.accessibleName()


def test_every_setting_stands_in_its_group(tab, qtmodeltester):
    model = tab.model
    shown = []
    for place in range(model.rowCount()):
        group = model.index(place, 0)
        for row in range(model.rowCount(group)):
            shown.append(model.index(row, Column.SETTING, group).data())
    assert shown == [p.name for p in PRAGMAS if p.scope == "file"] + [
        p.name for p in PRAGMAS if p.scope == "connection"
    ]
    assert model.index(0, 0).data() == "Kept in the file"
    assert "ours alone" in model.index(1, 0).data()
    qtmodeltester.check(model)


def test_an_empty_model_is_sound(theme, qtmodeltester):
    model = PragmaModel(theme)
    assert model.index_of("synchronous") == QModelIndex()
    qtmodeltester.check(model)


@pytest.mark.parametrize(
    ("reading", "state"),
    [
        (make_reading("NORMAL", "NORMAL", ok=True), "ok"),
        (make_reading("FULL", "NORMAL", ok=True), "safer"),
        (make_reading("OFF", "NORMAL", ok=False), "differs"),
        (make_reading("OFF", None, ok=True), "unjudged"),
        (make_reading("", "NORMAL", ok=False), "unknown"),
    ],
)
def test_a_safer_value_is_no_deviation_and_an_unknown_one_not_ok(reading, state):
    assert state_of(reading) == state


def test_a_state_has_an_icon_and_a_word(tab):
    index = tab.model.index_of("synchronous").siblingAtColumn(Column.STATE)
    assert index.data() == "safer"  # FULL, where the profile would take NORMAL
    assert not index.data(Qt.ItemDataRole.DecorationRole).isNull()
    assert tab.model.index_of("page_size").siblingAtColumn(Column.STATE).data() == "–"


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("cache_size", "-64000", "-64000 (65.5 MB)"),
        ("cache_size", "2000", "2,000 pages"),
        ("busy_timeout", "30000", "30,000 ms"),
        ("page_size", "4096", "4,096 bytes"),
        ("mmap_size", "0", "0"),
        ("application_id", "-1", "-1 (0xffffffff)"),
        ("journal_mode", "wal", "wal"),
        ("encoding", "", ""),
    ],
)
def test_a_value_says_its_unit(name, value, text):
    assert value_text(name, value) == text


def test_the_badges_keep_the_file_and_our_connection_apart(tab):
    assert tab._file_badge.text() == "the file: 1 differs"  # auto_vacuum
    assert tab._file_badge.property("state") == "warn"
    assert tab._connection_badge.text().startswith("our connection:")
    assert tab._connection_badge.property("state") != "warn"


def test_another_profile_judges_anew_and_is_remembered(qtbot, tab, context):
    tab.profiles.setCurrentIndex(tab.profiles.findData("untouched"))
    qtbot.waitUntil(lambda: tab._file_badge.text() == "the file: not judged")
    assert not tab.copy_lines.isEnabled()
    other = PragmaTab(context)
    qtbot.addWidget(other)
    assert other.profile == "untouched"


def test_the_panel_shows_the_setting_and_its_documentation(qtbot, tab, monkeypatch):
    urls = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: urls.append(url.toString()))
    tab._choose("busy_timeout")
    assert tab.panel.title.text() == "busy_timeout"
    assert tab.panel.expected.text() == "30,000 ms"
    tab.panel.open_documentation()
    assert urls == ["https://sqlite.org/pragma.html#pragma_busy_timeout"]


def test_a_file_that_cannot_be_read_is_told_and_tried_again(qtbot, open_tab, plain_database):
    database = opened(plain_database)
    moved = plain_database.rename(plain_database.with_name("moved.db"))
    tab = open_tab(PragmaTab)
    tab.set_database(database)
    qtbot.waitUntil(lambda: "No such file" in tab.states._page.accessibleName())
    moved.rename(plain_database)
    tab.states._button.click()
    wait_for_settings(qtbot, tab)


def test_the_theme_and_the_zoom_are_followed(tab, context):
    context.theme.set_mode("light")
    index = tab.model.index_of("auto_vacuum").siblingAtColumn(Column.STATE)
    color = index.data(Qt.ItemDataRole.ForegroundRole)
    assert color.name() == context.theme.colors.warn
    width = tab.view.columnWidth(Column.SETTING)
    context.theme.set_zoom(2.0)
    assert tab.view.columnWidth(Column.SETTING) == 2 * width


# Copying


def test_the_lines_for_the_engine_are_those_of_a_connection(tab, context):
    notices: list[str] = []
    context.navigator.notice_raised.connect(notices.append)
    tab.copy_lines.click()
    text = QGuiApplication.clipboard().text()
    assert "PRAGMA synchronous = NORMAL;" in text
    assert "PRAGMA busy_timeout = 30000;" in text
    assert "journal_mode" not in text
    assert "PRAGMA mmap_size = 0;" in text
    assert notices


@pytest.mark.parametrize("profile", ["trading", "durable"])
def test_the_copied_lines_do_what_the_profile_says(plain_database, start, profile):
    engine = start(plain_database)
    for line in configuration_lines(profile):
        engine.execute(line)
    words = {"foreign_keys": 1, "synchronous": {"trading": 1, "durable": 2}[profile]}
    for name, value in words.items():
        assert engine.execute(f"PRAGMA {name}") == [[[value]]]
    assert engine.execute("PRAGMA cache_size") == [[[int(PROFILES[profile]["cache_size"])]]]
    assert configuration_lines("untouched") == ()


@pytest.fixture
def start():
    engines = []

    def begin(path) -> Engine:
        engines.append(Engine(ENGINE, path))
        return engines[-1]

    yield begin
    for engine in engines:
        with engine.process:
            engine.end()


# Changing


def test_locked_nothing_can_be_applied_and_the_button_says_why(qtbot, tab):
    choose(qtbot, tab, "journal_mode", "delete")
    assert not tab.panel.apply.isEnabled()
    assert "Ctrl+L" in tab.panel.apply.text()
    assert "read-only" in tab.panel.why_not.text()


def test_what_protects_the_console_cannot_be_changed(unlocked):
    unlocked._choose("trusted_schema")
    assert not unlocked.panel.apply.isVisible()
    assert not unlocked.panel.editor.isVisible()
    assert "only reads it" in unlocked.panel.why_not.text()


def test_a_preview_writes_nothing_and_says_what_would_be(qtbot, unlocked, plain_database):
    before = plain_database.stat().st_mtime_ns
    preview = choose(qtbot, unlocked, "journal_mode", "delete")
    assert preview is not None
    assert preview.writes_file
    assert "journal_mode: wal → delete" in unlocked.panel.preview.text()
    assert "locked for about" in unlocked.panel.preview.text()
    assert plain_database.stat().st_mtime_ns == before


def test_a_setting_of_our_connection_is_set_and_read_back(qtbot, unlocked):
    choose(qtbot, unlocked, "cache_size", "-64000")
    assert "Nothing is written to the file" in unlocked.panel.preview.text()
    unlocked.panel.apply.click()
    qtbot.waitUntil(lambda: value_of(unlocked, "cache_size") == "-64000")
    assert "Read back: cache_size is -64000" in unlocked.panel.result.text()
    qtbot.waitUntil(lambda: unlocked.panel.value.text().startswith("-64000"))


def read_rows(connection, errand):
    return connection.read_rows("SELECT * FROM item")


def test_the_journal_mode_is_changed_beside_our_own_other_connections(
    qtbot, unlocked, context, plain_database
):
    context.history.watch(opened(plain_database).target())
    reading = Job("Reading", read_rows, opened(plain_database).target(), quiet=True)
    context.browse.submit(reading, unlocked)
    qtbot.waitUntil(lambda: context.history.last is not None)
    changed = []
    context.navigator.file_changed.connect(lambda: changed.append(True))
    choose(qtbot, unlocked, "journal_mode", "delete")
    unlocked.panel.apply.click()
    qtbot.waitUntil(lambda: value_of(unlocked, "journal_mode") == "delete", timeout=20_000)
    assert changed
    assert "Read back: journal_mode is delete" in unlocked.panel.result.text()
    qtbot.waitUntil(lambda: context.history.last.journal_mode == "rollback")


def test_beside_another_program_leaving_wal_mode_is_refused_before_it_is_tried(
    qtbot, unlocked, plain_database, start
):
    start(plain_database).execute("SELECT * FROM item")
    preview = choose(qtbot, unlocked, "journal_mode", "delete")
    assert preview is not None
    assert not preview.is_possible
    assert not unlocked.panel.apply.isEnabled()
    assert "Refused until nobody else has the file open" in unlocked.panel.preview.text()


def test_a_program_that_came_after_the_preview_meets_the_gate(
    qtbot, unlocked, plain_database, start
):
    choose(qtbot, unlocked, "journal_mode", "delete")
    start(plain_database).execute("SELECT * FROM item")
    unlocked.panel.apply.click()
    qtbot.waitUntil(lambda: bool(unlocked.panel.result.text()), timeout=20_000)
    assert "wait too long" in unlocked.panel.result.text()
    assert value_of(unlocked, "journal_mode") == "wal"
    assert not unlocked.context.history._is_held


def test_a_value_that_the_setting_does_not_have_is_refused_in_place(qtbot, unlocked):
    preview = choose(qtbot, unlocked, "journal_size_limit", "much")
    assert preview is None
    assert "cannot be 'much'" in unlocked.panel.preview.text()
    assert not unlocked.panel.apply.isEnabled()


# The guarded step


@pytest.mark.parametrize("backup", [True, False])
def test_what_needs_a_vacuum_is_a_step_of_its_own(qtbot, unlocked, plain_database, backup):
    preview = choose(qtbot, unlocked, "auto_vacuum", "INCREMENTAL")
    assert preview is not None
    assert preview.needs_rebuild
    assert preview.needed_bytes > 0
    assert "VACUUM" in unlocked.panel.preview.text()
    assert "are free" in unlocked.panel.preview.text()
    assert "rewrite the file" in unlocked.panel.apply.text()
    assert unlocked.panel.backup.isChecked()
    unlocked.panel.backup.setChecked(backup)
    unlocked.panel.apply.click()
    qtbot.waitUntil(lambda: value_of(unlocked, "auto_vacuum") == "INCREMENTAL", timeout=20_000)
    backups = list(plain_database.parent.glob("plain.before-auto_vacuum.*.db"))
    assert len(backups) == backup
    with open_database(plain_database) as connection:
        assert connection.read_int("SELECT count(*) FROM item") == 3


def test_the_page_size_changes_and_the_file_is_in_wal_mode_again(qtbot, unlocked, plain_database):
    choose(qtbot, unlocked, "page_size", "8192")
    unlocked.panel.backup.setChecked(False)
    unlocked.panel.apply.click()
    qtbot.waitUntil(lambda: value_of(unlocked, "page_size") == "8192", timeout=20_000)
    assert value_of(unlocked, "journal_mode") == "wal"


def test_a_rebuild_is_refused_beside_another_program(plain_database, start):
    start(plain_database).execute("SELECT * FROM item")
    errand = Errand(CancelToken())
    with open_database(plain_database, "read_write") as connection:
        preview = read_preview(connection, errand, "auto_vacuum", "FULL")
        assert not preview.is_possible
        with pytest.raises(CtsError) as caught:
            rebuild_file(connection, errand, preview, backup=False)
    assert caught.value.code == "locked"


def test_without_room_for_it_the_rebuild_is_not_begun(plain_database, monkeypatch):
    errand = Errand(CancelToken())
    with open_database(plain_database, "read_write") as connection:
        preview = read_preview(connection, errand, "auto_vacuum", "FULL")
        free = preview.free_bytes
        tight = Preview(
            preview.name,
            preview.value,
            preview.wanted,
            writes_file=True,
            users=FileUsers(known=True, holders=()),
            hold_s=preview.hold_s,
            needs_rebuild=True,
            needed_bytes=2 * free,
            free_bytes=free,
        )
        assert not tight.is_possible
        with pytest.raises(CtsError) as caught:
            rebuild_file(connection, errand, tight, backup=False)
        assert caught.value.code == "disk_full"
        values = {row.name: row.value for row in read_pragmas(connection)}
    assert values["auto_vacuum"] == "NONE"


def test_a_stopped_rebuild_leaves_the_file_as_it_was(plain_database, monkeypatch):
    errand = Errand(CancelToken())
    with open_database(plain_database, "read_write") as connection:
        preview = read_preview(connection, errand, "page_size", "8192")

        def set_and_stop(target, name, value, **options):
            reading = set_pragma(target, name, value, **options)
            if value == "delete":
                errand.cancel.cancel()
            return reading

        monkeypatch.setattr(pragma_jobs, "set_pragma", set_and_stop)
        with connection.guard(cancel=errand.cancel), pytest.raises(CtsError) as caught:
            rebuild_file(connection, errand, preview, backup=False)
        assert caught.value.code == "cancelled"
        values = {row.name: row.value for row in read_pragmas(connection)}
        assert (values["page_size"], values["journal_mode"]) == ("4096", "wal")
        assert connection.read_int("SELECT count(*) FROM item") == 3


def test_an_empty_file_needs_no_rebuild(tmp_path):
    path = tmp_path / "empty.db"
    with open_database(path, "read_write", create=True) as connection:
        preview = read_preview(connection, Errand(CancelToken()), "auto_vacuum", "FULL")
    assert not preview.needs_rebuild
