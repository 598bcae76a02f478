"""The door of the one window: listens for later starts, and tells the window what they want.

Visits are answered one after the other. Each has a deadline for its message: a visitor that was
stopped in the middle of it keeps the next one waiting for a quarter of a second and no longer.
"""

from __future__ import annotations

import logging
import os
import struct
import sys
import threading
import time
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection, Listener
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from cts_console.ui.start.place import (
    MOST_BYTES,
    NOT_NOW,
    PATIENCE_S,
    STEP_S,
    TAKEN,
    Place,
    address_of,
    knocking,
    read_visit,
    socket_file,
)

MESSAGE_S: Final = 0.25
"""So long a visit may take to say what it wants; it takes microseconds."""
_POKE: Final = b""
_BACKLOG: Final = 64
# How `send_bytes` begins a message on a socket: its length, in network order.
_LENGTH: Final = struct.Struct("!i")
_log = logging.getLogger(__name__)


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
            with suppress(OSError), knocking(self._folder) as connection:
                connection.send_bytes(_POKE)
            self._thread.join(PATIENCE_S)

    def _listen(self, stack: ExitStack) -> Listener:
        # Closing the listener needs its address once more.
        address = stack.enter_context(address_of(self._folder))
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
                    # A visitor that went away, was too slow or sent too much; or this process has
                    # no file descriptor left, and must not ask for one without a pause.
                    _log.info("A visit came to nothing: %s", error)
                    self._is_closing.wait(STEP_S)

    def _answer(self, connection: Connection[Any, Any]) -> None:
        message = _read_message(connection, time.monotonic() + MESSAGE_S)
        visit = read_visit(message) if message != _POKE else None
        if visit is None:
            return
        self.visited.emit(visit)
        deadline_s = time.monotonic() + PATIENCE_S
        while not visit.taken.wait(STEP_S):
            if self._is_closing.is_set() or time.monotonic() > deadline_s:
                break
        connection.send_bytes(TAKEN if visit.taken.is_set() else NOT_NOW)


def _read_message(connection: Connection[Any, Any], deadline_s: float) -> bytes:
    """Return one message; `OSError` where it is too long or not whole at the deadline."""
    if sys.platform == "win32":
        # A pipe there hands messages over whole.
        _wait_for_more(connection, deadline_s)
        return connection.recv_bytes(MOST_BYTES)
    # `recv_bytes` would wait for the rest of half a message for ever.
    (length,) = _LENGTH.unpack(_read_bytes(connection, _LENGTH.size, deadline_s))
    if not 0 <= length <= MOST_BYTES:
        raise OSError(f"a message of {length} bytes is none of ours")
    return _read_bytes(connection, length, deadline_s)


def _read_bytes(connection: Connection[Any, Any], count: int, deadline_s: float) -> bytes:
    data = b""
    while len(data) < count:
        _wait_for_more(connection, deadline_s)
        more = os.read(connection.fileno(), count - len(data))
        if not more:
            raise EOFError("the visitor went away")
        data += more
    return data


def _wait_for_more(connection: Connection[Any, Any], deadline_s: float) -> None:
    if not connection.poll(max(0.0, deadline_s - time.monotonic())):
        raise TimeoutError("the visitor did not say in time what it wants")
