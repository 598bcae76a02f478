"""Live graphs of the real program beside a writer: `python -m tests.faults.soak_graphs 10`.

The program is a process of its own with the Throughput tab in front, so its whole resident memory
is seen: Python's, Qt's and SQLite's. Samples are taken and charts drawn `HURRY` times as often as
in use; a straight line through the memory of the second half tells what an hour of use would add.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cts_console.demo import run_demo
from tests.processes import a_process, wait_for_line
from tests.ui.window_process import Remote, a_window

HURRY: Final = 10
MOST_MB_PER_HOUR: Final = 40.0
_LOOK_INTERVAL_S: Final = 0.1

WRITER = """
import sys, threading
from cts_console.sqlite import open_database, transaction
with open_database(sys.argv[1], "read_write") as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS ticks (id INTEGER PRIMARY KEY, at, price)")
    print("writing", flush=True)
    while True:
        with transaction(connection):
            connection.execute("DELETE FROM ticks")
            connection.execute_many("INSERT INTO ticks (at, price) VALUES (?, ?)", [(1, 2)] * 10)
        threading.Event().wait(0.01)
"""


@dataclass(frozen=True)
class Soaked:
    """What was seen."""

    redraws: int
    """How often the charts were drawn."""
    end_mb: float
    """Resident memory at the end."""
    mb_per_hour: float
    """What an hour of use would add."""


def soak(demo: Path, seconds: float) -> Soaked:
    """Let the program draw live graphs of `demo` for so long."""
    with a_process(WRITER, demo) as writer, a_window(demo) as window:
        wait_for_line(writer, "writing")
        window.ask("tab", "Throughput")
        first = window.ask_until(lambda state: state["redraws"])["redraws"]
        window.ask("hurry", HURRY)
        looks = _watch(window, seconds)
        redraws = window.ask("state")["redraws"] - first
        assert window.close() == 0
    later = looks[len(looks) // 2 :]
    slope = statistics.linear_regression(*zip(*later, strict=True)).slope
    return Soaked(redraws, later[-1][1], slope * 3600 / HURRY)


def _watch(window: Remote, seconds: float) -> list[tuple[float, float]]:
    looks, began_s, pause = [], time.monotonic(), threading.Event()
    while (at_s := time.monotonic() - began_s) < seconds:
        looks.append((at_s, _resident_mb(window.process.pid)))
        pause.wait(_LOOK_INTERVAL_S)
    return looks


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("the system does not tell the memory of a process")


def main(minutes: float) -> int:
    """Soak for so many minutes; return 1 where memory grew."""
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "demo.db"
        run_demo(demo)
        seen = soak(demo, 60 * minutes)
    print(
        f"{seen.redraws:,} redraws, {seen.end_mb:.0f} MB at the end, "
        f"{seen.mb_per_hour:+.1f} MB per hour of use"
    )
    return int(seen.mb_per_hour > MOST_MB_PER_HOUR)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0))
