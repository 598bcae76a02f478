"""The program's entry point: `cts-console` and `python -m cts_console`.

Without a command, or with a database and nothing else, it opens the window; with a command it runs
the command line, which never needs to know the window.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

WINDOW_OPTIONS: Final = ("--screenshots", "--read-only", "--write", "--safe-mode")
COMPLETE_VARIABLE: Final = "_CTS_CONSOLE_COMPLETE"
"""Set where a shell asks what could be typed next; it passes no arguments then."""
_COMMAND_NAME: Final = re.compile(r"[a-z][a-z-]*")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the window or the command line and return the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if wants_window(words):
        return run_window(words)
    from cts_console.cli import main as run_command

    return run_command(words)


def run_window(words: Sequence[str]) -> int:
    """Open the window, or let the one that is open take the file; return the exit status."""
    from cts_console.ui.start.arrival import Arrival, arrive

    arrival = arrive(words)
    if not isinstance(arrival, Arrival):
        return arrival
    # Qt is loaded now, and not by a start that had only to hand its file over.
    from cts_console.app import run_app

    return run_app(arrival)


def wants_window(words: Sequence[str]) -> bool:
    """Return whether these arguments ask for the window: none, its options, or an existing file."""
    if COMPLETE_VARIABLE in os.environ:
        return False
    if words[:1] == ["--portable"]:
        return wants_window(words[1:])
    if not words or words[0].partition("=")[0] in WINDOW_OPTIONS:
        return True
    if words[0].startswith("-") or not _is_file(words[0]):
        return False
    # A file may have the name of a command: the command wins, `./audit` names the file.
    return not (_COMMAND_NAME.fullmatch(words[0]) and _is_command(words[0]))


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):
        return False


def _is_command(word: str) -> bool:
    import typer

    from cts_console.cli.program import build_program

    group = typer.main.get_command(build_program())
    return word in getattr(group, "commands", {})


if __name__ == "__main__":
    sys.exit(main())
