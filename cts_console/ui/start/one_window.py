"""One window for one set of settings: a later start hands its file over and ends.

A lock file says who the window is, whatever ends it. Beside it lies a socket (on Windows a named
pipe) that its owner alone may use, mode 0600 in a folder of mode 0700. A message is one JSON object
of bounded size; it is answered once the window has taken it, so nothing is lost where it closes.
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
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from cts_console import paths
from cts_console.errors import CtsError
from cts_console.maintenance.owner_lock import take_lock

MOST_BYTES: Final = 64 * 1024
PATIENCE_S: Final = 3.0
LONGEST_S: Final = 8.0
_STEP_S: Final = 0.05
_TAKEN: Final = b"taken"
_NOT_NOW: Final = b"not now"
_POKE: Final = b""
_BACKLOG: Final = 64
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
        time.sleep(_STEP_S)  # it is starting or ending
    raise CtsError(
        "locked",
        "CTS Console is open already",
        "The window that is open already does not answer.",
        "Close it first, or start with --safe-mode, which opens one of its own.",
    )


def lock_file(folder: Path) -> Path:
    """Return the lock file of the window whose settings lie in `folder`."""
    return folder / "window.lock"


class Door(QObject):
    """Takes visits in a thread of its own and tells of them in the thread of the window."""

    visited = Signal(object)
    """Carries a `Visit`; whoever takes it sets `taken`."""

    def __init__(self, place: Place, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = place.folder
        self._is_closing = threading.Event()
        self._thread: threading.Thread | None = None
        if place.descriptor is None:
            return
        with ExitStack() as stack:
            try:
                listener = stack.enter_context(self._listen(stack))
            except OSError as error:
                _log.warning("Later starts cannot be taken: %s", error)
                return
            self._thread = threading.Thread(
                target=self._serve, args=(listener, stack.pop_all()), name="door", daemon=True
            )
        self._thread.start()

    def close(self) -> None:
        """Take no visit any more."""
        self._is_closing.set()
        if self._thread is not None:
            with suppress(OSError), _knocking(self._folder) as connection:
                connection.send_bytes(_POKE)
            self._thread.join(PATIENCE_S)

    def _listen(self, stack: ExitStack) -> Listener:
        # Closing the listener needs its address once more.
        address = stack.enter_context(_address(self._folder))
        if sys.platform == "win32":
            return Listener(address, "AF_PIPE")
        # Who holds the lock is alone: what lies there is left from one that was killed.
        socket_file(self._folder).unlink(missing_ok=True)
        listener = Listener(address, "AF_UNIX", backlog=_BACKLOG)
        socket_file(self._folder).chmod(0o600)
        return listener

    def _serve(self, listener: Listener, stack: ExitStack) -> None:
        with stack:
            while not self._is_closing.is_set():
                try:
                    with listener.accept() as connection:
                        self._answer(connection)
                except (EOFError, OSError) as error:
                    # A visitor that went away, or sent too much; or this process has no file
                    # descriptor left, and must not ask for one without a pause.
                    _log.info("A visit came to nothing: %s", error)
                    self._is_closing.wait(_STEP_S)

    def _answer(self, connection: Connection[Any, Any]) -> None:
        if not connection.poll(PATIENCE_S):
            return
        message = connection.recv_bytes(MOST_BYTES)
        visit = _read_visit(message) if message != _POKE else None
        if visit is None:
            return
        self.visited.emit(visit)
        deadline_s = time.monotonic() + PATIENCE_S
        while not visit.taken.wait(_STEP_S):
            if self._is_closing.is_set() or time.monotonic() > deadline_s:
                break
        connection.send_bytes(_TAKEN if visit.taken.is_set() else _NOT_NOW)


def socket_file(folder: Path) -> Path:
    """Return the socket of the window whose settings lie in `folder`."""
    return folder / "window.socket"


def _visit(folder: Path, visit: Visit) -> bool:
    """Return whether the running window took the visit."""
    message = json.dumps({"path": visit.path, "writable": visit.writable}).encode("ascii")
    try:
        with _knocking(folder) as connection:
            connection.send_bytes(message)
            return connection.poll(PATIENCE_S) and connection.recv_bytes(MOST_BYTES) == _TAKEN
    except (EOFError, OSError):
        return False


def _read_visit(message: bytes) -> Visit | None:
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
def _knocking(folder: Path) -> Iterator[Connection[Any, Any]]:
    with _address(folder) as address, Client(address) as connection:
        yield connection


@contextmanager
def _address(folder: Path) -> Iterator[str]:
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
