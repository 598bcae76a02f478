"""A lock that lives exactly as long as the process that holds it, whatever ends the process.

A process id in a file name would lie once the system reuses the number or the process runs in a
container; the system drops this lock by itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _wait_for_lock(descriptor: int) -> None:
        while not _try_lock_for_a_while(descriptor):
            pass

    def _try_lock_for_a_while(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)  # gives up after ten seconds
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait_for_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Hold the lock file `path` during the block, made where it is missing; wait for it first."""
    descriptor = _open(path)
    try:
        _wait_for_lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def take_lock(path: Path) -> int | None:
    """Take the lock file `path`, made where it is missing; None where another process holds it.

    It is held until the descriptor that is returned is closed, or the process ends.
    """
    descriptor = _open(path)
    if _try_lock(descriptor):
        return descriptor
    os.close(descriptor)
    return None


def is_held(path: Path) -> bool:
    """Return whether a living process, this one included, holds the lock file `path`.

    A file that does not exist is held by nobody.
    """
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    except PermissionError:
        return True  # Windows refuses to open what it is about to delete
    try:
        return not _try_lock(descriptor)
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
