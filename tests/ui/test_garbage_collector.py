"""Cycles die in the thread of the user interface, also those that a worker thread makes."""

from __future__ import annotations

import gc
import threading
import weakref

from cts_console.ui import garbage


class Cycle:
    def __init__(self, died_in: list[str]) -> None:
        self.itself = self
        weakref.finalize(self, lambda: died_in.append(threading.current_thread().name))


def make_cycles(died_in: list[str]) -> None:
    for _ in range(5_000):
        Cycle(died_in)


def test_cycles_of_a_worker_die_in_the_thread_of_the_user_interface(qtbot, monkeypatch) -> None:
    monkeypatch.setattr(garbage, "INTERVAL_MS", 10)
    was_enabled = gc.isenabled()
    died_in: list[str] = []
    collector = garbage.GarbageCollector()
    try:
        assert not gc.isenabled()
        worker = threading.Thread(target=make_cycles, args=(died_in,), name="worker")
        worker.start()
        worker.join()
        assert died_in == []
        qtbot.waitUntil(lambda: len(died_in) == 5_000)
        assert set(died_in) == {threading.main_thread().name}
    finally:
        collector.stop()
    assert gc.isenabled()
    if not was_enabled:
        gc.disable()
