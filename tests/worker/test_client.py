"""Jobs and answers: order, thread, values, errors, who is still told."""

from __future__ import annotations

import logging
import threading
from functools import partial

import pytest
import shiboken6
from PySide6.QtCore import QObject, QThread

from cts_console.errors import CtsError
from cts_console.progress import Progress
from cts_console.sqlite import open_database
from cts_console.worker import Job, Outcome, Target, Ticket
from tests.worker.work import (
    Asker,
    insert_row,
    make_database,
    read_count,
    run_heavy,
    wait_for_stop,
)


class Witness(QObject):
    """Listens to a client in the thread of the user interface."""

    def __init__(self, client) -> None:
        super().__init__()
        self.started: list[Ticket] = []
        self.progress: list[Progress] = []
        self.ended: list[Outcome] = []
        self.errors: list[CtsError] = []
        client.job_started.connect(self.on_started)
        client.progress_changed.connect(self.on_progress)
        client.job_ended.connect(self.on_ended)
        client.failed.connect(self.on_failed)

    def on_started(self, ticket):
        self.started.append(ticket)

    def on_progress(self, ticket, progress):
        self.progress.append(progress)

    def on_ended(self, outcome):
        self.ended.append(outcome)

    def on_failed(self, error):
        self.errors.append(error)


def test_jobs_run_in_the_order_in_which_they_came(asker, database, qtbot):
    order: list[int] = []

    def work(_connection, _errand, number):
        order.append(number)
        return number

    for number in range(50):
        asker.ask(partial(work, number=number), Target(database))
    qtbot.waitUntil(lambda: asker.answers == 50)
    assert order == asker.values == list(range(50))


def test_the_answer_comes_in_the_thread_of_the_user_interface(client, qtbot):
    threads = []
    owner = QObject()

    def work(_connection, _errand):
        return threading.get_ident(), QThread.currentThread()

    def done(value):
        threads.append((value, threading.get_ident()))

    client.submit(Job("A test", work), owner, done)
    qtbot.waitUntil(lambda: bool(threads))
    (worked, _qt_thread), answered = threads[0]
    assert answered == threading.get_ident()
    assert worked != answered


@pytest.mark.parametrize("value", [2**31, 2**40, 2**63 - 1, -(2**63), 2**70, b"\0" * 10, None, 1.5])
def test_values_cross_the_threads_unchanged(asker, qtbot, value):
    asker.ask(lambda _c, _e: value)
    qtbot.waitUntil(lambda: asker.answers == 1)
    assert asker.values == [value]


def test_progress_of_64_bits_is_sampled_and_not_sent_per_row(client, qtbot):
    witness = Witness(client)
    asker = Asker(client)
    ready = threading.Event()

    def work(_connection, errand):
        for done in range(200_000):
            errand.on_progress(Progress(done, 2**40, "bytes"))
        errand.on_progress(Progress(2**35, 2**40, "bytes"))
        assert ready.wait(60)

    asker.ask(work)
    qtbot.waitUntil(lambda: any(p.done == 2**35 for p in witness.progress))
    ready.set()
    qtbot.waitUntil(lambda: asker.answers == 1)
    assert asker.errors == []
    assert witness.progress[-1].total == 2**40
    assert len(witness.progress) < 1_000


def test_an_expected_failure_reaches_who_asked(asker, tmp_path, qtbot):
    asker.ask(read_count, Target(tmp_path / "missing.db"))
    qtbot.waitUntil(lambda: asker.answers == 1)
    assert asker.errors[0].code == "not_found"


def test_a_failure_without_a_listener_is_told_by_the_client(client, tmp_path, qtbot):
    witness = Witness(client)
    owner = QObject()
    client.submit(Job("A test", read_count, Target(tmp_path / "missing.db")), owner)
    qtbot.waitUntil(lambda: bool(witness.errors))
    assert witness.errors[0].code == "not_found"


def test_a_stop_without_a_listener_is_not_told_as_a_failure(client, qtbot):
    witness = Witness(client)
    owner = QObject()
    client.submit(Job("A test", wait_for_stop), owner)
    client.stop()
    qtbot.waitUntil(lambda: bool(witness.ended))
    assert witness.errors == []


def test_a_bug_is_told_as_one_sentence_and_logged_with_its_trace(asker, qtbot, caplog):
    def work(_connection, _errand):
        raise ZeroDivisionError("the very mistake")

    with caplog.at_level(logging.ERROR):
        asker.ask(work)
        qtbot.waitUntil(lambda: asker.answers == 1)
    error = asker.errors[0]
    assert error.code == "internal"
    assert "the very mistake" in error.message
    assert "Traceback" not in error.message
    assert "Traceback" in caplog.text


def test_the_thread_serves_on_after_a_bug(asker, database, qtbot):
    def work(connection, _errand):
        connection.execute("BEGIN; SELECT 1")
        raise ValueError("in the middle of a transaction")

    asker.ask(work, Target(database))
    asker.ask(read_count, Target(database))
    qtbot.waitUntil(lambda: asker.answers == 2)
    assert asker.values == [3]


