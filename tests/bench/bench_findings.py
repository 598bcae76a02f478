"""The Audit tab and the HTML report with 1,000 and with 10,000 findings.

Run by `make bench`, or `python -m tests.bench.bench_findings [ROWS]`. A step of the window's thread
is what a person waits for; ten times the findings may take ten times as long, and what grows with
their square would take a hundred times. Each finding has evidence of ROWS rows (5 unless told
otherwise), and every hundredth of 100, which is the most.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from cts_console.app import make_application
from cts_console.audit import audit_document, identify_file, run_audit
from cts_console.audit.report import write_html_report
from cts_console.sqlite import classify, open_database
from cts_console.store import open_store
from cts_console.ui.context import OpenDatabase, WindowContext, make_context
from cts_console.ui.garbage import GarbageCollector
from cts_console.ui.settings import WindowSettings
from cts_console.ui.tabs.audit import AuditTab
from tests.bench.bench_window import pump_until
from tests.bench.ui_lateness import LatenessTimer
from tests.processes import ROOT

FEW: Final = 1_000
MANY: Final = 10_000
MOST_ROWS: Final = 100
MOST_TIMES: Final = 30.0
REPORT_S: Final = 2.0
REPORT_BYTES: Final = 5_000_000
TYPED: Final = "number 14"
SEVERITIES: Final = ("critical", "error", "warning", "info")


def make_document(template: dict[str, Any], numbers: range, few: int) -> dict[str, Any]:
    """Return an audit's document with these findings of one rule that answered."""
    like = template["findings"][0]
    rows = [[n, f"BTC/USDT {n}", n * 0.5, 1_714_557_600_000 + n] for n in range(MOST_ROWS)]
    evidence = {"columns": ["id", "symbol", "price", "executed_at"], "total": MOST_ROWS}
    findings = [
        like
        | {
            "rule": "SCH-04",
            "severity": SEVERITIES[number % 4],
            "title": f"finding number {number}",
            "object": f"object {number}",
            "fingerprint": f"{number:016x}",
            "evidence": evidence | {"rows": rows if number % 100 == 0 else rows[:few]},
        }
        for number in numbers
    ]
    checks = [row | {"status": "found", "note": None} for row in template["checks"]]
    return template | {"findings": findings, "checks": checks}


def make_file(path: Path, count: int, few: int) -> dict[str, Any]:
    """Make a file with two kept audits, half of their findings the same; return the last one."""
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE t (a)")
    template = audit_document(run_audit(path))
    document = template
    with open_store() as store:
        for first in (0, count // 2):
            document = make_document(template, range(first, first + count), few)
            store.record_audit(identify_file(path), document)
    return document


class Measured:
    """How late the thread of the window was at worst, by step, in milliseconds."""

    def __init__(self, tab: AuditTab) -> None:
        self._tab = tab
        self.late_ms: dict[str, float] = {}

    def step(self, name: str, work: Callable[[], object], until: Callable[[], bool]) -> None:
        """Do something and let the window live until it shows what came of it."""
        timer = LatenessTimer(self._tab)
        timer.start()
        work()
        pump_until(lambda: until() and not self._tab.context.browse.is_busy)
        QApplication.processEvents()
        self.late_ms[name] = timer.stop().most_ms


def measure(context: WindowContext, path: Path, count: int) -> dict[str, float]:
    """Return how late the window was, step by step."""
    tab = AuditTab(context)
    tab.resize(1_200, 800)
    tab.show()
    QApplication.processEvents()
    page, filters = tab.page, tab.page.filter_bar
    with open_database(path) as connection:
        database = OpenDatabase(path.resolve(), classify(connection), None, "")
    measured = Measured(tab)
    step = measured.step
    step("show", lambda: tab.set_database(database), lambda: page.model.total == count)
    for end in range(1, len(TYPED) + 1):
        step(f"type {TYPED[:end]!r}", partial(filters.text.setText, TYPED[:end]), lambda: True)
    step("clear", page.clear_filter, lambda: page.model.rowCount() > 0)
    step("sort", lambda: page.model.sort(2), lambda: True)
    step(
        "compare",
        lambda: tab.commands.history.compare(_first_audit(path)),
        lambda: len(page.model.of_group("fixed")) == count // 2,
    )
    step("list fixed", lambda: page.show_list("fixed"), lambda: True)
    step("end comparison", tab.commands.history.end_comparison, lambda: not _is_compared(tab))
    tab.close()
    return measured.late_ms


def _first_audit(path: Path) -> int:
    with open_store() as store:
        return store.list_audits(identify_file(path))[-1].id


def _is_compared(tab: AuditTab) -> bool:
    return bool(tab.page.model.of_group("fixed"))


def main(rows: int) -> None:
    """Measure, print, and fail where it grows with the square or the report is too large."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["CTS_CONSOLE_HOME"] = str(folder / "home")
        documents = {count: make_file(folder / f"{count}.db", count, rows) for count in (FEW, MANY)}
        started_s = time.perf_counter()
        report = write_html_report(documents[MANY], folder / "many.html")
        took_s = time.perf_counter() - started_s
        size_bytes = report.stat().st_size
        print(f"HTML report of {MANY:,} findings: {took_s:.2f} s, {size_bytes / 1e6:.2f} MB")
        application = make_application()
        context = make_context(application, WindowSettings(folder / "window.ini"))
        collector = GarbageCollector()
        late = {count: measure(context, folder / f"{count}.db", count) for count in documents}
        for client in context.clients:
            client.shutdown()
        collector.stop()
    print(f"{'latest tick of a 10 ms timer, ms':<36}{FEW:>8,}{MANY:>8,}")
    for step, few_ms in late[FEW].items():
        print(f"{step:<36}{few_ms:>8.1f}{late[MANY][step]:>8.1f}")
    assert took_s < REPORT_S, took_s
    assert size_bytes < REPORT_BYTES, size_bytes
    # A step of a few milliseconds by itself says nothing of how it grows.
    times = sum(late[MANY].values()) / sum(late[FEW].values())
    print(f"all steps together: {times:.1f} times as late with ten times the findings")
    assert times < MOST_TIMES, times


def test_findings() -> None:
    """`make bench` runs it as a process of its own."""
    subprocess.run([sys.executable, "-m", "tests.bench.bench_findings"], cwd=ROOT, check=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
