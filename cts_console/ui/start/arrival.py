"""What a start of the window wants, and whether a window that is open already does it.

Nothing here imports Qt or SQLite: a start that only hands its file over ends before they are
loaded.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cts_console import paths
from cts_console.errors import CtsError
from cts_console.ui.start.place import Place, Visit, take_place

COULD_NOT_RUN: Final = 2
_LOG_LEVELS: Final = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A start that has a window to open, or pictures of one to make."""

    options: argparse.Namespace
    """What the arguments say."""
    place: Place | None
    """The right to be the one window; None in safe mode and for pictures, which need none."""


def arrive(arguments: Sequence[str]) -> Arrival | int:
    """Return what is to be opened, or the exit status where there is nothing left to do.

    That is so where the running window took the file over (0), where there is no display and where
    the running window does not answer (2, with a sentence on standard error).
    """
    options = parse_options(arguments)
    if options.portable:
        paths.use_portable_home()
    if options.screenshots is not None:
        return Arrival(options, None)
    if not _has_display():
        sys.stderr.write(
            "error: There is no display for the window. `cts-console --help` lists what works "
            "without one.\n"
        )
        return COULD_NOT_RUN
    if options.safe_mode:
        return Arrival(options, None)
    try:
        path = "" if options.database is None else os.path.realpath(options.database)
        place = take_place(paths.user_state_dir(), Visit(path, options.write))
    except CtsError as error:
        sys.stderr.write(f"error: {error.message} {error.hint}\n")
        return COULD_NOT_RUN
    return 0 if place is None else Arrival(options, place)


def parse_options(arguments: Sequence[str]) -> argparse.Namespace:
    """Return what the arguments of the window say; ends the process where they are wrong."""
    parser = argparse.ArgumentParser("cts-console", description="Open the window.")
    parser.add_argument("database", nargs="?", help="The database file.")
    access = parser.add_mutually_exclusive_group()
    access.add_argument("--read-only", action="store_true", help="Open it locked (the default).")
    access.add_argument("--write", action="store_true", help="Open it unlocked for writing.")
    parser.add_argument(
        "--safe-mode",
        action="store_true",
        help="Use nothing that is remembered, and keep nothing but a log.",
    )
    parser.add_argument(
        "--portable", action="store_true", help="Keep the console's own files beside the program."
    )
    parser.add_argument(
        "--log-level", choices=_LOG_LEVELS, default="info", help="What goes into the log."
    )
    parser.add_argument(
        "--screenshots", type=Path, metavar="DIR", help="Save a picture of every tab, and exit."
    )
    options = parser.parse_args(list(arguments))
    if options.screenshots is not None and options.database is None:
        parser.error("--screenshots needs a database")
    if options.write and options.database is None:
        parser.error("--write needs a database")
    return options


def _has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in names)
