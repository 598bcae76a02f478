"""Engines: second processes, with a SQLite of their own, that know what they wrote."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

from cts_console.monitor import Sample, Sampler
from cts_console.monitor.table_growth import INTERVAL_S

# Runs the statements that it is told, one answer for each.
ENGINE = """
import json, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=5)
for line in sys.stdin:
    try:
        rows = [connection.execute(sql).fetchall() for sql in json.loads(line)]
        print(json.dumps(rows), flush=True)
    except sqlite3.Error as error:
        print(json.dumps(str(error)), flush=True)
"""

# Commits at a pace for some seconds once it is told to, and says what it wrote. SQLite itself
# counts the pages that this connection puts into the log. It waits for no lock: `busy` is harm.
WRITER = """
import json, sys, time
import apsw
path, commits_per_s, rows_per_commit, seconds = sys.argv[1], *map(float, sys.argv[2:5])
connection = apsw.Connection(path)
connection.execute("PRAGMA synchronous = OFF; SELECT 1 FROM trades LIMIT 1").fetchall()
print("ready", flush=True)
sys.stdin.readline()
commits = rows = busy = 0
started = time.monotonic()
while (now := time.monotonic() - started) < seconds:
    if commits_per_s and commits > now * commits_per_s:
        time.sleep(0.001)
        continue
    try:
        connection.execute("BEGIN IMMEDIATE")
        for _ in range(int(rows_per_commit)):
            connection.execute("INSERT INTO trades (amount, note) VALUES (?, ?)", (rows, "x" * 80))
        connection.execute("COMMIT")
    except apsw.BusyError:
        busy += 1
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        continue
    commits += 1
    rows += int(rows_per_commit)
pages = connection.status(apsw.SQLITE_DBSTATUS_CACHE_WRITE)[0]
print(json.dumps({"commits": commits, "rows": rows, "busy": busy, "frames": pages}), flush=True)
sys.stdin.readline()
"""


class Engine:
    """Another process that has the database open."""

    def __init__(self, code: str, *arguments: object) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *(str(argument) for argument in arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read_line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def tell(self, line: str = "") -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def execute(self, *statements: str) -> Any:
        """Run statements; return the rows of each, or SQLite's message where one failed."""
        self.tell(json.dumps(statements))
        return json.loads(self.read_line())

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


@dataclass(frozen=True)
class Totals:
    """What a sampler saw in all."""

    samples: tuple[Sample, ...]

    def sum(self, field: str) -> int:
        return sum(getattr(sample, field) or 0 for sample in self.samples)

    @property
    def rows(self) -> int:
        growths = [sample.rows_per_table for sample in self.samples if sample.rows_per_table]
        return sum(table.rows for growth in growths for table in growth.tables)


def watch(sampler: Sampler, writer: Engine, interval_s: float) -> tuple[Totals, dict[str, int]]:
    """Start the writer, sample until it has ended, and return both sides of the story."""
    answers: list[str] = []
    reader = threading.Thread(target=lambda: answers.append(writer.read_line()))
    sampler.sample()
    writer.tell()
    reader.start()
    samples = []
    while reader.is_alive():
        reader.join(interval_s)
        samples.append(sampler.sample())
    # The rows are read once a second: those of the last part of one are still to come.
    time.sleep(INTERVAL_S)
    samples.append(sampler.sample())
    return Totals(tuple(samples)), json.loads(answers[0])
