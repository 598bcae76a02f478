"""The command line as a person and a script use it: in this process, or as one of its own."""

from __future__ import annotations

import hashlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cts_console.cli import main
from cts_console.errors import CODES
from tests.processes import ROOT

LONGEST_WAIT_S = 60.0

# Every command that needs a database, with what it cannot do without.
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("init",),
    ("demo",),
    ("status",),
    ("stats",),
    ("audit",),
    ("statement", "--from", "2019-10-01", "--to", "2019-11-01"),
    ("trace", "--position", "1"),
    ("export", "--query", "SELECT 1", "--output", "never.csv"),
    ("reconcile", "never.csv"),
    ("batches",),
    ("migrate",),
    ("migrate", "--status"),
    ("migrate", "--check"),
    ("migrate", "--preflight"),
    ("pragma",),
    ("pragma", "--apply"),
    ("checkpoint",),
    ("optimize",),
    ("bench",),
    ("backup", "--output", "never.db"),
    ("verify",),
    ("seal",),
    ("verify-seal",),
    ("import", "rows.csv", "--table", "exchanges"),
    ("simulate", "--seconds", "0.2"),
    ("monitor", "--seconds", "0.1"),
    ("locks",),
    ("alive",),
)
MAKES_A_DATABASE = ("init", "demo", "simulate")


@dataclass(frozen=True)
class Answer:
    """What a command left: exit status, standard output, standard error."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output; fails where anything else is there."""
        return json.loads(self.out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))

    def assert_refused(self, code: str, *, as_json: bool = True, status: int = 2) -> None:
        """Check that the command ended with this error, told as `interfaces.md` says."""
        assert self.status == status, self
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("error: "), self.err
        assert "Traceback" not in self.err
        if as_json:
            error = self.document["error"]
            assert error["code"] == code, error
            assert code in CODES
            assert error["message"]
            assert isinstance(error["hint"], str)
            assert error["message"] in lines[0]


class Console:
    """Runs commands in this process: fast, and seen from inside by a debugger."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def run(self, *words: object) -> Answer:
        """Run one command."""
        self._capsys.readouterr()
        status = main([str(word) for word in words])
        captured = self._capsys.readouterr()
        return Answer(status, captured.out, captured.err)

    def run_json(self, command: Sequence[str], database: object, *more: object) -> Answer:
        """Run `command` (its name and options) on `database` with `--json`."""
        name, *options = command
        return self.run(name, database, *options, *more, "--json")


def run_process(
    *words: object, env: dict[str, str] | None = None, encoding: str = "utf-8", **options: Any
) -> Answer:
    """Run one command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "cts_console", *map(str, words)],
        cwd=ROOT,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=LONGEST_WAIT_S,
        env={**os.environ, **(env or {})},
        encoding=encoding,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
    )
    return Answer(done.returncode, done.stdout or "", done.stderr or "")


# The command in a process that says when it is ready and waits for the word.
HELD_COMMAND = """
import sys
from cts_console.cli import main
import cts_console.cli.program, cts_console.documents
print("ready", flush=True)
sys.stdin.readline()
status = main(sys.argv[1:])
print("ended", status, flush=True)
"""


class OnTerminal:
    """A command whose standard error is a terminal: there it shows progress and waits."""

    def __init__(self, words: Sequence[object]) -> None:
        own, theirs = os.openpty()
        self._terminal = own
        self.shown = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cts_console", *map(str, words)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=theirs,
            text=True,
        )
        os.close(theirs)

    def wait_until_shown(self, text: str) -> None:
        """Wait until the terminal has shown `text`."""
        deadline_s = time.monotonic() + LONGEST_WAIT_S
        while text not in self.shown:
            assert time.monotonic() < deadline_s, self.shown
            assert self._read(1.0), (text, self.shown, self.process.poll())

    def send(self, number: signal.Signals) -> None:
        """Send a signal, as the terminal does at Ctrl-C."""
        self.process.send_signal(number)

    def end(self) -> Answer:
        """Wait for the end and return what was left."""
        deadline_s = time.monotonic() + LONGEST_WAIT_S
        while self._read(1.0):
            assert time.monotonic() < deadline_s, f"it never ended: {self.shown!r}"
        out, _ = self.process.communicate(timeout=LONGEST_WAIT_S)
        return Answer(self.process.returncode, out, self.shown)

    def close(self) -> None:
        """End the process, however it is."""
        self.process.kill()
        self.process.communicate()
        os.close(self._terminal)

    def _read(self, timeout_s: float) -> bool:
        """Read what the terminal shows; return False at its end."""
        ready, _, _ = select.select([self._terminal], [], [], timeout_s)
        if not ready:
            return self.process.poll() is None
        try:
            data = os.read(self._terminal, 65536)
        except OSError:  # Linux: the other side is closed
            return False
        self.shown += data.decode(errors="replace")
        return bool(data)


@contextmanager
def on_terminal(*words: object) -> Iterator[OnTerminal]:
    """Start a command on a terminal, and end it however the block ends."""
    started = OnTerminal(words)
    try:
        yield started
    finally:
        started.close()


def write_rows(folder: Path) -> None:
    """Make the file that the `import` of `COMMANDS` reads."""
    (folder / "rows.csv").write_text("name,display_name\nnowhere,Nowhere\n", encoding="utf-8")


def digest(path: Path) -> str:
    """Return the SHA-256 of a file that this process has not open."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def snapshot(folder: Path) -> dict[str, str]:
    """Return every file below `folder` with the hash of its contents."""
    return {
        str(entry.relative_to(folder)): digest(entry)
        for entry in sorted(folder.rglob("*"))
        if entry.is_file()
    }