def test_quiet_jobs_are_not_shown(client, qtbot):
    witness = Witness(client)
    asker = Asker(client)
    asker.ask(lambda _c, _e: 1, quiet=True)
    asker.ask(lambda _c, _e: 2)
    qtbot.waitUntil(lambda: asker.answers == 2)
    assert [ticket.number for ticket in witness.started] == [2]
    assert [outcome.value for outcome in witness.ended] == [2]


def test_a_newer_question_with_the_same_key_withdraws_the_older(asker, qtbot):
    asker.ask(wait_for_stop, key="page")
    asker.ask(lambda _c, _e: "other", key="count")
    asker.ask(lambda _c, _e: "newer", key="page")
    qtbot.waitUntil(lambda: not asker.client.is_busy)
    assert asker.values == ["other", "newer"]
    assert asker.errors == []


def test_keys_of_another_owner_are_left_alone(client, qtbot):
    one, other = Asker(client), Asker(client)
    one.ask(lambda _c, _e: 1, key="page")
    other.ask(lambda _c, _e: 2, key="page")
    qtbot.waitUntil(lambda: not client.is_busy)
    assert (one.values, other.values) == ([1], [2])


def test_withdrawing_everything_of_an_owner(client, qtbot):
    one, other = Asker(client), Asker(client)
    one.ask(wait_for_stop)
    one.ask(lambda _c, _e: 1, key="page")
    other.ask(lambda _c, _e: 2)
    client.withdraw(one)
    qtbot.waitUntil(lambda: not client.is_busy)
    assert one.answers == 0
    assert other.values == [2]


def test_nothing_is_called_once_the_owner_is_destroyed(client, qtbot):
    told: list[object] = []
    owner = QObject()
    started = threading.Event()
    go_on = threading.Event()

    def work(_connection, _errand):
        started.set()
        assert go_on.wait(60)

    client.submit(Job("A test", work), owner, told.append, told.append)
    assert started.wait(60)
    shiboken6.delete(owner)
    go_on.set()
    qtbot.waitUntil(lambda: not client.is_busy)
    assert told == []


def test_a_file_that_was_replaced_is_opened_again(asker, database, tmp_path, qtbot):
    asker.ask(read_count, Target(database))
    qtbot.waitUntil(lambda: asker.answers == 1)
    make_database(tmp_path / "newer.db", rows=7).replace(database)
    asker.ask(read_count, Target(database))
    qtbot.waitUntil(lambda: asker.answers == 2)
    assert asker.values == [3, 7]


def test_a_file_that_was_deleted_is_missed(asker, database, qtbot):
    asker.ask(read_count, Target(database))
    qtbot.waitUntil(lambda: asker.answers == 1)
    database.unlink()
    asker.ask(read_count, Target(database))
    qtbot.waitUntil(lambda: asker.answers == 2)
    assert [error.code for error in asker.errors] == ["not_found"]


def test_one_connection_serves_many_jobs_and_another_access_gets_another(asker, database, qtbot):
    def identify(connection, _errand):
        return id(connection.raw), connection.profile

    for access in ("read_only", "read_only", "read_write"):
        asker.ask(identify, Target(database, access))
    qtbot.waitUntil(lambda: asker.answers == 3)
    first, second, third = asker.values
    assert first == second
    assert (first[1], third[1]) == ("read_only", "read_write")


def test_a_read_only_target_cannot_write(asker, database, qtbot):
    asker.ask(insert_row, Target(database))
    asker.ask(insert_row, Target(database, "read_write"))
    qtbot.waitUntil(lambda: asker.answers == 2)
    assert [error.code for error in asker.errors] == ["read_only"]
    assert asker.values == [1]


def test_work_that_opens_the_file_itself_finds_the_thread_without_a_connection(
    asker, database, qtbot
):
    def take_exclusively(_connection, _errand):
        # Leaving WAL mode needs every other connection closed, this process's own as well.
        with open_database(database, "read_write") as own:
            own.set_busy_timeout(0)
            return own.read_value("PRAGMA journal_mode = DELETE")

    asker.ask(read_count, Target(database))
    asker.ask(take_exclusively)
    asker.ask(take_exclusively, releases_file=True)
    qtbot.waitUntil(lambda: asker.answers == 3)
    assert [error.code for error in asker.errors] == ["locked"]
    assert asker.values == [3, "delete"]


def test_a_callback_may_submit_the_next_job(client, qtbot):
    owner = QObject()
    seen = []

    def again(value):
        seen.append(value)
        if value < 5:
            client.submit(Job("A test", lambda _c, _e: value + 1), owner, again)

    client.submit(Job("A test", lambda _c, _e: 1), owner, again)
    qtbot.waitUntil(lambda: seen == [1, 2, 3, 4, 5])


def test_the_time_limit_of_a_job(asker, database, qtbot):
    asker.ask(run_heavy, Target(database), timeout_s=0.05)
    asker.ask(read_count, Target(database))
    qtbot.waitUntil(lambda: asker.answers == 2)
    assert [error.code for error in asker.errors] == ["timeout"]
    assert asker.values == [3]


def test_how_long_a_job_has_been_running(client, asker, qtbot):
    assert client.running_for_s == 0
    asker.ask(wait_for_stop)
    qtbot.waitUntil(lambda: client.running_for_s > 0)
    client.stop()
    qtbot.waitUntil(lambda: client.running_for_s == 0)
    assert not client.is_busy
