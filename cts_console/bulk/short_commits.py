"""Commits beside others that wait for the disk when the lock is given back, not before."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from cts_console.maintenance.disk import told_as
from cts_console.sqlite import Connection, side_file
from cts_console.sqlite.wal_commits import no_checkpoint_at_commit

_FULL: Final = 2


@contextmanager
def short_commits(connection: Connection) -> Iterator[Callable[[], None]]:
    """Keep the commits of the block short; call the function that is yielded after each of them.

    Only then is a commit as safe from a power failure as the connection's `synchronous` says: in
    WAL mode SQLite would wait for the disk within the lock, here the log is synced after it. Until
    then others see the commit, and no failure of a process undoes it. Raises `CtsError` as the
    system says.
    """
    level = connection.read_int("PRAGMA main.synchronous")
    is_wal = connection.read_value("PRAGMA main.journal_mode") == "wal"
    with no_checkpoint_at_commit(connection) as move_log:
        if not is_wal or level < _FULL:
            yield move_log
            return

        def settle() -> None:
            _sync_log(connection)
            move_log()

        connection.execute("PRAGMA main.synchronous = NORMAL")
        try:
            yield settle
        finally:
            connection.execute(f"PRAGMA main.synchronous = {level}")


def _sync_log(connection: Connection) -> None:
    # Of the database's files the only one that may be opened beside SQLite.
    log = side_file(connection.path, "-wal")
    with told_as("The log could not be synced", log), log.open("r+b") as stream:
        os.fsync(stream.fileno())
