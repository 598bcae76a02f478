"""The guard: one Stop that works at once, a time limit, and waits that are shown."""

# A context manager is what is tested here, so the block that raises is more than one statement.
# ruff: noqa: PT012, SIM117

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.sqlite import Connection, open_database
from tests.sqlite.children import Engine
from tests.sqlite.databases import ENDLESS

HOPE_S = 60.0
"""How long a test waits before it gives up hope; nothing is measured with it."""


@contextmanager
def stopper(started: threading.Event, action: Callable[[], None]) -> Iterator[None]:
    """Run `action` in another thread once `started` is set."""

    def run() -> None:
        assert started.wait(HOPE_S)
        action()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        started.set()
        thread.join()


@pytest.fixture
def running(connection: Connection) -> threading.Event:
    """Set by SQL's function `mark()`: a statement is being executed this moment."""
    event = threading.Event()

    def mark(*_: object) -> int:
        event.set()
        return 1

    connection.raw.create_scalar_function("mark", mark, 0)
    return event


ENDLESS_MARKED = ENDLESS.replace("SELECT 1 UNION", "SELECT mark() UNION")


def test_a_stop_from_another_thread_ends_a_running_statement(
    connection: Connection, running: threading.Event
) -> None:
    token = CancelToken()
    with pytest.raises(CtsError) as caught, stopper(running, token.cancel):
        with connection.guard(cancel=token):
            connection.read_rows(ENDLESS_MARKED)
    assert running.is_set()
    assert caught.value.code == "cancelled"
    assert connection.read_value("SELECT count(*) FROM t") == 10


def test_a_stop_ends_a_write_and_undoes_it(
    connection: Connection, running: threading.Event
) -> None:
    token = CancelToken()
    with pytest.raises(CtsError) as caught, stopper(running, token.cancel):
        with connection.guard(cancel=token):
            connection.execute(f"INSERT INTO t (a) {ENDLESS_MARKED}")
    assert caught.value.code == "cancelled"
    assert connection.read_value("SELECT count(*) FROM t") == 10


def test_an_interrupt_without_a_guard(connection: Connection, running: threading.Event) -> None:
    with pytest.raises(CtsError) as caught, stopper(running, connection.interrupt):
        connection.read_rows(ENDLESS_MARKED)
    assert caught.value.code == "cancelled"


def test_a_stop_that_came_before(connection: Connection) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(CtsError) as caught, connection.guard(cancel=token):
        pytest.fail("the block ran after the stop")
    assert caught.value.code == "cancelled"


def test_a_stop_by_the_progress_handler_alone(connection: Connection) -> None:
    """A token that is cancelled in the moment before the interrupt is subscribed still counts."""
    token = CancelToken()
    with pytest.raises(CtsError) as caught, connection.guard(cancel=token):
        token._event.set()
        connection.read_rows(ENDLESS)
    assert caught.value.code == "cancelled"


def test_a_time_limit(connection: Connection) -> None:
    with pytest.raises(CtsError) as caught, connection.guard(timeout_s=0.01):
        connection.read_rows(ENDLESS)
    assert caught.value.code == "timeout"
    assert "0.01 s" in caught.value.message
    assert connection.read_value("SELECT count(*) FROM t") == 10


def test_the_earlier_of_two_limits_counts(connection: Connection) -> None:
    for outer, inner in ((0.01, HOPE_S), (HOPE_S, 0.01)):
        with pytest.raises(CtsError) as caught, connection.guard(timeout_s=outer):
            with connection.guard(timeout_s=inner):
                connection.read_rows(ENDLESS)
        assert "0.01 s" in caught.value.message


def test_a_time_limit_hides_no_other_error(connection: Connection) -> None:
    with connection.guard(timeout_s=0.01):
        with pytest.raises(CtsError):
            connection.read_rows(ENDLESS)
        with pytest.raises(CtsError) as caught:
            connection.execute("INSERT INTO t (id) VALUES (1)")
    assert caught.value.code == "constraint"


# Waiting for a lock


@pytest.fixture
def locked(connection: Connection) -> Iterator[Connection]:
    """A connection to a file whose lock another process holds for good."""
    with Engine(connection.path) as engine:
        engine.execute("BEGIN EXCLUSIVE")
        yield connection


def test_the_wait_is_shown_and_can_be_stopped(locked: Connection) -> None:
    token = CancelToken()
    waits: list[float] = []

    def on_wait(waited_s: float) -> None:
        waits.append(waited_s)
        if len(waits) == 4:
            token.cancel()

    with pytest.raises(CtsError) as caught, locked.guard(cancel=token, on_wait=on_wait):
        locked.execute("BEGIN IMMEDIATE")
    assert caught.value.code == "cancelled"
    assert len(waits) == 4
    assert waits == sorted(waits)


