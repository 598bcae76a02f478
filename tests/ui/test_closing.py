"""Closing the window in the middle of every kind of job leaves the file whole and free."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from cts_console.maintenance import read_users
from cts_console.sqlite import open_database
from cts_console.ui.context import WindowContext
from cts_console.ui.main_window import MainWindow
from cts_console.worker import Client, Job, Target
from tests.processes import a_process, tell, wait_for_line
from tests.ui.real_window import PATIENCE_MS, open_and_settle, show_window
from tests.worker.work import insert_row, make_database

# Another process that opens the file, says so, and writes when it is told, without any patience.
WRITER = """
import sys
from cts_console.sqlite import open_database
with open_database(sys.argv[1], "read_write") as connection:
    connection.set_busy_timeout(0)
    for line in sys.stdin:
        connection.execute(line)
        print("done", flush=True)
"""
# Another process that looks who has a file open; of its own process nobody can tell.
LOOKER = """
import sys
from cts_console.maintenance import read_users
print(*[holder.pid for holder in read_users(sys.argv[1]).holders], "looked", flush=True)
"""


@contextmanager
def holding_the_lock(path: Path) -> Iterator[None]:
    with a_process(WRITER, path) as engine:
        tell(engine, "BEGIN IMMEDIATE")
        wait_for_line(engine, "done")
        yield


def in_the_middle_of(client: Client, qtbot, title: str) -> None:
    """Wait until the job of this title runs and has told how far it is."""

    def is_there() -> bool:
        ticket = client.running
        if ticket is None or not ticket.job.title.startswith(title):
            return False
        return ticket.errand.progress is not None

    qtbot.waitUntil(is_there, timeout=PATIENCE_MS)


def creating(window: MainWindow, path: Path, qtbot, stack: ExitStack) -> None:
    window.files.create(str(path.with_name("new.db")))
    in_the_middle_of(window.context.operations, qtbot, "Creating the database")


def making_the_demo(window: MainWindow, path: Path, qtbot, stack: ExitStack) -> None:
    window.actions_of.demo.trigger()
    in_the_middle_of(window.context.operations, qtbot, "Preparing the demo")


def auditing(window: MainWindow, path: Path, qtbot, stack: ExitStack) -> None:
    window.tabs.go_to("Audit")
    window.context.navigator.audit_wanted.emit("deep")
    in_the_middle_of(window.context.operations, qtbot, "Deep audit")


def backing_up(window: MainWindow, path: Path, qtbot, stack: ExitStack) -> None:
    window.files.back_up(str(path.with_name("copy.db")))
    in_the_middle_of(window.context.operations, qtbot, "Backing up")


def visiting(name: str) -> Callable[[MainWindow, Path, object, ExitStack], None]:
    """Return a state in which the tab of this name has just asked its first questions."""

    def visit(window: MainWindow, path: Path, qtbot: object, stack: ExitStack) -> None:
        assert window.tabs.go_to(name)
        window.refresh()

    visit.__name__ = f"reading_for_{name}"
    return visit


def taking_a_sample(window: MainWindow, path: Path, qtbot, stack: ExitStack) -> None:
    for _ in range(20):
        window.context.history.take()
        window.session.take_pulse()


def waiting_for_a_lock(window: MainWindow, path: Path, qtbot, stack: ExitStack) -> None:
    stack.enter_context(holding_the_lock(path))
    client = window.context.operations
    client.submit(Job("Writing", insert_row, Target(path, "read_write")), window)
    in_the_middle_of(client, qtbot, "Writing")


def opening_a_locked_file(window: MainWindow, path: Path, qtbot, stack: ExitStack) -> None:
    other = path.with_name("locked.db")
    with open_database(other, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY)")
    engine = stack.enter_context(a_process(WRITER, other))
    tell(engine, "BEGIN EXCLUSIVE")
    wait_for_line(engine, "done")
    window.open_path(other)
    in_the_middle_of(window.context.browse, qtbot, "Opening")


STATES = (
    creating,
    making_the_demo,
    auditing,
    backing_up,
    taking_a_sample,
    waiting_for_a_lock,
    opening_a_locked_file,
    *(visiting(name) for name in ("Overview", "Audit", "Throughput")),
)


@pytest.mark.parametrize("reach", STATES, ids=lambda state: state.__name__)
def test_closing_leaves_the_file_whole_and_free(
    context: WindowContext, tmp_path: Path, demo_rows: Path, qtbot, reach
):
    window = show_window(context, qtbot)
    open_and_settle(window, demo_rows, qtbot)
    with ExitStack() as stack:
        reach(window, demo_rows, qtbot, stack)
        window.close()
        qtbot.waitUntil(lambda: window.has_ended, timeout=PATIENCE_MS)
    assert not window.isVisible()
    assert all(client.has_ended for client in context.clients)
    assert_free(demo_rows)
    assert not [path.name for path in tmp_path.rglob("*") if "partial" in path.name]
    for other in ("copy.db", "new.db"):
        assert_whole_or_absent(demo_rows.with_name(other))


@pytest.fixture
def demo_rows(writable_demo: Path) -> Path:
    """The demo, in a folder of its own, with the table that the writing jobs use."""
    folder = writable_demo.with_name("data")
    folder.mkdir()
    path = writable_demo.rename(folder / "demo.db")
    with a_process(WRITER, path) as engine:
        tell(engine, "CREATE TABLE item (id INTEGER PRIMARY KEY)")
        wait_for_line(engine, "done")
        tell(engine, "PRAGMA wal_checkpoint(TRUNCATE)")
        wait_for_line(engine, "done")
    return path


def assert_free(path: Path) -> None:
    """Check that nobody holds the file, that another process can write, and that all fits."""
    with a_process(LOOKER, path) as looker:
        assert looker.stdout is not None
        assert str(os.getpid()) not in looker.stdout.readline().split()
    with a_process(WRITER, path) as engine:
        tell(engine, "BEGIN EXCLUSIVE; INSERT INTO item DEFAULT VALUES; COMMIT")
        wait_for_line(engine, "done")
    with open_database(path) as connection:
        assert connection.read_value("PRAGMA integrity_check") == "ok"
        assert connection.read_int("SELECT count(*) FROM item") == 1
        assert connection.read_int("SELECT count(*) FROM trades") > 0
    assert read_users(path).alone


def assert_whole_or_absent(path: Path) -> None:
    if path.exists() and path.stat().st_size:
        with open_database(path) as connection:
            assert connection.read_value("PRAGMA integrity_check") == "ok"


def test_closing_twice_and_while_it_ends(context: WindowContext, tmp_path: Path, qtbot):
    path = make_database(tmp_path / "closing.db")
    window = show_window(context, qtbot)
    open_and_settle(window, path, qtbot)
    window.close()
    window.close()
    qtbot.waitUntil(lambda: window.has_ended, timeout=PATIENCE_MS)
    # What comes after the end asks nobody and fails nowhere.
    window.open_path(path)
    window.refresh()
    window.run_audit()
    window.close_file()
    assert read_users(path).alone
