"""The window around the tabs: opening, what is shown of the file, tabs, keys, memory."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QToolButton

from cts_console.errors import CtsError
from cts_console.ui.dialogs.about import AboutDialog, versions
from cts_console.ui.dialogs.file_label import FileLabelDialog
from cts_console.ui.main_window import MainWindow
from tests.ui.frame_parts import TEN


def test_without_a_file_three_choices_are_offered(window):
    assert window.first_run.isVisible()
    assert not window.tabs.isVisible()
    assert [choice.accessibleName() for choice in window.first_run.choices] == [
        "Open a file",
        "Create a CTS database",
        "Explore the demo",
    ]
    assert not window.actions_of.backup.isEnabled()
    assert not window.tool_bar.audit.isEnabled()


def test_an_open_file_is_handed_to_every_tab(open_in, demo_database):
    window = open_in(demo_database)
    assert window.tabs.isVisible()
    for tab in window.tabs.tabs:
        database = tab.database
        assert database is not None
        assert (database.path, database.kind, database.purpose) == (demo_database, "cts", "demo")
        assert not database.writable
    assert window.tabs.tabs[0].calls == ["shown"]
    assert window.tabs.tabs[1].calls == []


def test_what_the_frame_tells_of_a_cts_file(open_in, demo_database, qtbot):
    window = open_in(demo_database)
    assert window.tool_bar.journal.text() == "WAL"
    assert window.tool_bar.migrations.text() == "79/79 migrations"
    assert window.tool_bar.lock.text() == "read-only"
    assert str(demo_database) in window.tool_bar.file.toolTip()
    assert str(demo_database) in window.windowTitle()
    qtbot.waitUntil(lambda: "MB" in window.status.facts.text())
    text = window.status.facts.text()
    for part in ("SQLite 3.", "32 tables", "103 indexes", "WAL "):
        assert part in text


def test_somebody_elses_file_has_no_migrations_badge(open_in, plain_database):
    window = open_in(plain_database)
    assert window.tool_bar.migrations.isHidden()
    assert not window.tool_bar.journal.isHidden()


def test_closing_the_file_returns_to_the_choices(open_in, demo_database):
    window = open_in(demo_database)
    window.close_file()
    assert window.first_run.isVisible()
    assert window.tabs.tabs[0].database is None
    assert window.tabs.tabs[0].calls == ["shown", "hidden"]
    assert window.windowTitle() == "CTS Console"
    assert window.context.settings.text("files/last") == ""
    assert not window.actions_of.close.isEnabled()


def test_another_file_replaces_the_first(open_in, demo_database, plain_database):
    open_in(demo_database)
    window = open_in(plain_database)
    assert window.tabs.tabs[0].database.kind == "other"


def test_switching_tabs_tells_both(open_in, demo_database):
    window = open_in(demo_database)
    first, second = window.tabs.tabs[:2]
    window.context.navigator.tab_wanted.emit("Schema")
    assert window.tabs.current is second
    assert (first.calls, second.calls) == (["shown", "hidden"], ["shown"])


def test_a_hidden_window_shows_no_tab(open_in, demo_database):
    window = open_in(demo_database)
    window.hide()
    assert window.tabs.tabs[0].calls == ["shown", "hidden"]
    window.show()
    assert window.tabs.tabs[0].calls == ["shown", "hidden", "shown"]


@pytest.mark.parametrize("number", range(1, 10))
def test_a_key_brings_each_tab_to_the_front(open_in, demo_database, qtbot, number):
    window = open_in(demo_database)
    window.tabs.go_to("Engines")
    qtbot.keyClick(window, getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.ControlModifier)
    assert window.tabs.currentIndex() == number - 1


def test_f5_reads_the_tab_in_front_again(open_in, demo_database, qtbot):
    window = open_in(demo_database)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert window.tabs.tabs[0].calls == ["shown", "refresh"]
    assert window.tabs.tabs[1].calls == []


def test_run_audit_asks_the_audit_tab(open_in, demo_database, qtbot):
    window = open_in(demo_database)
    with qtbot.waitSignal(window.context.navigator.audit_wanted) as asked:
        window.tool_bar.audit.click()
    assert asked.args == ["standard"]
    assert window.tabs.current.name == "Audit"


@pytest.mark.parametrize(
    ("summary", "text"),
    [
        ({"critical": 2, "error": 1, "warning": 9}, "2 critical"),
        ({"critical": 0, "error": 1, "warning": 9}, "1 error"),
        ({"critical": 0, "error": 0, "warning": 9}, "9 warnings"),
        ({"critical": 0, "error": 0, "warning": 0, "info": 4}, "audit: no warnings"),
    ],
)
def test_the_tool_bar_tells_the_worst_of_the_last_audit(open_in, demo_database, summary, text):
    window = open_in(demo_database)
    window.context.navigator.audit_finished.emit({"whole": True, "summary": summary})
    assert window.tool_bar.findings.text() == text
    assert not window.tool_bar.findings.isHidden()


def test_chosen_rules_say_nothing_of_the_others(open_in, demo_database):
    window = open_in(demo_database)
    window.context.navigator.audit_finished.emit({"whole": False, "summary": {"critical": 0}})
    assert window.tool_bar.findings.isHidden()


def test_findings_of_one_file_are_not_shown_for_another(open_in, demo_database, plain_database):
    window = open_in(demo_database)
    window.context.navigator.audit_finished.emit({"whole": True, "summary": {"critical": 2}})
    open_in(plain_database)
    assert window.tool_bar.findings.isHidden()


# What is remembered


def test_everything_is_remembered(open_in, demo_database, context, qtbot):
    window = open_in(demo_database)
    window.tabs.go_to("PRAGMA")
    context.theme.set_mode("light")
    context.theme.zoom_by(2)
    window.switch_zone()
    window.resize(780, 560)
    window.close()
    settings = context.settings
    assert settings.text("window/theme") == "light"
    assert settings.number("window/zoom", 0) == 1.25
    assert settings.text("window/zone") == "local"
    assert settings.recent_files() == [str(demo_database)]
    assert settings.text("files/last") == str(demo_database)
    again = MainWindow(context, TEN)
    qtbot.addWidget(again)
    assert settings.text("files/last") == str(demo_database)
    assert again.tabs.currentIndex() == 4
    assert (again.width(), again.height()) == (780, 560)


def test_recent_files_can_be_opened_and_cleared(open_in, demo_database, plain_database, qtbot):
    open_in(demo_database)
    window = open_in(plain_database)
    window.recent.fill()
    paths = [action.toolTip() for action in window.recent.actions()][:2]
    assert paths == [str(plain_database), str(demo_database)]
    window.recent.actions()[1].trigger()
    qtbot.waitUntil(lambda: window.session.database.path == demo_database)
    window.recent.fill()
    window.recent.actions()[-1].trigger()
    assert window.context.settings.recent_files() == []
    assert [action.text() for action in window.recent.actions()] == ["No file yet"]


def test_the_first_page_offers_recent_files(open_in, demo_database, qtbot):
    window = open_in(demo_database)
    window.close_file()
    opener = next(
        made
        for made in window.first_run.findChildren(QAbstractButton)
        if made.toolTip() == str(demo_database)
    )
    opener.click()
    qtbot.waitUntil(lambda: window.session.database is not None)


def test_a_file_gets_a_name_and_a_colour(open_in, demo_database, qtbot):
    window = open_in(demo_database)
    window.edit_label()
    dialog = window.findChild(FileLabelDialog)
    dialog.choose("Binance <b>live</b> & spot", "bad")
    dialog.accept()
    qtbot.waitUntil(lambda: window.findChild(FileLabelDialog) is None)
    assert window.tool_bar.file.text() == "Binance <b>live</b> && spot"
    assert window.windowTitle().startswith("Binance <b>live</b> & spot – ")
    assert window.context.settings.file_label(str(demo_database)) == (
        "Binance <b>live</b> & spot",
        "bad",
    )


# Dropping files


def drop(window, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    action = Qt.DropAction.CopyAction
    entering = QDragEnterEvent(QPoint(50, 50), action, data, buttons, keys)
    window.dragEnterEvent(entering)
    assert entering.isAccepted()
    window.dropEvent(QDropEvent(QPointF(50, 50), action, data, buttons, keys))


def test_a_dropped_database_opens_whatever_its_name(window, plain_database, qtbot):
    odd = plain_database.rename(plain_database.with_name("notes.txt"))
    drop(window, odd)
    qtbot.waitUntil(lambda: window.session.database is not None)


def test_a_dropped_file_of_another_kind_is_told(window, tmp_path, qtbot):
    path = tmp_path / "candles.db"
    path.write_text("time,open,close\n" * 100)
    drop(window, path)
    qtbot.waitUntil(lambda: bool(window.messages.messages))
    assert window.messages.messages[0].title == "Not an SQLite database"
    assert window.session.database is None


def test_of_several_dropped_files_the_first_is_taken_and_that_is_told(
    window, plain_database, demo_database, qtbot
):
    drop(window, plain_database, demo_database)
    qtbot.waitUntil(lambda: window.session.database is not None)
    assert window.session.database.path == plain_database
    assert "the first of 2" in window.messages.messages[0].text


# For everybody


def test_everything_without_words_has_a_name_and_a_tool_tip(open_in, demo_database):
    window = open_in(demo_database)
    for made in window.findChildren(QAbstractButton):
        # Qt's own buttons, as those of a scrolling tab bar, are not ours.
        if isinstance(made, QToolButton) or not made.isVisible():
            continue
        assert made.text() or made.accessibleName(), made
        assert made.text() or made.toolTip(), made


def test_keys_are_unique(window):
    keys = [key.toString() for action in window.actions() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))
    assert {"Ctrl+O", "Ctrl+Q", "Esc", "F5", "Ctrl+L", "Ctrl+9"} <= set(keys)


def test_ten_tabs_hold_at_1024_pixels(open_in, demo_database):
    window = open_in(demo_database)
    for zoom in (1.0, 2.0):
        window.context.theme.set_zoom(zoom)
        window.resize(1024, 640)
        QApplication.processEvents()
        assert (window.width(), window.height()) == (1024, 640)
        bar = window.tabs.tabBar()
        assert bar.tabRect(9).right() <= window.tabs.width()
        assert [bar.tabText(n) for n in range(10)] == [""] * 10
        assert window.tabs.tabToolTip(2) == "Query (Ctrl+3)"
        stop = window.status.jobs.stop_button
        assert stop.mapTo(window, stop.rect().bottomRight()).x() <= 1024
    window.context.theme.set_zoom(1.0)
    window.resize(1600, 900)
    QApplication.processEvents()
    assert window.tabs.tabBar().tabText(2) == "Query"


def test_stop_keeps_its_place(open_in, demo_database, qtbot):
    window = open_in(demo_database)
    window.resize(1320, 840)
    stop = window.status.jobs.stop_button

    def place():
        QApplication.processEvents()
        return stop.mapTo(window, QPoint(0, 0)), stop.size()

    before = place()
    window.status.jobs.title.setText("A very long title of a job " * 10)
    assert place() == before


def test_about_names_every_version(window):
    assert set(versions()) >= {"SQLite", "APSW", "Qt", "PySide6", "Python"}
    window.show_about()
    dialog = window.findChild(AboutDialog)
    dialog.copy_versions()
    assert f"SQLite {versions()['SQLite']}" in QApplication.clipboard().text()
    dialog.close()


def test_the_zone_switch(window):
    clock = window.context.clock
    assert window.status.zone.text() == "UTC"
    window.status.zone.click()
    assert clock.zone == "local"
    assert window.status.zone.text().startswith("Local")


def test_messages_of_the_tabs_reach_the_bar(window):
    navigator = window.context.navigator
    navigator.notice_raised.emit("Copied 12 rows.")
    assert window.messages.messages[0].text == "Copied 12 rows."
    navigator.error_raised.emit(CtsError("locked", "Locked", "It is locked.", "Wait."))
    assert window.messages.messages[0].title == "Locked"
