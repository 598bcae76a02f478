"""For how long a write lock is not to be had. It takes the lock to know: off unless a person asks.

What it finds is what a writer would meet at this moment, no more: between two probes nothing is
known. The lock is given back at once and nothing is written.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from cts_console.errors import CtsError
from cts_console.sqlite import Connection, transaction

LONGEST_S: Final = 2.0
"""For how long a probe waits, seconds."""
_MS: Final = 1000


@dataclass(frozen=True, slots=True)
class LockProbe:
    """What one probe found."""

    waited_ms: float
    """For how long the lock was not to be had, milliseconds; to a millisecond or two."""
    was_had: bool
    """Whether it was to be had in the end; if not, it was held for longer than that."""


def probe_write_lock(connection: Connection, longest_s: float = LONGEST_S) -> LockProbe:
    """Take the write lock of the connection's file, give it back, and tell how long that took.

    The connection must be one that may write. Raises `CtsError` for all but a lock that is held.
    """
    before_ms = connection.busy_timeout_ms
    connection.set_busy_timeout(int(longest_s * _MS))
    started_s = time.perf_counter()
    was_had = True
    try:
        with transaction(connection):
            waited_s = time.perf_counter() - started_s
    except CtsError as error:
        if error.code != "locked":
            raise
        waited_s, was_had = time.perf_counter() - started_s, False
    finally:
        connection.set_busy_timeout(before_ms)
    return LockProbe(waited_s * _MS, was_had)
