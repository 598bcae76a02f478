"""A soak of the live charts: `python -m tests.faults.soak_throughput 10` runs for ten minutes.

It feeds the history with samples as fast as the charts can be drawn, far faster than in use: ten
minutes are some hours of sampling and drawing. It prints what memory did, and fails where it grew.
"""

from __future__ import annotations

import gc
import sys
import time
import tracemalloc
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cts_console.monitor import OwnShare, PageWrites, RowGrowth, Sample, TablePages, TableRows

if TYPE_CHECKING:
    from cts_console.ui.tabs.throughput import ThroughputTab

_TABLES: Final = 12
_WARM_UP_ROUNDS: Final = 950
_MOST_BYTES_PER_ROUND: Final = 100.0


@dataclass(frozen=True)
class Growth:
    """What one round, a redraw of all charts with the samples before it, left behind."""

    bytes_per_round: float
    objects_per_round: float


def run_soak(tab: ThroughputTab, *, rounds: int, samples_per_round: int) -> Growth:
    """Feed and draw until the rings are full, then `rounds` times more, and return what grew."""
    clock_s = 1_700_000_000.0
    for _ in range(_WARM_UP_ROUNDS):
        clock_s = _feed(tab, clock_s, samples_per_round)
    # Traced from here on: what the charts hold of one picture has then been traced as well.
    tracemalloc.start()
    for _ in range(20):
        clock_s = _draw(tab, clock_s, samples_per_round)
    gc.collect()
    objects = len(gc.get_objects())
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(rounds):
        clock_s = _draw(tab, clock_s, samples_per_round)
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return Growth(grown / rounds, (len(gc.get_objects()) - objects) / rounds)


def _draw(tab: ThroughputTab, clock_s: float, samples: int) -> float:
    from PySide6.QtWidgets import QApplication

    clock_s = _feed(tab, clock_s, samples)
    tab._figures.show_history()
    for chart in tab.charts:
        chart.draw(clock_s, 300.0)
    tab.grab()
    QApplication.processEvents()
    return clock_s


def _feed(tab: ThroughputTab, clock_s: float, samples: int) -> float:
    for number in range(samples):
        clock_s += 0.25
        tab.context.history._on_sample(_make_sample(clock_s, with_rows=number == 0))
    return clock_s


def _make_sample(at_s: float, *, with_rows: bool) -> Sample:
    commits = int(at_s * 4) % 977
    rows = tuple(TableRows(f"table_{n}", commits * n % 101) for n in range(1, _TABLES))
    return Sample(
        at_ms=int(at_s * 1000),
        interval_s=0.25,
        commits=commits,
        frames=3 * commits,
        wal_bytes_written=12_000 * commits,
        wal_bytes=4_000_000,
        wal_frames=commits,
        wal_frames_checkpointed=commits // 2,
        size_bytes=10**9,
        checkpoints=commits % 2,
        missed=0,
        journal_mode="wal",
        rows_per_table=RowGrowth(1.0, rows, 0) if with_rows else None,
        read_ms=0.5,
        pages_per_table=PageWrites(tuple(TablePages(t.table, t.rows, 1) for t in rows), 3, 0, True),
        own=OwnShare(commits % 3, 4_120, 1.5, 2.5, 0, 0.0, 1.5, 0.0),
    )


def main(minutes: float) -> int:
    """Run for about so many minutes; return 1 where memory grew."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from PySide6.QtWidgets import QApplication

    from cts_console.ui.clock import Clock
    from cts_console.ui.context import Navigator, WindowContext
    from cts_console.ui.settings import WindowSettings
    from cts_console.ui.tabs.throughput import ThroughputTab
    from cts_console.ui.theme import Theme
    from cts_console.worker import Client

    application = QApplication(sys.argv[:1])
    clients = (Client("operations"), Client("browse"), Client("monitor"))
    failed = False
    with TemporaryDirectory() as folder:
        settings = WindowSettings(Path(folder) / "window.ini")
        theme = Theme(application, "dark")
        tab = ThroughputTab(WindowContext(*clients, theme, Clock(), settings, Navigator()))
        tab.resize(1320, 740)
        tab.show()
        tab.on_shown()
        while not tab.charts:
            application.processEvents()
        end_s = time.monotonic() + 60 * minutes
        while time.monotonic() < end_s and not failed:
            growth = run_soak(tab, rounds=1000, samples_per_round=4)
            print(
                f"{growth.bytes_per_round:+.1f} bytes and {growth.objects_per_round:+.3f} objects "
                "per round of 1 s of samples and a redraw",
                flush=True,
            )
            failed = growth.bytes_per_round > _MOST_BYTES_PER_ROUND
    for client in clients:
        client.shutdown()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0))
