"""The write gate: everything of ours that writes to a file passes here first.

Alone with the file, any work passes. Beside others only what holds the write lock for no longer
than one slice does, or what a person orders with the estimate in front of them. Measured why:
`CREATE INDEX` on 1.5 million rows made 50 of 53 commits of a writer beside it fail
(`engineering.md` section 10).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cts_console.errors import CtsError
from cts_console.maintenance.users import FileUsers, read_users
from cts_console.sqlite import Connection, read_header, side_file

SLICE_S: Final = 0.05
"""Longest time, in seconds, for which we hold the write lock beside others."""
_LOOK_S: Final = 0.01
_CHANGE_COUNTER_OFFSET: Final = 24
_WAL_HEADER_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class GatePass:
    """Leave to write."""

    alone: bool
    """Whether it is certain that nobody else has the file open. Somebody may open it later: they
    then wait like at any other lock."""
    users: FileUsers
    """Who was found."""
    overruled: bool
    """Whether a person ordered what the gate would have refused."""


def pass_gate(
    connection: Connection, *, what: str, estimated_hold_s: float, overrule: bool = False
) -> GatePass:
    """Return leave for `what`, which would hold the write lock for about `estimated_hold_s` s.

    Call it outside a transaction, before the work. Raises `CtsError("locked")` with the reason and
    what would help where others have the file open, or may have, and the estimate is over
    `SLICE_S`.
    """
    users = read_users(connection.path)
    if users.alone or estimated_hold_s <= SLICE_S:
        return GatePass(users.alone, users, overruled=False)
    if overrule:
        return GatePass(alone=False, users=users, overruled=True)
    raise _refusal(connection, what, estimated_hold_s, users)


def give_way(held_s: float) -> None:
    """Rest after a slice that held the lock for `held_s` seconds, for about as long.

    SQLite has no queue: whoever waits for the lock gets it only while nobody else takes it.
    """
    time.sleep(min(held_s, SLICE_S))


def is_being_written(connection: Connection, window_s: float = 0.1) -> bool:
    """Return whether a commit arrives within `window_s` seconds; at the first it returns at once.

    In WAL mode it looks at the log's frame count and header, in rollback mode, without a lock, at
    the file's change counter. False says only that nobody committed in the window. Raises
    `CtsError("locked")` inside a transaction of this connection.
    """
    read_marks = _read_rollback_marks
    header = read_header(connection)
    if header is not None and header.is_wal and not connection.immutable:
        # Before its first read a connection does not know the log.
        connection.read_value("SELECT 1 FROM sqlite_schema LIMIT 1")
        read_marks = _read_wal_marks
    before = read_marks(connection)
    deadline_s = time.monotonic() + window_s
    while time.monotonic() < deadline_s:
        time.sleep(_LOOK_S)
        if read_marks(connection) != before:
            return True
    return False


def _read_rollback_marks(connection: Connection) -> tuple[object, ...]:
    # No SQL: even the shortest read takes a lock that can cost a writer its commit.
    return (connection.read_bytes(_CHANGE_COUNTER_OFFSET, 4),)


def _read_wal_marks(connection: Connection) -> tuple[object, ...]:
    _, length, _ = connection.read_rows("PRAGMA wal_checkpoint(NOOP)")[0]
    # Checkpointing moves frames without a commit: only the log's length and its salts count.
    return (length, _read_wal_header(side_file(connection.path, "-wal")))


def _read_wal_header(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:  # of the three files the only one that may be opened
            return stream.read(_WAL_HEADER_BYTES)
    except FileNotFoundError:
        return b""


def _refusal(
    connection: Connection, what: str, estimated_hold_s: float, users: FileUsers
) -> CtsError:
    busy = not connection.in_transaction and is_being_written(connection)
    writing = ", and it is being written right now" if busy else ""
    when = (
        "Try again when they have closed it"
        if users.holders
        else "Make sure that nobody has it open"
    )
    return CtsError(
        "locked",
        "Others would have to wait too long",
        f"{what} would hold the write lock of {connection.path} for about "
        f"{estimated_hold_s:.1f} s; beside others at most {SLICE_S * 1000:.0f} ms pass. "
        f"{users.describe()[0].upper()}{users.describe()[1:]}{writing}. Nothing was changed.",
        f"{when}, or overrule this in the knowledge of the estimate.",
    )