def test_a_stop_from_another_thread_ends_the_wait(locked: Connection) -> None:
    token = CancelToken()
    waiting = threading.Event()
    with pytest.raises(CtsError) as caught, stopper(waiting, token.cancel):
        with locked.guard(cancel=token, on_wait=lambda _: waiting.set()):
            locked.execute("BEGIN IMMEDIATE")
    assert caught.value.code == "cancelled"


def test_a_stop_of_an_outer_guard_ends_the_wait_in_an_inner_one(locked: Connection) -> None:
    token = CancelToken()
    waits: list[float] = []

    def on_wait(waited_s: float) -> None:
        waits.append(waited_s)
        token.cancel()

    with pytest.raises(CtsError) as caught, locked.guard(cancel=token):
        with locked.guard(on_wait=on_wait):
            locked.execute("BEGIN IMMEDIATE")
    assert caught.value.code == "cancelled"
    assert len(waits) == 1


def test_a_time_limit_ends_the_wait(locked: Connection) -> None:
    with pytest.raises(CtsError) as caught, locked.guard(timeout_s=0.01):
        locked.execute("BEGIN IMMEDIATE")
    assert caught.value.code == "timeout"


def test_the_busy_timeout_ends_the_wait(locked: Connection) -> None:
    locked.set_busy_timeout(20)
    waits: list[float] = []
    with pytest.raises(CtsError) as caught, locked.guard(on_wait=waits.append):
        locked.execute("BEGIN IMMEDIATE")
    assert caught.value.code == "locked"
    assert waits
    with pytest.raises(CtsError) as caught, locked.guard(on_wait=waits.append):
        locked.set_busy_timeout(0)
        before = len(waits)
        locked.execute("BEGIN IMMEDIATE")
    assert caught.value.code == "locked"
    assert len(waits) == before


def test_the_wait_ends_when_the_lock_is_free(connection: Connection) -> None:
    with Engine(connection.path) as engine:
        engine.execute("BEGIN EXCLUSIVE")
        released: list[float] = []

        def on_wait(waited_s: float) -> None:
            if not released:
                engine.execute("COMMIT")
            released.append(waited_s)

        with connection.guard(on_wait=on_wait):
            assert connection.execute("INSERT INTO t (a) VALUES (1)") == 1
        assert released


def test_an_error_in_the_display_of_the_wait_is_heard(locked: Connection) -> None:
    def on_wait(_: float) -> None:
        raise RuntimeError("the window is gone")

    with pytest.raises(RuntimeError, match="window"), locked.guard(on_wait=on_wait):
        locked.execute("BEGIN IMMEDIATE")


def test_nested_guards_give_back_what_was_there(locked: Connection) -> None:
    locked.set_busy_timeout(20)
    outer: list[float] = []
    inner: list[float] = []

    def wait() -> None:
        with pytest.raises(CtsError):
            locked.execute("BEGIN IMMEDIATE")

    with locked.guard(on_wait=outer.append):
        with locked.guard(on_wait=inner.append):
            wait()
        assert inner
        seen = len(inner), len(outer)
        wait()
        assert len(inner) == seen[0]
        assert len(outer) > seen[1]
    seen = len(inner), len(outer)
    wait()
    assert (len(inner), len(outer)) == seen


# Interrupts that come at a bad time


def test_a_stray_interrupt_hits_no_later_statement(connection: Connection) -> None:
    connection.interrupt()
    assert len(connection.read_rows("SELECT * FROM t")) == 10
    token = CancelToken()
    with connection.guard(cancel=token):
        pass
    token.cancel()
    assert connection.execute("INSERT INTO t (a) VALUES (1)") == 1


def test_an_interrupt_after_closing_is_harmless(database: Path) -> None:
    token = CancelToken()
    connection = open_database(database)
    with connection.guard(cancel=token):
        connection.close()
        token.cancel()
    connection.interrupt()
    connection.close()


def test_interrupts_while_closing(database: Path) -> None:
    """Interrupts rain from another thread while connections are opened, used and closed."""
    current: list[Connection] = []
    stop = threading.Event()

    def rain() -> None:
        while not stop.is_set():
            for connection in current[-2:]:
                connection.interrupt()

    thread = threading.Thread(target=rain)
    thread.start()
    try:
        for _ in range(50):
            with open_database(database) as connection:
                current.append(connection)
    finally:
        stop.set()
        thread.join()
    assert len(current) == 50


def test_two_hundred_stops_leave_the_connection_usable(connection: Connection) -> None:
    for _ in range(200):
        token = CancelToken()
        started = threading.Event()
        with stopper(started, token.cancel), pytest.raises(CtsError) as caught:
            with connection.guard(cancel=token):
                started.set()
                connection.read_rows(ENDLESS)
        assert caught.value.code == "cancelled"
        assert connection.read_int("SELECT count(*) FROM t") == 10
