"""What watching costs: the sampler, a redraw, and an unthrottled writer beside the monitor.

`python -m tests.bench.bench_monitor`, or `make bench`. Two minutes by default; on a quiet machine:
`MONITOR_PAIRS=20 MONITOR_SECONDS=3 python -m tests.bench.bench_monitor`.

- `MONITOR_PAIRS`: pairs of writer runs, one with and one without the monitor, in turns.
- `MONITOR_SECONDS`: seconds of each run, and of each measurement of the sampler.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from cts_console.monitor import Sampler
from cts_console.sqlite import open_database
from tests.monitor.engines import WRITER, Engine

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from cts_console.ui.charts.time_chart import TimeChart

PAIRS = int(os.environ.get("MONITOR_PAIRS", "6"))
SECONDS = float(os.environ.get("MONITOR_SECONDS", "2"))
SERIES = 8
POINTS = 3_600
REDRAWS = 60


def make_database(path: Path) -> None:
    """Make a ledger in WAL mode at `path`."""
    with open_database(path, "read_write", create=True) as connection:
        connection.read_value("PRAGMA journal_mode = wal")
        connection.execute(
            "CREATE TABLE trades (id INTEGER PRIMARY KEY, amount REAL, note TEXT);"
            "CREATE INDEX idx_trades ON trades (amount)"
        )


@contextmanager
def writing(path: Path, *, commits_per_s: float, rows: int) -> Iterator[Engine]:
    """Start a writer that waits for its start."""
    writer = Engine(WRITER, path, commits_per_s, rows, SECONDS)
    with writer.process:
        assert writer.read_line() == "ready"
        try:
            yield writer
        finally:
            writer.end()


def measure_sampling(path: Path, hertz: float) -> tuple[float, float]:
    """Return the share of a core that sampling takes, and the longest sample, milliseconds."""
    with writing(path, commits_per_s=500, rows=40) as writer, open_database(path) as connection:
        sampler = Sampler(connection)
        sampler.sample()
        writer.tell()
        began_s, used_s, longest_s = time.perf_counter(), time.thread_time(), 0.0
        while (now_s := time.perf_counter()) < began_s + SECONDS:
            sampler.sample()
            took_s = time.perf_counter() - now_s
            longest_s = max(longest_s, took_s)
            time.sleep(max(0.0, 1 / hertz - took_s))
        share = (time.thread_time() - used_s) / (time.perf_counter() - began_s)
    return share, longest_s * 1000


def count_commits(path: Path, *, watched: bool) -> int:
    """Return the commits of an unthrottled writer, with or without a monitor at 10 Hz."""
    with writing(path, commits_per_s=0, rows=3) as writer:
        stop = threading.Event()
        ready = threading.Event()
        thread = threading.Thread(target=_watch, args=(path, stop, ready))
        if watched:
            thread.start()
            ready.wait()
        writer.tell()
        told = json.loads(writer.read_line())
        stop.set()
        if watched:
            thread.join()
    return int(told["commits"])


def _watch(path: Path, stop: threading.Event, ready: threading.Event) -> None:
    with open_database(path) as connection:
        sampler = Sampler(connection)
        sampler.sample()
        ready.set()
        while not stop.wait(0.1):
            sampler.sample()


def compare_writers(folder: Path) -> list[float]:
    """Return the ratio of the writer's commits with the monitor to those without, per pair."""
    ratios = []
    for pair in range(PAIRS):
        commits = {}
        # The order changes: what comes second meets a warmer machine.
        for watched in (True, False) if pair % 2 else (False, True):
            path = folder / f"writer-{pair}-{watched}.db"
            make_database(path)
            commits[watched] = count_commits(path, watched=watched)
        ratios.append(commits[True] / commits[False])
    return ratios


def interval_of_median(values: list[float]) -> tuple[float, float]:
    """Return the interval that holds the median with 95 %, by resampling."""
    chance = random.Random(7)
    medians = sorted(statistics.median(chance.choices(values, k=len(values))) for _ in range(2_000))
    return medians[50], medians[-51]


