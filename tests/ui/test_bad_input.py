"""Everything bad through the whole window: told with what to do, and the window stays usable."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from cts_console.sqlite import open_database
from cts_console.ui.context import WindowContext
from cts_console.ui.main_window import MainWindow
from tests.processes import a_process, tell, wait_for_line
from tests.ui.bad_files import MARKUP, NEVER_OPENED, STRANGE_BUT_OPENED, make_hostile_names
from tests.ui.real_window import (
    PATIENCE_MS,
    assert_no_bug,
    assert_plain,
    open_and_settle,
    run_audit,
    settle,
    show_window,
    visit_every_tab,
    wait_for_message,
)
from tests.worker.work import ENGINE


@pytest.fixture
def console(context: WindowContext, qtbot, caplog: pytest.LogCaptureFixture):
    """The window; at its end no thread may have logged a mistake of ours."""
    yield show_window(context, qtbot)
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert told == []


def assert_usable(window: MainWindow, good: Path, qtbot) -> None:
    """Check that a good file can be opened and looked at."""
    window.messages.clear()
    window.tabs.go_to("Overview")
    open_and_settle(window, good, qtbot)
    assert_no_bug(window)
    assert window.messages.messages == ()


@pytest.mark.parametrize("make", NEVER_OPENED, ids=lambda make: make.__name__[5:])
def test_what_cannot_be_opened_is_told(
    console: MainWindow, make, tmp_path: Path, plain_database: Path, qtbot
):
    path = tmp_path / f"bad {MARKUP.replace('/', '')}.db"
    make(path)
    console.open_path(path)
    message = wait_for_message(console, qtbot)
    assert message.state == "bad"
    assert message.title
    assert message.text
    assert message.hint
    assert_plain(console, MARKUP.replace("/", ""))
    assert console.session.database is None
    open_and_settle(console, plain_database, qtbot)


@pytest.mark.parametrize("make", STRANGE_BUT_OPENED, ids=lambda make: make.__name__[5:])
def test_every_tab_bears_a_strange_file(
    console: MainWindow, make, tmp_path: Path, plain_database: Path, qtbot
):
    path = tmp_path / "strange.db"
    make(path)
    open_and_settle(console, path, qtbot)
    visit_every_tab(console, qtbot, twice=True)
    document = run_audit(console, qtbot)
    assert document["summary"]["rules_errored"] == 0
    assert_plain(console, MARKUP)
    assert_usable(console, plain_database, qtbot)


def test_the_name_of_a_file_is_never_markup(console: MainWindow, tmp_path: Path, qtbot):
    folder = tmp_path / "<i>folder<"
    folder.mkdir()
    path = folder / "<b>bold&amp;.db"
    make_hostile_names(path)
    console.open_path(path, writable=True)
    qtbot.waitUntil(console.banner.isVisible, timeout=PATIENCE_MS)
    visit_every_tab(console, qtbot)
    console.files.back_up(str(path))
    wait_for_message(console, qtbot)
    assert_plain(console, "<b>bold", "<i>folder", MARKUP)
    console.close_file()
    console.first_run.show_recent(console.context.settings.recent_files())
    assert_plain(console, "<b>bold", "<i>folder", MARKUP)


# The open file changes under every tab


def replaced(path: Path) -> None:
    other = path.with_name("other.db")
    with open_database(other, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE only (id INTEGER PRIMARY KEY)")
    other.replace(path)


def replaced_by_text(path: Path) -> None:
    other = path.with_name("other.db")
    other.write_text("not a database\n" * 100)
    other.replace(path)


def truncated(path: Path) -> None:
    with a_process("import os, sys; os.truncate(sys.argv[1], 8192); print('cut')", path) as cutter:
        wait_for_line(cutter, "cut")


def deleted(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("change", [replaced, replaced_by_text, truncated, deleted])
def test_the_file_changes_while_it_is_open(
    console: MainWindow, writable_demo: Path, plain_database: Path, qtbot, change
):
    open_and_settle(console, writable_demo, qtbot)
    change(writable_demo)
    for _ in range(2):
        console.session.take_pulse()
        settle(console, qtbot)
    message = wait_for_message(console, qtbot)
    assert message.state == "bad"
    assert message.hint
    visit_every_tab(console, qtbot, twice=True)
    console.run_audit()
    settle(console, qtbot)
    console.files.back_up(str(writable_demo.with_name("copy.db")))
    settle(console, qtbot)
    assert_no_bug(console)
    assert_usable(console, plain_database, qtbot)


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_the_file_is_locked_while_it_is_open(
    console: MainWindow, tmp_path: Path, plain_database: Path, qtbot, mode: str
):
    """In rollback mode nobody can read now: it waits, Stop ends it, and later all is well."""
    path = tmp_path / "locked.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY)")
    open_and_settle(console, path, qtbot)
    with a_process(ENGINE, path, 0) as engine:
        wait_for_line(engine, "open")
        tell(engine, "BEGIN EXCLUSIVE")
        wait_for_line(engine, "done")
        for tab in console.tabs.tabs:
            console.tabs.go_to(tab.name)
            console.refresh()
            QApplication.processEvents()
        console.run_audit()
        for client in console.context.clients:
            qtbot.waitUntil(lambda busy=client: not stop_and_look(busy), timeout=PATIENCE_MS)
        assert_no_bug(console)
    visit_every_tab(console, qtbot, twice=True)
    assert_usable(console, plain_database, qtbot)


def stop_and_look(client) -> bool:
    """Stop what runs and return whether something still does."""
    client.stop()
    return client.is_busy
