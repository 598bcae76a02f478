"""Hours of samples and redraws, in a minute's time: memory does not grow."""

from __future__ import annotations

from tests.faults.soak_throughput import run_soak


def test_memory_does_not_grow_over_samples_and_redraws(open_tab, qtbot):
    from cts_console.ui.tabs.throughput import ThroughputTab

    tab = open_tab(ThroughputTab)
    tab._load()
    qtbot.waitUntil(lambda: bool(tab.charts))
    growth = run_soak(tab, rounds=300, samples_per_round=4)
    assert growth.bytes_per_round < 300
    assert growth.objects_per_round < 1
