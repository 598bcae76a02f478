"""A client ends in every state: no thread, no connection, no lock is left."""

from __future__ import annotations

import os
import threading

import pytest
from PySide6.QtCore import QObject

from cts_console.maintenance import read_users
from cts_console.sqlite import transaction
from cts_console.worker import Client, Job, Target
from tests.processes import a_process, tell, wait_for_line
from tests.worker.work import ENGINE, Asker, insert_row, read_count, run_heavy, wait_for_stop

# Another process sees of this one what the system tells: locks and open descriptors.
LOOKER = """
import sys
from cts_console.maintenance import read_users
for line in sys.stdin:
    pids = [holder.pid for holder in read_users(sys.argv[1]).holders]
    print("held" if int(sys.argv[2]) in pids else "free", flush=True)
"""


def is_held(database) -> bool:
    with a_process(LOOKER, database, os.getpid()) as looker:
        tell(looker, "look")
        assert looker.stdout is not None
        return looker.stdout.readline().strip() == "held"


def idle(asker, database, qtbot):
    asker.ask(read_count, Target(database))
    qtbot.waitUntil(lambda: asker.answers == 1)


def running_sql(asker, database, qtbot):
    asker.ask(run_heavy, Target(database))
    qtbot.waitUntil(lambda: asker.client.running is not None)


def running_without_sql(asker, database, qtbot):
    asker.ask(wait_for_stop)
    qtbot.waitUntil(lambda: asker.client.running is not None)


def in_a_write_transaction(asker, database, qtbot):
    inserted = threading.Event()

    def work(connection, errand):
        with transaction(connection):
            connection.execute("INSERT INTO item DEFAULT VALUES")
            inserted.set()
            run_heavy(connection, errand)

    asker.ask(work, Target(database, "read_write"))
    assert inserted.wait(60)


def queue_full(asker, database, qtbot):
    asker.ask(run_heavy, Target(database))
    for _ in range(200):
        asker.ask(insert_row, Target(database, "read_write"))


def answers_not_yet_delivered(asker, database, qtbot):
    done = threading.Event()
    asker.ask(read_count, Target(database))
    asker.ask(lambda _c, _e: done.set())
    assert done.wait(60)


def never_used(asker, database, qtbot):
    pass


STATES = (
    never_used,
    idle,
    running_sql,
    running_without_sql,
    in_a_write_transaction,
    queue_full,
    answers_not_yet_delivered,
)


@pytest.mark.parametrize("reach", STATES, ids=lambda state: state.__name__)
def test_shutdown_leaves_nothing(qapp, qtbot, database, reach):
    client = Client("test")
    asker = Asker(client)
    reach(asker, database, qtbot)
    told = asker.answers
    assert client.shutdown()
    assert client.has_ended
    qapp.processEvents()
    assert asker.answers == told
    assert not is_held(database)
    with a_process(ENGINE, database, 0) as engine:
        wait_for_line(engine, "open")
        tell(engine, "BEGIN EXCLUSIVE; INSERT INTO item VALUES (100); COMMIT")
        wait_for_line(engine, "done")
    assert read_users(database).alone


def test_shutdown_while_waiting_for_a_lock(qapp, qtbot, database):
    client = Client("test")
    asker = Asker(client)
    with a_process(ENGINE, database, 0) as engine:
        wait_for_line(engine, "open")
        tell(engine, "BEGIN IMMEDIATE")
        wait_for_line(engine, "done")
        ticket = asker.ask(insert_row, Target(database, "read_write"))
        qtbot.waitUntil(lambda: ticket.errand.progress is not None)
        assert client.shutdown()
        tell(engine, "INSERT INTO item VALUES (100); COMMIT")
        wait_for_line(engine, "done")
        assert not is_held(database)
    qapp.processEvents()


def test_the_connection_is_closed_in_its_own_thread(qapp, qtbot, database, monkeypatch):
    from cts_console.sqlite import Connection

    closed_by = []
    close = Connection.close

    def note(connection):
        closed_by.append(threading.get_ident())
        close(connection)

    monkeypatch.setattr(Connection, "close", note)
    client = Client("test")
    asker = Asker(client)
    asker.ask(lambda _c, _e: threading.get_ident(), Target(database))
    qtbot.waitUntil(lambda: asker.answers == 1)
    assert client.shutdown()
    assert closed_by == asker.values


def deaf_job(started: threading.Event, go_on: threading.Event) -> Job:
    def work(_connection, _errand):
        started.set()
        go_on.wait(60)

    return Job("Deaf", work)


def test_a_second_shutdown_does_nothing(qapp, database):
    client = Client("test")
    assert client.shutdown()
    assert client.shutdown()


def test_a_job_after_the_shutdown_is_never_run_nor_answered(qapp, database):
    client = Client("test")
    asker = Asker(client)
    assert client.shutdown()
    asker.ask(read_count, Target(database))
    qapp.processEvents()
    assert asker.answers == 0
    assert not client.is_busy


def test_work_that_ignores_its_stop_is_reported_and_ends_later(qapp, qtbot):
    client = Client("test")
    owner = QObject()
    started, go_on = threading.Event(), threading.Event()
    client.submit(deaf_job(started, go_on), owner)
    assert started.wait(60)
    assert not client.shutdown(timeout_ms=100)
    assert not client.has_ended
    go_on.set()
    assert client.shutdown()


def test_beginning_the_shutdown_waits_for_nothing(qapp, qtbot):
    client = Client("test")
    owner = QObject()
    started, go_on = threading.Event(), threading.Event()
    client.submit(deaf_job(started, go_on), owner)
    assert started.wait(60)
    client.begin_shutdown()
    assert not client.has_ended
    go_on.set()
    qtbot.waitUntil(lambda: client.has_ended)
