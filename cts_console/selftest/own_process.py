"""A second process of this program: what a person would type, run and read to its end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cts_console import paths
from cts_console.errors import CtsError
from cts_console.progress import CancelToken

LONGEST_S: Final = 300.0
_MOST_MESSAGE_CHARACTERS: Final = 2_000
# Without it a console window would flash up on Windows.
_CREATION_FLAGS: Final[int] = getattr(subprocess, "CREATE_NO_WINDOW", 0)


def own_command() -> list[str]:
    """Return the words that start this program, frozen or not."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "cts_console"]


@dataclass(frozen=True, slots=True)
class OwnProgram:
    """This program with everything that it keeps for a person under one folder."""

    folder: Path
    """Holds the console's own folders and the caches of its libraries."""
    cancel: CancelToken
    """Ends a command that runs."""

    def run_json(self, *words: object) -> dict[str, Any]:
        """Run a command with `--json` and return its document.

        Raises `CtsError`: internal where it fails or prints anything else, timeout, cancelled.
        """
        text = self.run(*words, "--json")
        try:
            document = json.loads(text)
        except ValueError as error:
            raise _failed(words, f"it printed no JSON document but {text[:200]!r}") from error
        if not isinstance(document, dict):
            raise _failed(words, "its document is not an object")
        return document

    def run(self, *words: object) -> str:
        """Run a command and return what it printed.

        Whatever appears on standard error is a failure as well: there a window says what its
        exit status does not tell. Raises `CtsError`: internal, timeout, cancelled.
        """
        self.cancel.raise_if_cancelled()
        process = subprocess.Popen(
            [*own_command(), *map(str, words)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self._environment(),
            creationflags=_CREATION_FLAGS,
            encoding="utf-8",
            errors="replace",
        )
        with process:
            out, err = self._read(process, words)
        self.cancel.raise_if_cancelled()
        if process.returncode != 0 or err.strip():
            said = " ".join(err.split())[-_MOST_MESSAGE_CHARACTERS:]
            raise _failed(words, f"exit status {process.returncode}; {said or 'it said nothing'}")
        return out

    def _environment(self) -> dict[str, str]:
        own = {
            paths.HOME_VARIABLE: str(self.folder / "home"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),  # fonts and shaders: Qt keeps them there
            "PYTHONIOENCODING": "utf-8",
        }
        if not any(os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")):
            own["LANG"] = "C.UTF-8"  # else Qt warns of the environment, not of the installation
        return {**os.environ, **own}

    def _read(self, process: subprocess.Popen[str], words: tuple[object, ...]) -> tuple[str, str]:
        with self.cancel.subscribed(process.kill):
            if self.cancel.cancelled:
                # The stop came before the subscription.
                process.kill()
            try:
                return process.communicate(timeout=LONGEST_S)
            except subprocess.TimeoutExpired as error:
                process.kill()
                process.communicate()
                raise CtsError(
                    "timeout",
                    "Not finished in time",
                    f"`{_name(words)}` was stopped after {LONGEST_S:.0f} s.",
                    "Try again when the machine has less to do.",
                ) from error


def _failed(words: tuple[object, ...], reason: str) -> CtsError:
    return CtsError(
        "internal", "A part of the program failed", f"`{_name(words)}` failed: {reason}."
    )


def _name(words: tuple[object, ...]) -> str:
    return f"cts-console {words[0]}"
