"""Stop works at once in every place, and what follows it is served."""

from __future__ import annotations

import threading

import pytest

from cts_console.sqlite import transaction
from cts_console.worker import Target
from tests.processes import a_process, tell, wait_for_line
from tests.worker.work import ENGINE, insert_row, read_count, run_heavy, wait_for_stop


def begun(client, qtbot):
    qtbot.waitUntil(lambda: client.running is not None)


def test_stop_while_a_heavy_statement_runs_and_the_next_job_works(client, asker, database, qtbot):
    asker.ask(run_heavy, Target(database))
    asker.ask(read_count, Target(database))
    begun(client, qtbot)
    client.stop()
    qtbot.waitUntil(lambda: asker.answers == 2)
    assert [error.code for error in asker.errors] == ["cancelled"]
    assert asker.values == [3]


def test_stop_while_waiting_for_a_lock(client, asker, database, qtbot):
    with a_process(ENGINE, database, 0) as engine:
        wait_for_line(engine, "open")
        tell(engine, "BEGIN IMMEDIATE")
        wait_for_line(engine, "done")
        ticket = asker.ask(insert_row, Target(database, "read_write"))
        qtbot.waitUntil(lambda: ticket.errand.progress is not None)
        assert "another process is writing" in ticket.errand.progress.note
        client.stop()
        qtbot.waitUntil(lambda: asker.answers == 1)
        assert asker.errors[0].code == "cancelled"
        tell(engine, "COMMIT")
        wait_for_line(engine, "done")
    asker.ask(insert_row, Target(database, "read_write"))
    asker.ask(read_count, Target(database))
    qtbot.waitUntil(lambda: asker.answers == 3)
    assert asker.values == [1, 4]


def test_stop_between_two_jobs_hits_neither(client, asker, database, qtbot):
    asker.ask(read_count, Target(database))
    qtbot.waitUntil(lambda: asker.answers == 1)
    client.stop()
    asker.ask(read_count, Target(database))
    qtbot.waitUntil(lambda: asker.answers == 2)
    assert asker.values == [3, 3]


def test_stop_hits_the_job_that_a_person_sees_not_the_one_after(client, asker, database, qtbot):
    """The thread is ahead of the window: the job that it runs by now is not the one shown."""
    second_runs = threading.Event()
    go_on = threading.Event()

    def second(_connection, errand):
        second_runs.set()
        assert go_on.wait(60)
        errand.cancel.raise_if_cancelled()
        return "second"

    asker.ask(lambda _c, _e: "first")
    asker.ask(second)
    # No event is processed here: the window still believes that the first job runs.
    assert second_runs.wait(60)
    client.stop()
    go_on.set()
    qtbot.waitUntil(lambda: asker.answers == 2)
    assert asker.values == ["first", "second"]


def test_stop_of_a_job_that_has_not_begun(client, asker, qtbot):
    asker.ask(wait_for_stop)
    client.stop()
    qtbot.waitUntil(lambda: asker.answers == 1)
    assert asker.errors[0].code == "cancelled"


def test_a_stop_in_a_transaction_leaves_the_state_before(client, asker, database, qtbot):
    inserted = threading.Event()

    def work(connection, errand):
        with transaction(connection):
            connection.execute("INSERT INTO item DEFAULT VALUES")
            inserted.set()
            run_heavy(connection, errand)

    asker.ask(work, Target(database, "read_write"))
    assert inserted.wait(60)
    client.stop()
    asker.ask(read_count, Target(database))
    qtbot.waitUntil(lambda: asker.answers == 2)
    assert [error.code for error in asker.errors] == ["cancelled"]
    assert asker.values == [3]


def test_many_stops_at_any_moment_never_harm_the_next_job(client, asker, database, qtbot):
    for round_number in range(30):
        ticket = asker.ask(run_heavy, Target(database))
        for _ in range(round_number * 500):
            pass
        ticket.errand.cancel.cancel()
        asker.ask(read_count, Target(database))
    qtbot.waitUntil(lambda: asker.answers == 60, timeout=20_000)
    assert {error.code for error in asker.errors} == {"cancelled"}
    assert asker.values == [3] * 30


def test_a_real_failure_is_not_hidden_by_a_stop(client, asker, qtbot):
    from cts_console.errors import CtsError

    def work(_connection, errand):
        errand.cancel.wait(60)
        raise CtsError("disk_full", "The disk is full", "Nothing could be written.")

    asker.ask(work)
    begun(client, qtbot)
    client.stop()
    qtbot.waitUntil(lambda: asker.answers == 1)
    assert asker.errors[0].code == "disk_full"


LEFT_OPEN = {
    "a stream that nobody read to its end": lambda connection: (
        stream := connection.stream_rows("SELECT id FROM item"),
        next(stream),
        stream,
    ),
    "a read transaction": lambda connection: connection.execute("BEGIN; SELECT count(*) FROM item"),
    "a write transaction": lambda connection: connection.execute(
        "BEGIN IMMEDIATE; INSERT INTO item DEFAULT VALUES"
    ),
}


@pytest.mark.parametrize("leave", LEFT_OPEN.values(), ids=LEFT_OPEN.keys())
def test_no_transaction_stays_open_after_a_job(client, asker, database, qtbot, leave):
    """The proof is the engine's: a checkpoint that resets the log needs every reader gone."""
    with a_process(ENGINE, database, 0) as engine:
        wait_for_line(engine, "open")
        asker.ask(lambda connection, _errand: leave(connection), Target(database, "read_write"))
        qtbot.waitUntil(lambda: asker.answers == 1)
        assert asker.errors == []
        tell(engine, "INSERT INTO item VALUES (100)")
        wait_for_line(engine, "done")
        tell(engine, "PRAGMA wal_checkpoint(TRUNCATE)")
        wait_for_line(engine, "done")
        assert database.with_name(database.name + "-wal").stat().st_size == 0
        asker.ask(read_count, Target(database))
        qtbot.waitUntil(lambda: asker.answers == 2)
        assert asker.values[-1] == 4


def test_an_error_that_somebody_keeps_holds_no_snapshot(client, asker, database, qtbot):
    def work(connection, _errand):
        stream = connection.stream_rows("SELECT id FROM item")
        next(stream)
        raise ValueError("with an open stream in its frame")

    with a_process(ENGINE, database, 0) as engine:
        wait_for_line(engine, "open")
        asker.ask(work, Target(database))
        qtbot.waitUntil(lambda: asker.answers == 1)
        kept = asker.errors[0]
        tell(engine, "INSERT INTO item VALUES (100)")
        wait_for_line(engine, "done")
        tell(engine, "PRAGMA wal_checkpoint(TRUNCATE)")
        wait_for_line(engine, "done")
        assert database.with_name(database.name + "-wal").stat().st_size == 0
        assert kept.__traceback__ is None
