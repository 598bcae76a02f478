"""Stop: Ctrl-C, SIGTERM, a reader who leaves, a lock of somebody else, kill -9."""

from __future__ import annotations

import random
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cts_console.migrate import find_differences
from cts_console.sqlite import open_database
from tests.cli.console import (
    HELD_COMMAND,
    LONGEST_WAIT_S,
    Console,
    digest,
    on_terminal,
    run_process,
)
from tests.processes import IDLE_ENGINE, ROOT, a_process, tell, wait_for_line

STOPS = [signal.SIGINT, signal.SIGTERM]

ROLLBACK_ENGINE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize("number", STOPS)
@pytest.mark.parametrize(
    "command", [("init",), ("migrate",), ("pragma", "--set", "journal_mode=DELETE")]
)
def test_waiting_for_a_writer_is_shown_and_stopped(
    old: Path, number: signal.Signals, command: tuple[str, ...]
) -> None:
    name, *options = command
    with a_process(IDLE_ENGINE, old) as engine:
        wait_for_line(engine, "open")
        tell(engine, "BEGIN IMMEDIATE")
        wait_for_line(engine, "done")
        before = read_migrations(old)
        with on_terminal(name, old, *options, "--json") as console:
            console.wait_until_shown("waiting")
            console.send(number)
            answer = console.end()
        assert "waiting (4 s)" not in answer.err
        assert answer.status == 130
        assert answer.document["error"]["code"] == "cancelled"
        assert "error: " in answer.err
        assert "Traceback" not in answer.err
        assert read_migrations(old) == before


def read_migrations(path: Path) -> int:
    with open_database(path) as connection:
        return connection.read_int("SELECT count(*) FROM migrations")


@pytest.mark.parametrize("command", ["status", "stats", "audit", "verify", "backup", "migrate"])
def test_waiting_to_look_is_shown_and_stopped(tmp_path: Path, command: str) -> None:
    """In the rollback modes a writer in the middle of its commit keeps readers out."""
    path = tmp_path / "data.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    options: dict[str, tuple[object, ...]] = {
        "backup": ("--output", tmp_path / "copy.db"),
        "migrate": ("--status",),
    }
    with a_process(ROLLBACK_ENGINE, path) as engine:
        wait_for_line(engine, "locked")
        with on_terminal(command, path, *options.get(command, ()), "--json") as console:
            console.wait_until_shown("waiting")
            console.send(signal.SIGINT)
            answer = console.end()
        assert "waiting (4 s)" not in answer.err
        assert answer.status == 130, answer
        assert "Traceback" not in answer.err
    assert [entry.name for entry in tmp_path.glob("copy*")] == []


