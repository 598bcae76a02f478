"""Run the person's own command when an alarm rings: an argument list, no shell, a time limit."""

from __future__ import annotations

import logging
import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

LONGEST_S: Final = 30.0
"""After so long the command is ended, seconds."""
_MOST_OUTPUT: Final = 4_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CommandResult:
    """How a command ended."""

    code: int | None
    """Its exit code; None where it could not be started or was ended."""
    problem: str
    """Why, then; "" where it ended by itself."""
    output: str
    """What it wrote, cut."""


class AlarmCommand:
    """Runs one command at a time in a thread of its own; a second one meanwhile is left out."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None

    def start(self, arguments: Sequence[str], facts: Mapping[str, str]) -> bool:
        """Run `arguments` with `facts` in its environment; False where one runs still."""
        if self._thread is not None and self._thread.is_alive():
            _log.warning("The alarm's command runs still; it is not started again.")
            return False
        # It may outlive the window: the time limit ends it.
        self._thread = threading.Thread(
            target=run_command, args=(arguments, facts), name="alarm command", daemon=True
        )
        self._thread.start()
        return True

    def wait(self, timeout_s: float) -> None:
        """Wait for the end of the command, if one runs."""
        if self._thread is not None:
            self._thread.join(timeout_s)


def run_command(
    arguments: Sequence[str], facts: Mapping[str, str], longest_s: float = LONGEST_S
) -> CommandResult:
    """Run a command, wait for its end, log what it wrote and return how it ended."""
    try:
        done = subprocess.run(
            list(arguments),
            env={**os.environ, **facts},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=longest_s,
            check=False,
        )
        result = CommandResult(done.returncode, "", _text(done.stdout))
    except subprocess.TimeoutExpired as error:
        problem = f"It was ended after {longest_s:g} s."
        result = CommandResult(None, problem, _text(error.output or b""))
    except (OSError, ValueError, IndexError) as error:  # no such program, a zero byte, nothing
        result = CommandResult(None, f"It could not be started: {error}.", "")
    told = result.problem or f"It ended with {result.code}."
    _log.info("The alarm's command %r: %s %s", list(arguments), told, result.output)
    return result


def _text(output: bytes) -> str:
    return output[:_MOST_OUTPUT].decode("utf-8", "backslashreplace").strip()
