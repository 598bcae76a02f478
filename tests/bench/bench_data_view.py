"""Ten million rows in the data view: time until rows are seen, scrolling to the end, memory.

Run: `python tests/bench/bench_data_view.py [ROWS]`; prints one line per figure.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from cts_console.schema import read_schema
from cts_console.schema.browse_source import Condition
from cts_console.sqlite import open_database, transaction
from cts_console.ui.clock import Clock
from cts_console.ui.context import Navigator, WindowContext
from cts_console.ui.settings import WindowSettings
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.data_view import DataView
from cts_console.ui.widgets.data_view_chips import Filter
from cts_console.worker import Client, Target

ROWS = 10_000_000
TICK_MS = 10


class Lateness:
    """How late a timer of the user-interface thread fires: what a person feels as a stall."""

    def __init__(self) -> None:
        self.late_ms: list[float] = []
        self._last_s = time.perf_counter()
        self.timer = QTimer()
        self.timer.setInterval(TICK_MS)
        self.timer.timeout.connect(self._on_tick)

    def _on_tick(self) -> None:
        now_s = time.perf_counter()
        self.late_ms.append((now_s - self._last_s) * 1000 - TICK_MS)
        self._last_s = now_s

    def start(self) -> None:
        self.late_ms = []
        self._last_s = time.perf_counter()
        self.timer.start()

    def summary(self) -> str:
        self.timer.stop()
        late = sorted(self.late_ms) or [0.0]
        return f"late p99 {late[int(len(late) * 0.99) - 1]:.1f} ms, max {late[-1]:.1f} ms"


def make_database(path: Path, rows: int) -> None:
    """Write candles; rowids are dense, as a ledger's are."""
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
            "CREATE TABLE candles (id INTEGER PRIMARY KEY, pair_id INTEGER, open_time INTEGER,"
            " open REAL, high REAL, low REAL, close REAL, note TEXT)"
        )
        with transaction(connection):
            connection.execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
                " INSERT INTO candles SELECT i, i % 10, 1500000000000 + i * 1000, i * 0.5,"
                " i * 0.6, i * 0.4, i * 0.55, 'row ' || i FROM n",
                (rows,),
            )
        connection.execute("CREATE INDEX idx_pair ON candles(pair_id)")


def memory_mb() -> float:
    """Return the resident memory of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "large.db")
        make_database(path, rows)
        Bench(application, path, Path(folder)).run(rows)


class Bench:
    """A data view over the database, and what is measured of it."""

    def __init__(self, application: QApplication, path: Path, folder: Path) -> None:
        self._application = application
        self._clients = [Client(name) for name in ("operations", "browse", "monitor")]
        context = WindowContext(
            operations=self._clients[0],
            browse=self._clients[1],
            monitor=self._clients[2],
            theme=Theme(application, "dark"),
            clock=Clock("utc"),
            settings=WindowSettings(folder / "window.ini"),
            navigator=Navigator(),
        )
        with open_database(path) as connection:
            self._schema = read_schema(connection)
        self._target = Target(path)
        self._lateness = Lateness()
        self.view = DataView(context)
        self.view.resize(1000, 700)
        self.view.show()
        self._bar = self.view.grid.verticalScrollBar()

    def wait(self, until: Callable[[], bool]) -> float:
        """Run events until it holds; return the milliseconds that took."""
        start_s = time.perf_counter()
        while not until() and time.perf_counter() - start_s < 60:
            self._application.processEvents()
        return (time.perf_counter() - start_s) * 1000

    def pause(self, seconds: float) -> None:
        """Run events for a while."""
        end_s = time.perf_counter() + seconds
        self.wait(lambda: time.perf_counter() > end_s)

    def is_idle(self) -> bool:
        """Whether no job runs."""
        return not self._clients[1].is_busy

    def rows_are_there(self) -> bool:
        """Whether every row that is seen has its values."""
        if self.view.model.map is None:
            return False
        first, last = self.view.grid.visible_rows()
        return last >= first and all(
            self.view.model.cell(row, 0)[0] for row in range(first, last + 1)
        )

    def open(self, filters: list[Filter] | None = None) -> float:
        """Show the table; return the milliseconds of the call alone."""
        start_s = time.perf_counter()
        table = self._schema.tables_by_name()["candles"]
        self.view.show_table(self._target, self._schema, table, None, filters)
        return (time.perf_counter() - start_s) * 1000

    def idle(self) -> None:
        """Measure the timer alone."""
        self._lateness.start()
        self.pause(2)
        print(f"nothing to do, for comparison: {self._lateness.summary()}")

    def scroll(self, words: str, place_of: Callable[[int], int]) -> None:
        """Scroll in 400 steps; tell the longest step in time of the processor as well."""
        busiest_ms = 0.0
        self._lateness.start()
        for step in range(400):
            used_s = time.thread_time()
            self._bar.setValue(place_of(step))
            self._application.processEvents()
            busiest_ms = max(busiest_ms, (time.thread_time() - used_s) * 1000)
            self.pause(0.008)
        print(f"{words}: {self._lateness.summary()}, busiest step {busiest_ms:.1f} ms")
        print(f"  rows there after {self.wait(self.rows_are_there):.0f} ms")

    def run(self, rows: int) -> None:
        """Measure everything."""
        bar = self._bar
        self.idle()
        before_mb = memory_mb()
        for attempt in ("first", "again"):
            call_ms = self.open()
            shown_ms = call_ms + self.wait(self.rows_are_there)
            print(f"{rows:,} rows shown ({attempt}): {shown_ms:.0f} ms, the call {call_ms:.1f} ms")
        self._lateness.start()
        bar.setValue(bar.maximum())
        end_ms = self.wait(self.rows_are_there)
        print(f"scrolled to the end: {end_ms:.0f} ms, {self._lateness.summary()}")
        assert self.view.model.cell(self.view.model.rowCount() - 1, 0) == (True, rows)
        self.scroll("dragged over all rows", lambda step: bar.maximum() * step // 400)
        self.scroll("wheeled up 8,000 rows", lambda _: bar.value() - 20)
        self.view.sort_by("pair_id")
        self.wait(self.is_idle)
        bar.setValue(bar.maximum() // 2)
        print(f"middle of an index order: {self.wait(self.rows_are_there):.0f} ms")
        self.open([Filter((Condition("note", ("row 5",)),))])
        print(f"filter without an index: {self.wait(self.is_idle):.0f} ms")
        print(f"memory: {memory_mb():.0f} MB, of it the view {memory_mb() - before_mb:.0f} MB")
        for client in self._clients:
            client.shutdown()


if __name__ == "__main__":
    main()
