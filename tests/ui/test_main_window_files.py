"""Bad files, files that change under the window, the lock switch, and the work on files."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent

from cts_console.maintenance import FileUsers, Holder, run_backup
from cts_console.sqlite import open_database
from cts_console.ui.context import Navigator
from cts_console.ui.frame.write_banner import IDLE_LIMIT_S, WriteBanner
from cts_console.ui.main_window import MainWindow
from cts_console.worker import Client
from tests.processes import IDLE_ENGINE, a_process, tell, wait_for_line
from tests.ui.frame_parts import TEN
from tests.worker.work import ENGINE


def make_missing(path):
    pass


def make_empty(path):
    path.touch()


def make_folder(path):
    path.mkdir()


def make_text(path):
    path.write_text("not a database\n" * 100)


def make_cut_off(path):
    path.write_bytes(b"SQLite format 3\0\x10\0")


def make_random(path):
    path.write_bytes(bytes(range(256)) * 64)


def make_garbage_after_the_header(path):
    path.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 32)


def make_fifo(path):
    os.mkfifo(path)


BAD = (
    make_missing,
    make_empty,
    make_folder,
    make_text,
    make_cut_off,
    make_random,
    make_garbage_after_the_header,
    make_fifo,
)


@pytest.mark.parametrize("make", BAD, ids=lambda make: make.__name__.removeprefix("make_"))
def test_a_bad_file_is_told_and_the_window_stays_usable(
    window, open_in, make, tmp_path, plain_database, qtbot
):
    path = tmp_path / "bad\nname <b>.db"
    make(path)
    window.open_path(path)
    qtbot.waitUntil(lambda: bool(window.messages.messages))
    message = window.messages.messages[0]
    assert message.state == "bad"
    assert message.title
    assert message.hint
    assert window.session.database is None
    open_in(plain_database)


def test_a_bad_file_leaves_the_open_one(open_in, plain_database, tmp_path, qtbot):
    window = open_in(plain_database)
    window.open_path(tmp_path / "missing.db")
    qtbot.waitUntil(lambda: bool(window.messages.messages))
    assert window.session.database.path == plain_database
    window.open_path("")
    qtbot.waitUntil(lambda: len(window.messages.messages) == 2)


def test_opening_changes_nothing(open_in, empty_database, qtbot):
    before = empty_database.read_bytes()
    window = open_in(empty_database)
    window.session.take_pulse()
    qtbot.waitUntil(lambda: not any(c.is_busy for c in clients_of(window)))
    window.close()
    assert empty_database.read_bytes() == before


def clients_of(window: MainWindow):
    context = window.context
    return context.operations, context.browse, context.monitor


# Killed in the middle of a write whose pages had already reached the file.
INTERRUPTED = """
import os, sys
from cts_console.sqlite import open_database
connection = open_database(sys.argv[1], "read_write", create=True)
connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, filler BLOB)")
connection.execute("INSERT INTO item (filler) VALUES (zeroblob(100000)), (zeroblob(100000))")
connection.execute("PRAGMA cache_size = 1; BEGIN IMMEDIATE")
connection.execute("UPDATE item SET filler = randomblob(100000)")
print("written", flush=True)
sys.stdin.readline()
"""


def test_an_interrupted_write_is_told_and_undone_by_opening_for_writing(window, tmp_path, qtbot):
    path = tmp_path / "interrupted.db"
    with a_process(INTERRUPTED, path) as engine:
        wait_for_line(engine, "written")
    window.open_path(path)
    qtbot.waitUntil(lambda: bool(window.messages.messages))
    assert window.messages.messages[0].title == "An interrupted write must be undone first"
    assert window.session.database is None
    window.open_path(path, writable=True)
    qtbot.waitUntil(window.banner.isVisible)
    with open_database(path) as connection:
        assert connection.read_rows("SELECT DISTINCT filler = zeroblob(100000) FROM item") == [(1,)]


def test_opening_a_locked_file_can_be_stopped_and_tried_again(window, tmp_path, qtbot):
    path = tmp_path / "locked.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY)")
    with a_process(ENGINE, path, 0) as engine:
        wait_for_line(engine, "open")
        tell(engine, "BEGIN EXCLUSIVE")
        wait_for_line(engine, "done")
        window.open_path(path)
        qtbot.waitUntil(lambda: "another process is writing" in window.status.jobs.title.text())
        window.stop()
        qtbot.waitUntil(lambda: bool(window.messages.messages))
        assert "Stopped" in window.messages.messages[0].text
    window.open_path(path)
    qtbot.waitUntil(lambda: window.session.database is not None)


def test_a_file_that_appears_can_be_tried_again(window, plain_database, qtbot):
    hidden = plain_database.rename(plain_database.with_name("elsewhere"))
    window.open_path(plain_database)
    qtbot.waitUntil(lambda: bool(window.messages.messages))
    hidden.rename(plain_database)
    assert window.messages.messages[0].action_text == "Try again"
    window.messages._action.click()
    qtbot.waitUntil(lambda: window.session.database is not None)


def test_how_a_file_had_to_be_opened_is_told(window, plain_database, qtbot, monkeypatch):
    # Root owns everything, so the reason is stood in for.
    monkeypatch.setattr("cts_console.sqlite.opening._must_not_touch", lambda _path, _header: True)
    window.open_path(plain_database)
    qtbot.waitUntil(lambda: bool(window.messages.messages))
    assert "Opened without locks" in window.messages.messages[0].text
    assert "Opened without locks" in window.tool_bar.file.toolTip()


# The open file changes


def lose(window, qtbot, times=1):
    for _ in range(times):
        window.session.take_pulse()
        qtbot.waitUntil(lambda: not window.context.monitor.is_busy)
    qtbot.waitUntil(lambda: bool(window.messages.messages))
    return window.messages.messages[0]


def test_a_file_that_is_deleted_is_noticed_and_can_be_opened_again(open_in, plain_database, qtbot):
    window = open_in(plain_database, writable=True)
    hidden = plain_database.rename(plain_database.with_name("elsewhere"))
    message = lose(window, qtbot)
    assert message.title == "The file is gone"
    assert not window.session.database.writable
    hidden.rename(plain_database)
    window.messages._action.click()
    qtbot.waitUntil(lambda: window.session._last_pulse is not None)
    assert window.messages.messages == ()


def test_a_file_that_is_replaced_is_noticed(open_in, plain_database, empty_database, qtbot):
    window = open_in(plain_database)
    empty_database.replace(plain_database)
    message = lose(window, qtbot)
    assert message.title == "The file was replaced"
    assert message.action_text == "Open again"
    window.messages._action.click()
    qtbot.waitUntil(lambda: window.session.database.kind == "cts")


def test_a_file_that_is_cut_off_is_noticed(open_in, empty_database, qtbot):
    window = open_in(empty_database)
    os.truncate(empty_database, empty_database.stat().st_size // 2)
    assert lose(window, qtbot, times=2).title == "The file was cut off"


def test_a_file_that_is_emptied_is_noticed(open_in, plain_database, qtbot):
    window = open_in(plain_database)
    os.truncate(plain_database, 0)
    assert lose(window, qtbot).title in ("The file was cut off", "The file cannot be read any more")


def test_a_changed_schema_is_counted_anew(open_in, plain_database, qtbot):
    window = open_in(plain_database)
    qtbot.waitUntil(lambda: window.session._last_pulse is not None)
    with open_database(plain_database, "read_write") as connection:
        connection.execute("CREATE TABLE another (id INTEGER); PRAGMA wal_checkpoint(PASSIVE)")
    window.session.take_pulse()
    qtbot.waitUntil(lambda: "3 tables" in window.status.facts.text())


def test_two_windows_on_one_file(open_in, plain_database, qtbot):
    first = open_in(plain_database)
    clients = [Client(name) for name in ("operations", "browse", "monitor")]
    second = MainWindow(
        replace(
            first.context,
            operations=clients[0],
            browse=clients[1],
            monitor=clients[2],
            navigator=Navigator(),
        ),
        TEN,
    )
    qtbot.addWidget(second)
    second.show()
    second.open_path(plain_database)
    qtbot.waitUntil(lambda: second.session.database is not None)
    first.toggle_lock()
    second.toggle_lock()
    for window in (first, second):
        qtbot.waitUntil(lambda shown=window: shown.banner.isVisible())
    second.close()
    assert all(client.has_ended for client in clients)


# The lock switch


def test_unlocking_is_seen_everywhere_and_locking_lets_go(open_in, plain_database, qtbot):
    window = open_in(plain_database)
    assert not window.banner.isVisible()
    window.tool_bar.lock.click()
    qtbot.waitUntil(lambda: window.session.database.writable)
    assert window.banner.isVisible()
    assert "can be changed" in window.banner.text
    assert window.tool_bar.lock.text() == "read-write"
    assert all(tab.database.writable for tab in window.tabs.tabs)
    window.tool_bar.lock.click()
    assert not window.session.database.writable
    assert not window.banner.isVisible()
    assert not any(tab.database.writable for tab in window.tabs.tabs)


def test_the_banner_names_who_else_has_the_file_open(open_in, plain_database, qtbot):
    with a_process(IDLE_ENGINE, plain_database) as engine:
        wait_for_line(engine, "open")
        window = open_in(plain_database, writable=True)
        assert f"pid {engine.pid}" in window.banner.text


def test_a_file_that_may_not_be_written_stays_locked(open_in, plain_database, qtbot, monkeypatch):
    # Root may write everything, so the system's answer is stood in for.
    monkeypatch.setattr("cts_console.ui.frame.facts._may_write", lambda _path: False)
    window = open_in(plain_database)
    window.toggle_lock()
    qtbot.waitUntil(lambda: bool(window.messages.messages))
    assert not window.session.database.writable


class Idle:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.mark.parametrize("works", [False, True])
def test_it_locks_itself_after_ten_idle_minutes_unless_it_works(qtbot, works):
    idle = Idle()
    banner = WriteBanner(lambda: works, now_s=idle)
    qtbot.addWidget(banner)
    locked = []
    banner.lock_wanted.connect(lambda: locked.append(1))
    banner.begin("demo", FileUsers(known=True, holders=(Holder(7, "engine", "writer"),)))
    assert "pid 7 (engine, writer)" in banner.text
    idle.now_s = IDLE_LIMIT_S - 1
    banner.look()
    assert locked == []
    idle.now_s = IDLE_LIMIT_S + 1
    banner.look()
    assert bool(locked) is not works
    banner.end()


def test_input_begins_the_ten_minutes_anew(qtbot):
    idle = Idle()
    banner = WriteBanner(lambda: False, now_s=idle)
    qtbot.addWidget(banner)
    locked = []
    banner.lock_wanted.connect(lambda: locked.append(1))
    banner.begin("demo", FileUsers(known=True, holders=()))
    idle.now_s = IDLE_LIMIT_S - 1
    assert not banner.eventFilter(banner, QEvent(QEvent.Type.Wheel))
    idle.now_s = IDLE_LIMIT_S + 1
    banner.look()
    assert locked == []
    banner.end()


# Work on files


def test_a_new_database_is_created_and_opened_for_writing(window, tmp_path, qtbot):
    path = tmp_path / "new.db"
    window.files.create(str(path))
    qtbot.waitUntil(
        lambda: window.session.database is not None and window.session.database.writable,
        timeout=30_000,
    )
    assert window.session.database.path == path
    assert window.tool_bar.migrations.text() == "79/79 migrations"
    assert window.messages.messages == ()


def test_a_new_database_never_replaces_a_file(window, plain_database, qtbot):
    before = plain_database.read_bytes()
    window.files.create(str(plain_database))
    qtbot.waitUntil(lambda: bool(window.messages.messages))
    assert window.messages.messages[0].title == "The name is taken"
    assert plain_database.read_bytes() == before


def test_the_demo_is_opened_where_it_exists(window, demo_database, console_home, qtbot):
    (console_home / "data").mkdir(parents=True)
    # The shared demo may be open in this process: its copy is made through SQLite.
    run_backup(demo_database, console_home / "data" / "demo.db")
    window.actions_of.demo.trigger()
    qtbot.waitUntil(
        lambda: window.session.database is not None and window.session.database.writable,
        timeout=30_000,
    )
    assert window.session.database.purpose == "demo"


def test_a_backup_is_verified_and_told(open_in, plain_database, tmp_path, qtbot):
    window = open_in(plain_database)
    output = tmp_path / "copy.db"
    window.files.back_up(str(output))
    qtbot.waitUntil(lambda: bool(window.messages.messages))
    message = window.messages.messages[0]
    assert message.state == "ok"
    assert "Backup verified" in message.text
    assert str(output) in message.text
    assert output.exists()


def test_a_backup_never_overwrites(open_in, plain_database, tmp_path, qtbot):
    window = open_in(plain_database)
    output = tmp_path / "copy.db"
    output.write_text("mine")
    window.files.back_up(str(output))
    qtbot.waitUntil(lambda: bool(window.messages.messages))
    assert window.messages.messages[0].state == "bad"
    assert output.read_text() == "mine"


def test_a_stopped_backup_leaves_nothing(open_in, demo_database, tmp_path, qtbot):
    window = open_in(demo_database)
    output = tmp_path / "copies" / "copy.db"
    output.parent.mkdir()
    window.files.back_up(str(output))
    window.context.operations.stop()
    qtbot.waitUntil(lambda: bool(window.messages.messages))
    assert "Stopped" in window.messages.messages[0].text
    assert list(output.parent.iterdir()) == []


def test_a_backup_of_a_damaged_file_is_not_called_verified(open_in, demo_database, tmp_path, qtbot):
    broken = tmp_path / "broken.db"
    run_backup(demo_database, broken)
    with broken.open("r+b") as file:
        file.seek(40 * 4096)
        file.write(b"\xff" * 8192)
    window = open_in(broken)
    window.files.back_up(str(tmp_path / "copy.db"))
    qtbot.waitUntil(lambda: bool(window.messages.messages), timeout=20_000)
    assert window.messages.messages[0].state == "bad"
