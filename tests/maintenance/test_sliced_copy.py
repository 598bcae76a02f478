"""A private copy beside writers: one commit's state, and the log never pinned for long."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import cts_console.maintenance.sliced_copy
from cts_console.errors import CtsError
from cts_console.maintenance import open_private_copy
from cts_console.maintenance.quiet_copy import run_quiet_copy
from cts_console.maintenance.sliced_copy import SlicedCopy, run_sliced_copy
from cts_console.progress import CancelToken, Progress
from cts_console.sqlite import open_database
from tests.processes import a_process, wait_for_line

# Moves money between accounts, so that their sum is the same after every commit and after no half
# of one; the unthrottled inserts make the log start over all the time.
WRITER = """
import random, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=5)
connection.execute("PRAGMA synchronous = OFF")
print("writing", flush=True)
busy = 0
while True:
    try:
        connection.execute("BEGIN IMMEDIATE")
        a, b = random.sample(range(1, 2001), 2)
        connection.execute("UPDATE accounts SET value = value - 1 WHERE id = ?", (a,))
        connection.execute("UPDATE accounts SET value = value + 1 WHERE id = ?", (b,))
        connection.execute("INSERT INTO log (note) VALUES (?)", ("x" * 50,))
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        print(error, file=sys.stderr, flush=True)
"""
FILLER = (
    "CREATE TABLE accounts (id INTEGER PRIMARY KEY, value INTEGER);"
    "CREATE TABLE log (id INTEGER PRIMARY KEY, note TEXT);"
    "CREATE TABLE filler (a, b);"
    "BEGIN; WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
    " INSERT INTO accounts SELECT i, 1000 FROM n;"
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})"
    " INSERT INTO filler SELECT i, zeroblob(4000) FROM n; COMMIT;"
)


@contextmanager
def writing(path: Path) -> Iterator[subprocess.Popen[str]]:
    with a_process(WRITER, path) as process:
        wait_for_line(process, "writing")
        yield process


def make(path: Path, mode: str, rows: int = 20_000) -> Path:
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute(FILLER.format(rows=rows))
    return path


def check(copy: Path) -> None:
    with open_database(copy) as connection:
        assert connection.read_rows("SELECT sum(value), count(*) FROM accounts") == [
            (2_000_000, 2_000)
        ]
        assert connection.read_value("PRAGMA integrity_check") == "ok"


def copy_to(target: Path, path: Path) -> SlicedCopy:
    target.touch()
    copy = run_sliced_copy(path, target)
    assert copy is not None
    return copy


def test_the_copy_is_one_commits_state_while_others_write(tmp_path: Path):
    path = make(tmp_path / "live.db", "WAL")
    with writing(path):
        for number in range(4):
            target = tmp_path / f"copy-{number}.db"
            copy_to(target, path)
            check(target)
    # One read transaction over the same time lets it grow by half a gigabyte a second; how small
    # it stays on a quiet machine is measured in tests/bench/bench_audit.py.
    assert (tmp_path / "live.db-wal").stat().st_size < 250_000_000


def test_small_slices_give_the_same_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # Slices so small that the log starts over many times within one copy.
    monkeypatch.setattr(cts_console.maintenance.sliced_copy, "SLICE_GROWTH_BYTES", 2_000_000)
    path = make(tmp_path / "live.db", "WAL", rows=10_000)
    with writing(path):
        copy = copy_to(tmp_path / "copy.db", path)
    assert copy.slices > 1
    check(tmp_path / "copy.db")


def test_a_part_of_the_log_that_went_by_unseen_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # Nothing of the log can be read: every commit in between must be missed, and noticed.
    monkeypatch.setattr(cts_console.maintenance.sliced_copy, "SLICE_GROWTH_BYTES", 100_000)
    monkeypatch.setattr(cts_console.maintenance.sliced_copy, "read_frames", lambda *_: [])
    path = make(tmp_path / "live.db", "WAL", rows=10_000)
    with writing(path), pytest.raises(CtsError) as caught:
        copy_to(tmp_path / "copy.db", path)
    assert caught.value.code == "locked"


def test_a_quiet_file_takes_one_slice_and_an_empty_log_will_do(tmp_path: Path):
    path = make(tmp_path / "quiet.db", "WAL", rows=100)
    copy = copy_to(tmp_path / "copy.db", path)
    assert (copy.slices, copy.restarts) == (1, 0)
    check(tmp_path / "copy.db")
    with open_database(path, "read_write") as connection:
        connection.execute("INSERT INTO log (note) VALUES ('only in the log')")
        copy_to(tmp_path / "again.db", path)
    with open_database(tmp_path / "again.db") as connection:
        assert connection.read_value("SELECT note FROM log") == "only in the log"


def test_rollback_mode_has_no_log_to_go_by(tmp_path: Path):
    path = make(tmp_path / "old.db", "DELETE", rows=10)
    (tmp_path / "copy.db").touch()
    assert run_sliced_copy(path, tmp_path / "copy.db") is None


def test_a_stop_ends_the_copy(tmp_path: Path):
    path = make(tmp_path / "live.db", "WAL", rows=2_000)
    cancel = CancelToken()

    def stop(_progress: Progress) -> None:
        cancel.cancel()

    (tmp_path / "copy.db").touch()
    with pytest.raises(CtsError) as caught:
        run_sliced_copy(path, tmp_path / "copy.db", on_progress=stop, cancel=cancel)
    assert caught.value.code == "cancelled"


def test_a_rollback_file_is_copied_without_a_lock_when_it_is_quiet(tmp_path: Path):
    path = make(tmp_path / "old.db", "DELETE", rows=1_000)
    assert run_quiet_copy(path, tmp_path / "copy.db")
    check(tmp_path / "copy.db")


def test_a_rollback_file_in_the_middle_of_a_write_is_not_quiet(tmp_path: Path):
    path = make(tmp_path / "old.db", "DELETE", rows=100)
    with open_database(path, "read_write") as writer:
        writer.execute("BEGIN IMMEDIATE; UPDATE accounts SET value = 0 WHERE id = 1")
        (tmp_path / "copy.db").touch()
        assert not run_quiet_copy(path, tmp_path / "copy.db")
        writer.roll_back()


def test_the_private_copy_holds_up_no_writer(tmp_path: Path):
    path = make(tmp_path / "live.db", "WAL", rows=5_000)
    with writing(path) as writer:
        with open_private_copy(path, "test", profile="read_only") as copy:
            assert copy.read_value("SELECT sum(value) FROM accounts") == 2_000_000
        writer.terminate()
        _, complaints = writer.communicate()
    assert complaints == ""
