"""What only POSIX systems do: processes that are killed, and limits that make a disk full."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cts_console.maintenance import run_verify

ROOT = Path(__file__).parents[2]

HANGING = """
import sys, time
from cts_console import progress
from cts_console.maintenance import run_backup
progress.time = type("Clock", (), {"monotonic": staticmethod(iter(range(10**9)).__next__)})
def hang(stage):
    if stage.note == sys.argv[3]:
        print("here", flush=True)
        sys.stdin.read()
run_backup(sys.argv[1], sys.argv[2], on_progress=hang)
"""

SMALL_DISK = """
import resource, sys
from cts_console.errors import CtsError
from cts_console.maintenance import run_backup
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    run_backup(sys.argv[1], sys.argv[2])
except CtsError as error:
    print(error.code)
"""


@pytest.mark.parametrize("note", ["copying", "verifying"])
def test_a_killed_backup_leaves_nothing_under_the_final_name(
    make_database, tmp_path, list_files, note
):
    path = make_database(rows=20_000)
    before = list_files()
    with subprocess.Popen(
        [sys.executable, "-c", HANGING, str(path), str(tmp_path / "copy.db"), note],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        process.kill()
    left = list_files() - before
    assert all(name.startswith(f"copy.db.partial-{process.pid}-") for name in left)
    assert run_verify(path).verified


def test_a_disk_that_fills_up_meanwhile_leaves_nothing(make_database, tmp_path, list_files):
    path = make_database(rows=20_000)
    before = list_files()
    done = subprocess.run(
        [sys.executable, "-c", SMALL_DISK, str(path), str(tmp_path / "copy.db")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert done.stdout == "disk_full\n", done.stderr
    assert list_files() == before