def measure_redraws(folder: Path, application: QApplication) -> list[float]:
    """Return the milliseconds of redraws of a chart of 8 series of 3,600 points."""
    from cts_console.ui.clock import Clock
    from cts_console.ui.context import make_context
    from cts_console.ui.settings import WindowSettings

    context = make_context(application, WindowSettings(folder / "window.ini"))
    try:
        charts = _make_charts(context.history, context.theme, Clock("utc"))
        for chart in charts:
            chart.resize(1000, 400)
            chart.show()
        found = []
        for number in range(REDRAWS):
            began_s = time.perf_counter()
            for chart in charts:
                chart.clear()
                chart.draw(POINTS + number, float(POINTS))
                chart.repaint()
            application.processEvents()
            found.append((time.perf_counter() - began_s) * 1000)
        for chart in charts:
            chart.close()
        return found[10:]
    finally:
        for client in context.clients:
            client.shutdown()


def measure_tab(folder: Path, application: QApplication) -> float:
    """Return the share of a core that the visible tab takes, sampling and redraws included."""
    from cts_console.ui.context import OpenDatabase, make_context
    from cts_console.ui.settings import WindowSettings
    from cts_console.ui.tabs.throughput import ThroughputTab

    path = folder / "shown.db"
    make_database(path)
    context = make_context(application, WindowSettings(folder / "tab.ini"))
    tab = ThroughputTab(context)
    try:
        tab.resize(1320, 720)
        tab.set_database(OpenDatabase(path, "other", None, ""))
        tab.show()
        tab.on_shown()
        with writing(path, commits_per_s=500, rows=40) as writer:
            while not tab.charts or context.history.last is None:
                application.processEvents()
                time.sleep(0.01)
            writer.tell()
            began_s, used_s = time.perf_counter(), time.process_time()
            while time.perf_counter() < began_s + SECONDS:
                application.processEvents()
                time.sleep(0.005)
            return (time.process_time() - used_s) / (time.perf_counter() - began_s)
    finally:
        tab.close()
        tab.on_hidden()
        for client in context.clients:
            client.shutdown()


def _make_charts(history: object, theme: object, clock: object) -> list[TimeChart]:
    """Return two charts of four series each: as many as one may have is five."""
    import numpy as np

    from cts_console.ui.charts.picture import Chart, Picture, Series
    from cts_console.ui.charts.time_chart import TimeChart

    at_s = np.arange(2.0 * POINTS)
    chance = np.random.default_rng(7)
    lines = [1000 * place + 300 * chance.random(len(at_s)) for place in range(SERIES // 2)]

    def read(_history: object, from_s: float, to_s: float) -> Picture:
        shown = slice(int(max(0, from_s)), int(to_s))
        series = tuple(Series(f"series {n}", line[shown]) for n, line in enumerate(lines))
        return Picture(at_s[shown], series)

    chart = Chart("bench", "Bench", "rows/s", read, lambda value: f"{value:,.0f}")
    return [TimeChart(chart, history, theme, clock) for _ in range(2)]  # type: ignore[arg-type]  # parts of a context


def run() -> None:
    """Measure and print everything."""
    from cts_console.app import make_application

    # It ends with the process: charts that Python collects later still need it.
    application = make_application()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for hertz in (1.0, 10.0):
            path = folder / f"sampled-{hertz:g}.db"
            make_database(path)
            share, longest_ms = measure_sampling(path, hertz)
            print(f"sampling at {hertz:g} Hz: {share:.2%} of a core, longest {longest_ms:.1f} ms")
        redraws = sorted(measure_redraws(folder, application))
        print(
            f"redraw of {SERIES} series of {POINTS} points: median "
            f"{statistics.median(redraws):.1f} ms, p95 {redraws[int(0.95 * len(redraws))]:.1f} ms"
        )
        print(f"the visible tab: {measure_tab(folder, application):.2%} of a core")
        ratios = compare_writers(folder)
        low, high = interval_of_median(ratios)
        print(
            f"unthrottled writer with the monitor at 10 Hz: median {statistics.median(ratios):.3f} "
            f"of its commits without (95 % interval {low:.3f} to {high:.3f}, {PAIRS} pairs of "
            f"{SECONDS:g} s)"
        )


def test_bench_monitor() -> None:
    run()


if __name__ == "__main__":
    run()
