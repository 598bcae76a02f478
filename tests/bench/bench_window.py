"""The window: how soon it is there, and how late its thread is while the others work.

Run by `make bench`, or `python -m tests.bench.bench_window`. Lateness is that of a 10 ms timer in
the thread of the user interface; the Throughput tab is in front, so its charts are drawn meanwhile.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer

from cts_console.app import make_application
from cts_console.audit import run_audit
from cts_console.demo import run_demo
from cts_console.sqlite import Connection, open_database, transaction
from cts_console.startup import run_startup
from cts_console.transfer import ImportRequest, ReadOptions, run_import
from cts_console.ui.context import make_context
from cts_console.ui.garbage import GarbageCollector
from cts_console.ui.main_window import MainWindow
from cts_console.ui.settings import WindowSettings
from cts_console.worker import Errand, Job
from tests.bench.bench_import import new_database, write_csv
from tests.bench.ui_lateness import LatenessTimer
from tests.processes import ROOT

STARTS = 5
DEMO_ROWS = 1_000_000
INSERTED_ROWS = 1_000_000
SETTLE_S = 3.0

# From the interpreter's first line to the first painted window with the file's facts in it.
START = """
import time
started_s = time.perf_counter()
import sys
from cts_console import app
from PySide6.QtCore import QTimer
from cts_console.ui.main_window import MainWindow
def look():
    from PySide6.QtWidgets import QApplication
    for window in QApplication.topLevelWidgets():
        if isinstance(window, MainWindow) and window.session.database is not None:
            window.grab()
            print(time.perf_counter() - started_s)
            window.close()
first = app.make_application
def make():
    made = first()
    timer = QTimer(made)
    timer.timeout.connect(look)
    timer.start(5)
    return made
app.make_application = make
from cts_console.__main__ import run_window
sys.exit(run_window(sys.argv[1:]))
"""


def measure_start(database: Path) -> list[float]:
    """Return the seconds to a usable window, per start."""
    found = []
    for _ in range(STARTS):
        run = subprocess.run(
            [sys.executable, "-c", START, str(database)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        found.append(float(run.stdout.split()[0]))
    return found


def run_init(path: Path, _connection: Connection | None, errand: Errand) -> bool:
    return run_startup(path, on_progress=errand.on_progress, cancel=errand.cancel).ok


def run_deep(path: Path, _connection: Connection | None, errand: Errand) -> bool:
    run_audit(path, profile="deep", on_progress=errand.on_progress, cancel=errand.cancel)
    return True


def run_insert(path: Path, _connection: Connection | None, errand: Errand) -> bool:
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE bulk (id INTEGER PRIMARY KEY, name TEXT, amount REAL)")
        with connection.guard(cancel=errand.cancel), transaction(connection):
            rows = ((n, f"row {n}", n / 8) for n in range(INSERTED_ROWS))
            connection.execute_many("INSERT INTO bulk VALUES (?, ?, ?)", rows)
    return True


def run_million(
    path: Path, file: Path, nulls: tuple[str, ...] | None, _: Connection | None, errand: Errand
) -> bool:
    """Import a CSV; where a text means NULL, Python reads it."""
    request = ImportRequest("candles", options=ReadOptions(null_texts=nulls))
    run_import(path, file, request, on_progress=errand.on_progress, cancel=errand.cancel)
    return True


def pump_until(is_there: Callable[[], bool]) -> None:
    """Let the window live until `is_there`."""
    loop = QEventLoop()
    timer = QTimer()
    timer.timeout.connect(lambda: loop.quit() if is_there() else None)
    timer.start(2)
    loop.exec()
    timer.stop()


def measure_lateness(database: Path, folder: Path) -> list[str]:
    """Return a line per kind of work."""
    application = make_application()
    context = make_context(application, WindowSettings(folder / "window.ini"))
    window = MainWindow(context)
    GarbageCollector(window)
    window.resize(1320, 840)
    window.show()
    window.open_path(database)
    pump_until(lambda: window.session.database is not None)
    window.tabs.go_to("Throughput")
    # The charts are made when they are first seen; that belongs to the start, not to the work.
    settled_s = time.monotonic() + SETTLE_S
    pump_until(lambda: time.monotonic() > settled_s and not context.operations.is_busy)
    lines = []
    bulk = [folder / f"import_{n}.db" for n in range(2)]
    for path in bulk:
        new_database(path)
    file = folder / "million.csv"
    write_csv(file, INSERTED_ROWS)
    for words, work in (
        ("init of a new file", partial(run_init, folder / "new.db")),
        (f"deep audit, {DEMO_ROWS:,} candles", partial(run_deep, database)),
        (f"insert of {INSERTED_ROWS:,} rows", partial(run_insert, folder / "bulk.db")),
        ("import of a CSV as long, by SQLite", partial(run_million, bulk[0], file, None)),
        ("the same, by Python", partial(run_million, bulk[1], file, ("none",))),
    ):
        answers: list[object] = []
        timer = LatenessTimer(window)
        timer.start()
        context.operations.submit(Job(words, work), window, answers.append, answers.append)
        pump_until(partial(bool, answers))
        late = timer.stop()
        assert answers == [True], answers
        lines.append(
            f"{words:<36} {late.ticks:>6} {late.p50_ms:>7.1f} {late.p95_ms:>7.1f} "
            f"{late.p99_ms:>7.1f} {late.most_ms:>7.1f}"
        )
    for client in context.clients:
        client.shutdown()
    window.close()
    return lines


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["CTS_CONSOLE_HOME"] = str(folder / "home")
        database = folder / "demo.db"
        run_demo(database, rows=DEMO_ROWS)
        starts_s = measure_start(database)
        print(
            f"start to a window with its file: median {statistics.median(starts_s):.2f} s, "
            f"worst {max(starts_s):.2f} s of {len(starts_s)}"
        )
        heads = "".join(f" {head:>7}" for head in ("p50", "p95", "p99", "max"))
        print(f"{'lateness of the window, ms':<36} {'ticks':>6}{heads}")
        print("\n".join(measure_lateness(database, folder)))


def test_window() -> None:
    """`make bench` runs it as a process of its own."""
    subprocess.run([sys.executable, "-m", "tests.bench.bench_window"], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
