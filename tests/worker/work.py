"""What the tests of the worker send: work for jobs, who asks for it, and an engine beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from cts_console.errors import CtsError
from cts_console.sqlite import Connection, open_database
from cts_console.worker import Client, Errand, Job, Target, Ticket

HEAVY_SQL = """
WITH RECURSIVE counting(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counting)
SELECT count(*) FROM counting
"""
"""Runs until somebody stops it."""

# Another process as the engine: it holds the write lock, or tries to get it, when told.
ENGINE = """
import sys
from cts_console.sqlite import open_database
with open_database(sys.argv[1], "read_write") as connection:
    connection.set_busy_timeout(int(sys.argv[2]))
    connection.read_rows("SELECT * FROM item LIMIT 1")
    print("open", flush=True)
    for line in sys.stdin:
        try:
            connection.execute(line)
            print("done", flush=True)
        except Exception as error:
            print("refused", flush=True)
"""


class Asker(QObject):
    """Whoever submits: keeps the answers in the order in which they came."""

    def __init__(self, client: Client) -> None:
        super().__init__()
        self.client = client
        self.values: list[Any] = []
        self.errors: list[CtsError] = []

    @property
    def answers(self) -> int:
        return len(self.values) + len(self.errors)

    def ask(
        self, work: Any, target: Target | None = None, *, key: str = "", **of_job: Any
    ) -> Ticket:
        job = Job("A test", work, target, **of_job)
        return self.client.submit(job, self, self.values.append, self.errors.append, key=key)


def make_database(path: Path, rows: int = 3) -> Path:
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("PRAGMA journal_mode = WAL; CREATE TABLE item (id INTEGER PRIMARY KEY)")
        connection.execute_many("INSERT INTO item VALUES (?)", ((n,) for n in range(rows)))
    return path


def read_count(connection: Connection | None, errand: Errand) -> int:
    assert connection is not None
    return connection.read_int("SELECT count(*) FROM item")


def run_heavy(connection: Connection | None, errand: Errand) -> int:
    assert connection is not None
    return connection.read_int(HEAVY_SQL)


def insert_row(connection: Connection | None, errand: Errand) -> int:
    assert connection is not None
    connection.execute("BEGIN IMMEDIATE; INSERT INTO item DEFAULT VALUES; COMMIT")
    return 1


def wait_for_stop(connection: Connection | None, errand: Errand) -> None:
    """Work that opens nothing and looks at its Stop."""
    errand.cancel.wait(60)
    errand.cancel.raise_if_cancelled()
