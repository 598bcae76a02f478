"""The built application runs where there is no Python of the project.

It is built as `make package` builds it, without the packing, and kept in `build/tested` until a
source or the lock file changes. Where it cannot be built the reason fails the test.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "build" / "tested"


def build() -> subprocess.CompletedProcess[str]:
    """Build the folder with the Python of this test; one that is there already is kept."""
    command = ["sh", "packaging/build_folder.sh", str(TARGET), str(TARGET / "work")]
    return subprocess.run(
        ["env", f"PYTHON={sys.executable}", *command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def try_folder(folder: Path) -> tuple[int, str]:
    """Return the exit status of the trial that `make package-test` makes too, and what it told."""
    command = [sys.executable, "packaging/try_built.py", "--folder", str(folder)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr


def test_it_passes_its_self_test_in_a_bare_environment():
    """In another place, `env -i`, another user where this is root, a home nobody can write to."""
    built = build()
    assert built.returncode == 0, built.stdout + built.stderr
    status, told = try_folder(TARGET / "cts-console")
    assert status == 0, told
    assert "ok      self-test knows that it is built: " in told
    assert "ok      self-test, window: " in told
    assert "ok      left behind: nothing" in told


@pytest.mark.parametrize(
    ("program", "failure"),
    [
        ("echo Traceback; exit 1", "FAILED  self-test: Traceback"),
        # What runs by the Python of the project is not what was built.
        (
            """echo '{"program": "/usr/bin/python3", "frozen": false, "steps": []}'""",
            "FAILED  self-test knows that it is built: /usr/bin/python3",
        ),
        (
            """touch "$TMPDIR/mine"; echo '{"program": "p", "frozen": true, "steps": []}'""",
            "FAILED  left behind: ['mine']",
        ),
    ],
    ids=["fails", "not built", "leaves something"],
)
def test_the_trial_finds_what_is_wrong(tmp_path, program, failure):
    (tmp_path / "cts-console").write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{program}\n")
    (tmp_path / "cts-console").chmod(0o755)
    status, told = try_folder(tmp_path)
    assert status == 1
    assert failure in told
