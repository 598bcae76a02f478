from __future__ import annotations

import sys

from cts_console.ui.tabs.throughput import ThroughputTab
from tests.processes import IDLE_ENGINE, a_process, tell, wait_for_line


def seen(tab) -> str:
    assert tab.locks is not None
    cards = [card.title.text() for card in tab.locks.cards]
    return "\n".join([tab.locks.message.text(), *cards, tab.locks.advice.text()])


def opened(open_tab, qtbot, path):
    tab = open_tab(ThroughputTab, path)
    tab.show_locks()
    qtbot.waitUntil(tab.locks.again_button.isEnabled, timeout=10_000)
    return tab


def test_nobody_else_has_it_open(open_tab, qtbot, writable_demo):
    tab = opened(open_tab, qtbot, writable_demo)
    expected = "Nobody else" if sys.platform.startswith("linux") else "does not tell"
    assert expected in seen(tab)


if sys.platform.startswith("linux"):

    def test_a_writer_in_its_transaction_is_named_with_what_to_do(open_tab, qtbot, writable_demo):
        with a_process(IDLE_ENGINE, writable_demo) as engine:
            wait_for_line(engine, "open")
            tab = opened(open_tab, qtbot, writable_demo)
            assert f"pid {engine.pid} · connected" in seen(tab)
            assert "Nobody holds a lock now" in seen(tab)
            tell(engine, "BEGIN IMMEDIATE")
            wait_for_line(engine, "done")
            tab.locks.look()
            qtbot.waitUntil(lambda: f"pid {engine.pid} · writer" in seen(tab), timeout=10_000)
            assert "forgot its COMMIT" in seen(tab)


def test_another_file_closes_it(open_tab, qtbot, writable_demo):
    tab = opened(open_tab, qtbot, writable_demo)
    tab.set_database(None)
    assert tab.locks is None