def test_a_lock_that_stays_ends_the_wait_with_locked(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cts_console.sqlite.opening.READ_BUSY_TIMEOUT_MS", 200)
    path = tmp_path / "data.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    before = digest(path)
    with a_process(ROLLBACK_ENGINE, path) as engine:
        wait_for_line(engine, "locked")
        console.run("status", path, "--json").assert_refused("locked")
    assert digest(path) == before


def test_ctrl_c_in_the_middle_of_the_work_rolls_everything_back(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    with on_terminal("demo", path, "--rows", "1000000", "--json") as console:
        console.wait_until_shown("market data")
        console.send(signal.SIGINT)
        answer = console.end()
    assert answer.status == 130
    assert answer.document["error"]["code"] == "cancelled"
    with open_database(path) as connection:
        assert connection.read_rows("PRAGMA integrity_check") == [("ok",)]
        assert connection.read_int("SELECT count(*) FROM market_data") == 0
        assert connection.read_int("SELECT count(*) FROM trades") == 0
        assert connection.read_int("SELECT count(*) FROM migrations") == 79


def test_ctrl_c_at_any_moment_is_never_a_trace(cts: Path) -> None:
    moments = random.Random(20261123)
    before = digest(cts)
    for _ in range(5):
        with a_process(HELD_COMMAND, "audit", cts, "--json") as process:
            wait_for_line(process, "ready")
            timer = threading.Timer(moments.uniform(0, 0.25), process.send_signal, (signal.SIGINT,))
            tell(process, "go")
            timer.start()
            out, err = process.communicate()
            timer.join()
        if "ended" in out:
            status = int(re.findall(r"ended (\d+)", out)[0])
            assert status in (0, 130), (out, err)
            # Beyond the command's end the signal meets the script that started it, not us.
            if status == 130:
                assert "Traceback" not in err
    assert digest(cts) == before


def test_a_stop_never_waits_for_the_thread_that_it_stops() -> None:
    """The handler runs amid the main thread, which holds a lock of the stop now and then."""
    script = """
import os, random, signal, threading
from cts_console.cli.stage import run_command

def work(stage):
    moment_s = random.uniform(0, 0.002)
    threading.Timer(moment_s, os.kill, (os.getpid(), signal.SIGINT)).start()
    while not stage.cancel.wait(0):
        pass
    stage.cancel.raise_if_cancelled()

print({run_command(False, work, print) for _ in range(100)})
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=LONGEST_WAIT_S,
    )
    assert done.stdout == "{130}\n"


def test_ctrl_c_while_the_modules_load_is_never_a_trace(cts: Path) -> None:
    script = """
import signal, sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "cts_console.cli.program":
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
from cts_console.cli import main
sys.exit(main(sys.argv[1:]))
"""
    with a_process(script, "status", cts) as process:
        out, err = process.communicate()
    assert (process.returncode, out, err) == (130, "", "error: Stopped.\n")


def test_a_reader_who_leaves_changes_nothing(old: Path, demo: Path) -> None:
    """`| head`: the work is done and keeps its status; nobody is told of a broken pipe."""
    for words, status in (
        (("migrate", old, "--check", "--json"), 1),
        (("migrate", old, "--json"), 0),
        (("stats", demo), 0),
        (("--help",), 0),
        (("status", "/nonexistent/x.db", "--json"), 2),
    ):
        process = subprocess.Popen(
            [sys.executable, "-m", "cts_console", *map(str, words)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
        process.stderr.close()
        assert process.wait() == status, (words, err)
        assert "roken" not in err
        assert "Traceback" not in err
    assert run_process("migrate", old, "--check").status == 0


def test_migrate_killed_at_any_moment_is_finished_by_the_next_run(
    tmp_path: Path, made: Path, console: Console
) -> None:
    moments = random.Random(20261124)
    reached: set[int] = set()
    for number in range(10):
        path = Path(shutil.copy(made / "old.db", tmp_path / f"old-{number}.db"))
        until = moments.randrange(11, 79)
        with a_process(HELD_COMMAND, "migrate", path) as process, open_database(path) as look:
            wait_for_line(process, "ready")
            tell(process, "go")
            while look.read_int("SELECT count(*) FROM migrations") < until:
                assert process.poll() is None
            process.kill()
            process.wait()
        answer = console.run("migrate", path, "--json")
        assert (answer.status, answer.err) == (0, ""), number
        document = answer.document
        assert len(document["applied"]) + document["already_applied"] == 79
        reached.add(document["already_applied"])
        with open_database(path) as connection:
            assert connection.read_rows("PRAGMA integrity_check") == [("ok",)]
            assert connection.read_rows("PRAGMA foreign_key_check") == []
            assert find_differences(connection) == ()
    # The kills were spread over the work, not all before it or after it.
    assert len(reached) > 3, reached


def test_two_migrate_processes_at_once_both_end_well(
    tmp_path: Path, made: Path, console: Console
) -> None:
    for number in range(2):
        path = Path(shutil.copy(made / "old.db", tmp_path / f"old-{number}.db"))
        words = ("migrate", path, "--json")
        with a_process(HELD_COMMAND, *words) as first, a_process(HELD_COMMAND, *words) as second:
            for process in (first, second):
                wait_for_line(process, "ready")
            for process in (first, second):
                tell(process, "go")
            for process in (first, second):
                out, err = process.communicate()
                assert "ended 0" in out, (out, err)
        assert console.run("migrate", path, "--check").status == 0
        with open_database(path) as connection:
            assert connection.read_int("SELECT count(*) FROM migrations") == 79
            assert connection.read_int("SELECT count(DISTINCT name) FROM migrations") == 79
