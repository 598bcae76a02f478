"""kill -9 at any moment of the flow: the next run finishes the work."""

from __future__ import annotations

import random
import threading
from pathlib import Path

from cts_console.sqlite import open_database
from cts_console.startup import run_startup
from tests.processes import a_process, tell, wait_for_line

STARTUP = """
import sys
from cts_console.startup import run_startup
print("ready", flush=True)
sys.stdin.readline()
run_startup(sys.argv[1])
print("finished", flush=True)
"""
KILLS = 50
LATEST_KILL_S = 0.4


def test_init_killed_at_any_moment_is_finished_by_the_next_run(tmp_path: Path) -> None:
    moments = random.Random(20261122)
    reached: set[int] = set()
    for number in range(KILLS):
        path = tmp_path / f"cts-{number}.db"
        with a_process(STARTUP, path) as process:
            wait_for_line(process, "ready")
            timer = threading.Timer(moments.uniform(0, LATEST_KILL_S), process.kill)
            tell(process, "go")
            timer.start()
            process.wait()
            timer.join()
        result = run_startup(path)
        assert result.ok, (number, result.errors)
        assert result.migrations is not None
        reached.add(result.migrations.already_applied)
        with open_database(path) as connection:
            assert connection.read_rows("PRAGMA integrity_check") == [("ok",)]
            assert connection.read_rows("PRAGMA foreign_key_check") == []
            assert connection.read_int("SELECT count(*) FROM migrations") == 79
            ids = connection.read_rows(
                "SELECT value FROM system_settings WHERE key = 'database.id'"
            )
            assert len(ids) == 1
        for leftover in tmp_path.glob(f"cts-{number}*"):
            leftover.unlink()
    # The kills were spread over the flow, not all before it or after it.
    assert len(reached) > 3, reached


def test_two_processes_at_once_both_end_well(tmp_path: Path) -> None:
    for number in range(5):
        path = tmp_path / f"cts-{number}.db"
        with a_process(STARTUP, path) as first, a_process(STARTUP, path) as second:
            for process in (first, second):
                wait_for_line(process, "ready")
            for process in (first, second):
                tell(process, "go")
            for process in (first, second):
                wait_for_line(process, "finished")
        with open_database(path) as connection:
            assert connection.read_int("SELECT count(*) FROM migrations") == 79
            assert connection.read_int("PRAGMA auto_vacuum") == 2
            assert connection.read_value("PRAGMA journal_mode") == "wal"
