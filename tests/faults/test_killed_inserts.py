"""A large insert, killed at moments of chance: all rows are there or none, and the file is sound.

Five kills in the suite; `CTS_FAULT_KILLS=100 pytest tests/faults/test_killed_inserts.py` for more.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from cts_console.sqlite import open_database
from tests.bulk.conftest import CANDLES
from tests.processes import a_process, wait_for_line

KILLS = int(os.environ.get("CTS_FAULT_KILLS", "5"))
ROWS = 200_000
# A run takes about so long on a slow machine.
LONGEST_S = 0.8

LOADER = """
import sys
from cts_console.bulk import insert_batch
from cts_console.sqlite import open_database
def rows():
    for n in range(1, 200_001):
        if n == 1000:
            print("writing", flush=True)
        yield (n, n % 7, n, 1.0, "note")
with open_database(sys.argv[1], "read_write") as connection:
    insert_batch(connection, "candles", rows())
print("committed", flush=True)
"""


@pytest.mark.parametrize("kill", range(KILLS))
def test_all_rows_or_none(tmp_path: Path, kill: int) -> None:
    path = tmp_path / "ledger.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(CANDLES)
    with a_process(LOADER, path) as process:
        wait_for_line(process, "writing")
        # The moment of the kill is what is varied; every run has its own.
        time.sleep(random.Random(kill).uniform(0, LONGEST_S))
        process.kill()
        process.wait()
    with open_database(path, "read_write") as after:
        assert after.read_int("SELECT count(*) FROM candles") in (0, ROWS)
        assert after.read_rows("PRAGMA integrity_check") == [("ok",)]
        names = after.read_rows("SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE INDEX%'")
        assert len(names) == 2
