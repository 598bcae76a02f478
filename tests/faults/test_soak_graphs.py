"""A short soak of the real program; `soak_graphs.py` is the long one."""

from __future__ import annotations

from pathlib import Path

from cts_console.demo import run_demo
from tests.faults.soak_graphs import soak

# So few seconds tell little: a leak of one picture per redraw would be ten times as much.
MOST_MB_PER_HOUR = 150.0


def test_live_graphs_leave_nothing_behind(tmp_path: Path):
    demo = tmp_path / "demo.db"
    assert run_demo(demo).startup.ok
    seen = soak(demo, seconds=10)
    assert seen.redraws > 0
    assert seen.mb_per_hour < MOST_MB_PER_HOUR, seen
