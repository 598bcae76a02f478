"""One window for one set of settings: who it is, and how a later start hands its file over.

A lock file says who the window is, whatever ends it. Beside it lies a socket (on Windows a named
pipe) that its owner alone may use, mode 0600 in a folder of mode 0700. A message is one JSON object
of bounded size; it is answered once the window has taken it, so nothing is lost where it closes.

Nothing here imports Qt or SQLite: a start that only hands over is done before they are loaded.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Client, Connection
from pathlib import Path
from typing import Any, Final

from cts_console import paths
from cts_console.errors import CtsError
from cts_console.owner_lock import take_lock

MOST_BYTES: Final = 64 * 1024
PATIENCE_S: Final = 3.0
"""So long a visitor waits for the answer, and the door for the window."""
LONGEST_S: Final = 8.0
STEP_S: Final = 0.05
TAKEN: Final = b"taken"
NOT_NOW: Final = b"not now"
# `sun_path` holds 108 bytes on Linux and 104 on macOS.
_LONGEST_ADDRESS: Final = 100
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a later start wants of the window."""

    path: str
    """The file to open, absolute; "" to come to the front alone."""
    writable: bool = False
    """Whether it is to be opened for writing."""
    taken: threading.Event = field(default_factory=threading.Event, compare=False)
    """Set by the window once it has taken the wish."""

    def message(self) -> bytes:
        """Return what is sent to the window."""
        return json.dumps({"path": self.path, "writable": self.writable}).encode("ascii")


@dataclass(slots=True)
class Place:
    """The right to be the window."""

    folder: Path
    """Where lock and socket lie."""
    descriptor: int | None
    """The lock; None where the folder cannot be used, so that nobody can be asked."""

    def close(self) -> None:
        """Let another one be the window."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


def take_place(folder: Path, visit: Visit) -> Place | None:
    """Return the right to be the window, or None where the running one took the visit.

    Raises:
        CtsError: "locked" where one runs and does not answer within some seconds.
    """
    try:
        paths.ensure_private_dir(folder)
    except CtsError:
        return Place(folder, None)
    deadline_s = time.monotonic() + LONGEST_S
    while time.monotonic() < deadline_s:
        try:
            descriptor = take_lock(lock_file(folder))
        except OSError:
            return Place(folder, None)
        if descriptor is not None:
            return Place(folder, descriptor)
        if _visit(folder, visit):
            return None
        time.sleep(STEP_S)  # it is starting or ending
    raise CtsError(
        "locked",
        "CTS Console is open already",
        "The window that is open already does not answer.",
        "Close it first, or start with --safe-mode, which opens one of its own.",
    )


def lock_file(folder: Path) -> Path:
    """Return the lock file of the window whose settings lie in `folder`."""
    return folder / "window.lock"


def socket_file(folder: Path) -> Path:
    """Return the socket of the window whose settings lie in `folder`."""
    return folder / "window.socket"


def read_visit(message: bytes) -> Visit | None:
    """Return what a message says; None where it is none of ours."""
    try:
        found = json.loads(message)
    except (ValueError, RecursionError):
        found = None
    match found:
        case {"path": str(path), "writable": bool(writable)} if "\0" not in path:
            return Visit(path, writable)
    _log.info("A message of %d bytes was none of ours.", len(message))
    return None


@contextmanager
def knocking(folder: Path) -> Iterator[Connection[Any, Any]]:
    """Connect to the window whose settings lie in `folder`; raises `OSError` where none listens."""
    with address_of(folder) as address, Client(address) as connection:
        yield connection


@contextmanager
def address_of(folder: Path) -> Iterator[str]:
    """Give the address of the window, short enough for the system."""
    if sys.platform == "win32":
        name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:32]
        yield rf"\\.\pipe\cts-console-{name}"
        return
    address = str(socket_file(folder))
    if len(os.fsencode(address)) <= _LONGEST_ADDRESS or not sys.platform.startswith("linux"):
        yield address
        return
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{socket_file(folder).name}"
    finally:
        os.close(descriptor)


def _visit(folder: Path, visit: Visit) -> bool:
    """Return whether the running window took the visit."""
    try:
        with knocking(folder) as connection:
            connection.send_bytes(visit.message())
            return connection.poll(PATIENCE_S) and connection.recv_bytes(MOST_BYTES) == TAKEN
    except (EOFError, OSError):
        return False
