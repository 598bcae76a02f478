"""The button that starts a simulated engine: where it is, what it starts, and how that ends."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt

from cts_console.engine.simulated import SimulationOptions
from cts_console.errors import CtsError
from cts_console.maintenance import read_users
from cts_console.sqlite import open_database
from cts_console.ui.context import WindowContext
from cts_console.ui.main_window import MainWindow
from cts_console.ui.tabs.throughput import ThroughputTab
from cts_console.ui.throughput import simulation
from cts_console.ui.throughput.simulation import SimulationButton
from tests.ui.conftest import opened

PATIENCE_MS = 30_000


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Collect what pyqtgraph leaves in this thread: a collection in another one would crash."""
    yield
    gc.collect()


@pytest.fixture
def told(context: WindowContext) -> list[object]:
    """What the message bar was told: errors and notices."""
    heard: list[object] = []
    context.navigator.error_raised.connect(heard.append)
    context.navigator.notice_raised.connect(heard.append)
    return heard


@pytest.fixture
def button(qtbot, context, writable_demo) -> Iterator[SimulationButton]:
    made = SimulationButton(context)
    qtbot.addWidget(made)
    made.set_database(opened(writable_demo))
    yield made
    made.end()


def count_trades(path) -> int:
    with open_database(path) as connection:
        return connection.read_int("SELECT count(*) FROM trades")


def wait_until_it_writes(qtbot, path, more_than: int) -> None:
    qtbot.waitUntil(lambda: count_trades(path) > more_than, timeout=PATIENCE_MS)


def test_it_is_only_there_for_invented_data(qtbot, open_tab, empty_database, demo_database):
    tab = open_tab(ThroughputTab, demo_database)
    button = tab._simulation
    assert not button.isHidden()
    assert button.text()
    assert button.toolTip()
    tab.set_database(opened(empty_database))
    assert button.isHidden()
    tab.set_database(None)
    assert button.isHidden()


def test_it_starts_and_stops_an_engine(qtbot, button, writable_demo, told):
    before = count_trades(writable_demo)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.is_running
    wait_until_it_writes(qtbot, writable_demo, before)
    started = button.text()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.isEnabled()
    qtbot.waitUntil(lambda: not button.is_running, timeout=PATIENCE_MS)
    assert button.isEnabled()
    assert button.text() != started
    (notice,) = told
    assert "rows in" in str(notice)
    with open_database(writable_demo) as connection:
        running = "SELECT count(*) FROM trade_engine_state WHERE status = 'running'"
        assert connection.read_int(running) == 0


def test_another_file_ends_it_and_the_lock_switch_does_not(
    qtbot, button, writable_demo, empty_database
):
    before = count_trades(writable_demo)
    button.start()
    wait_until_it_writes(qtbot, writable_demo, before)
    button.set_database(opened(writable_demo, writable=True))
    assert button.is_running
    assert button.isEnabled()
    button.set_database(opened(empty_database))
    qtbot.waitUntil(lambda: not button.is_running, timeout=PATIENCE_MS)
    assert button.isHidden()


def test_closing_the_window_ends_it(qtbot, context, writable_demo):
    window = MainWindow(context, (ThroughputTab,))
    qtbot.addWidget(window)
    window.show()
    window.open_path(writable_demo)
    qtbot.waitUntil(lambda: window.session.database is not None, timeout=PATIENCE_MS)
    (tab,) = window.tabs.tabs
    assert isinstance(tab, ThroughputTab)
    button = tab._simulation
    before = count_trades(writable_demo)
    button.start()
    wait_until_it_writes(qtbot, writable_demo, before)
    window.close()
    assert not button.is_running
    assert [row.pid for row in read_users(writable_demo).holders] == []


def test_an_engine_that_cannot_work_is_told(qtbot, button, told, monkeypatch):
    monkeypatch.setattr(simulation, "OPTIONS", SimulationOptions(symbols=0))
    button.start()
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    (error,) = told
    assert isinstance(error, CtsError)
    assert error.code == "usage"
    assert "symbols" in error.hint
    assert not button.is_running


def test_an_engine_that_dies_is_told(qtbot, button, writable_demo, told):
    before = count_trades(writable_demo)
    button.start()
    wait_until_it_writes(qtbot, writable_demo, before)
    os.kill(button._process.processId(), signal.SIGKILL)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    assert isinstance(told[0], CtsError)
    assert not button.is_running


def test_a_program_that_is_not_there_is_told(qtbot, button, told, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    button.start()
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    assert isinstance(told[0], CtsError)
    assert told[0].code == "no_permission"
    assert not button.is_running


def test_one_that_does_not_listen_is_killed(qtbot, button, told, monkeypatch):
    deaf = [sys.executable, "-c", "import time; print('on', flush=True); time.sleep(600)"]
    monkeypatch.setattr(simulation, "simulate_command", lambda *_, **__: deaf)
    button._patience.setInterval(50)
    button.start()
    qtbot.waitUntil(lambda: button._process.bytesAvailable() > 0, timeout=PATIENCE_MS)
    button.stop()
    qtbot.waitUntil(lambda: not button.is_running, timeout=PATIENCE_MS)
    # A person asked for its end: how it came is no error.
    assert [row for row in told if isinstance(row, CtsError)] == []
