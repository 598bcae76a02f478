"""The running job in the status bar, Stop and Esc, and closing in the middle of every job."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import Qt

from cts_console.maintenance import read_users
from cts_console.progress import Progress
from cts_console.sqlite import open_database
from cts_console.worker import Job, Target
from tests.processes import a_process, tell, wait_for_line
from tests.worker.work import ENGINE, insert_row, make_database, run_heavy, wait_for_stop


def run(window, job, client=None):
    answers: list[Any] = []
    (client or window.context.operations).submit(job, window, answers.append, answers.append)
    return answers


@pytest.mark.parametrize(
    "progress",
    [
        Progress.of_bytes(2**40, 2**41, "market_data"),
        # Nobody knows how many rows there are; how much of the file is read is known.
        Progress(7, None, "rows", "market_data", bytes_done=240, bytes_total=480),
    ],
)
def test_a_job_is_shown_with_progress_and_stopped_by_the_button(window, qtbot, progress):
    def work(_connection, errand):
        errand.on_progress(progress)
        wait_for_stop(None, errand)

    jobs = window.status.jobs
    answers = run(window, Job("Deep audit", work))
    qtbot.waitUntil(lambda: jobs.title.text() == "Deep audit: market_data")
    assert jobs.bar.value() == 500
    assert jobs.is_stoppable
    jobs.stop_button.click()
    qtbot.waitUntil(lambda: bool(answers))
    assert answers[0].code == "cancelled"
    qtbot.waitUntil(lambda: jobs.title.text() == "")
    assert not jobs.is_stoppable


def test_esc_stops_as_well(window, qtbot):
    answers = run(window, Job("Deep audit", wait_for_stop))
    qtbot.waitUntil(lambda: window.status.jobs.is_stoppable)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: bool(answers))
    assert answers[0].code == "cancelled"


def test_a_small_question_is_shown_once_it_takes_long(window, demo_database, qtbot):
    jobs = window.status.jobs
    client = window.context.browse
    answers = run(window, Job("Counting", run_heavy, Target(demo_database), quiet=True), client)
    qtbot.waitUntil(lambda: jobs.title.text() == "Counting")
    jobs.stop()
    qtbot.waitUntil(lambda: bool(answers))
    assert answers[0].code == "cancelled"


def test_stop_takes_the_job_that_is_shown(window, qtbot):
    """Two threads work: the one that is worth showing is stopped, the other goes on."""
    context = window.context
    go_on = threading.Event()
    quiet = run(window, Job("Sampling", lambda _c, _e: go_on.wait(60), quiet=True), context.monitor)
    shown = run(window, Job("Deep audit", wait_for_stop))
    qtbot.waitUntil(lambda: window.status.jobs.title.text() == "Deep audit")
    window.stop()
    qtbot.waitUntil(lambda: bool(shown))
    assert quiet == []
    go_on.set()
    qtbot.waitUntil(lambda: quiet == [True])


def test_our_own_oldest_read_is_told(open_in, demo_database, qtbot):
    window = open_in(demo_database)
    assert window.status.reading.text() == "no read open"
    answers = run(window, Job("Counting", run_heavy, Target(demo_database)))
    qtbot.waitUntil(lambda: "reading for up to" in window.status.reading.text())
    window.stop()
    qtbot.waitUntil(lambda: bool(answers))
    qtbot.waitUntil(lambda: window.status.reading.text() == "no read open")


def test_a_failure_that_nobody_waits_for_ends_in_the_message_bar(window, tmp_path, qtbot):
    target = Target(tmp_path / "missing.db")
    window.context.browse.submit(Job("A page", run_heavy, target, quiet=True), window)
    qtbot.waitUntil(lambda: bool(window.messages.messages))
    assert window.messages.messages[0].title == "No such file"


# Closing


def idle(window, path, qtbot):
    pass


def heavy_reading(window, path, qtbot):
    run(window, Job("Counting", run_heavy, Target(path)), window.context.browse)
    qtbot.waitUntil(lambda: window.context.browse.running is not None)


def backing_up(window, path, qtbot):
    window.files.back_up(str(path.with_name("copy.db")))


def creating(window, path, qtbot):
    window.files.create(str(path.with_name("new.db")))
    qtbot.waitUntil(lambda: window.context.operations.running is not None)


def writing(window, path, qtbot):
    inserted = threading.Event()

    def work(connection, errand):
        connection.execute("BEGIN IMMEDIATE; INSERT INTO item DEFAULT VALUES")
        inserted.set()
        run_heavy(connection, errand)

    run(window, Job("Inserting", work, Target(path, "read_write")))
    assert inserted.wait(60)


def all_threads_busy_and_queues_full(window, path, qtbot):
    context = window.context
    for client in (context.operations, context.browse, context.monitor):
        for _ in range(50):
            run(window, Job("Counting", run_heavy, Target(path)), client)


STATES = (idle, heavy_reading, backing_up, creating, writing, all_threads_busy_and_queues_full)


@pytest.mark.parametrize("reach", STATES, ids=lambda state: state.__name__)
def test_closing_in_the_middle_of_every_kind_of_job(window, open_in, tmp_path, qtbot, reach):
    path = make_database(tmp_path / "closing.db", rows=5)
    open_in(path)
    reach(window, path, qtbot)
    window.close()
    qtbot.waitUntil(lambda: window.has_ended, timeout=20_000)
    assert not window.isVisible()
    assert read_users(path).alone
    with open_database(path) as connection:
        assert connection.read_int("SELECT count(*) FROM item") == 5
        assert connection.read_value("PRAGMA integrity_check") == "ok"
    assert not [left for left in tmp_path.iterdir() if "partial" in left.name]


def test_closing_while_another_process_holds_the_lock(window, open_in, tmp_path, qtbot):
    path = make_database(tmp_path / "closing.db")
    open_in(path)
    with a_process(ENGINE, path, 0) as engine:
        wait_for_line(engine, "open")
        tell(engine, "BEGIN IMMEDIATE")
        wait_for_line(engine, "done")
        ticket = window.context.operations.submit(
            Job("Writing", insert_row, Target(path, "read_write")),
            window,
        )
        qtbot.waitUntil(lambda: ticket.errand.progress is not None)
        window.close()
        qtbot.waitUntil(lambda: window.has_ended)


def test_work_that_cannot_be_stopped_keeps_the_window_alive_and_is_told(window, qtbot):
    started, go_on = threading.Event(), threading.Event()

    def deaf(_connection, _errand):
        started.set()
        go_on.wait(60)

    run(window, Job("Deaf", deaf))
    assert started.wait(60)
    window.close()
    assert window.isVisible()
    assert "safe end" in window.messages.messages[0].text
    go_on.set()
    qtbot.waitUntil(lambda: window.has_ended)
    assert not window.isVisible()


def test_the_tip_of_the_read_tells_what_was_measured(open_in, plain_database, qtbot):
    from cts_console.sqlite import open_database, read_transaction, transaction

    window = open_in(plain_database)
    qtbot.waitUntil(lambda: window.status._use is not None)
    with open_database(plain_database, "read_write") as connection:
        with transaction(connection):
            qtbot.wait(20)
        with read_transaction(connection):
            qtbot.wait(1_100)
            window.status.show_reading()
            assert "open now is 1." in window.status.reading.toolTip()
    window.status.show_reading()
    tip = window.status.reading.toolTip()
    assert "open now is 0 ms old" in tip
    assert "for 0 ms in all" not in tip
