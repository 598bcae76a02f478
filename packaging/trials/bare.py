"""The self-test of a built application, as a machine that has never seen this project runs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from trials.report import tell

NOBODY: Final = 65534


def other_user() -> list[str]:
    """Return the words that run a command as nobody; none where that is not possible."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        return []
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def bare(home: Path, *more: str) -> list[str]:
    """Return the words that run a command with nothing in its environment but a home."""
    return [*other_user(), "env", "-i", f"HOME={home}", *more]


def try_self_test(program: Path, folder: Path) -> None:
    """Run the self-test with the window where nothing but the temporary folder can be written.

    The environment is empty, the working directory is the root, the home cannot be written to and,
    where this user is root, the program runs as nobody.
    """
    home, work = folder / "home", folder / "work"
    home.mkdir(mode=0o555)
    work.mkdir()
    work.chmod(0o777)
    tell(
        "user of the self-test", "nobody" if other_user() else "this one; only root can be another"
    )
    command = bare(home, f"TMPDIR={work}", str(program), "self-test", "--gui", "--json")
    run = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    try:
        document = json.loads(run.stdout)
    except ValueError:
        tell("self-test", run.stdout + run.stderr, False)
        return
    tell("self-test knows that it is built", document["program"], document["frozen"])
    for step in document["steps"]:
        told = f"{step['detail']} ({step['duration_ms'] / 1000:.2f} s)"
        tell(f"self-test, {step['name']}", told, step["ok"])
    tell("self-test", f"exit {run.returncode}, {run.stderr or 'no word'}", run.returncode == 0)
    left = [path.name for path in (*home.iterdir(), *work.iterdir())]
    tell("left behind", str(left or "nothing"), not left)
