"""Commits that last no longer than they must: what the log has grown is moved between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cts_console.sqlite.connection import Connection


@contextmanager
def no_checkpoint_at_commit(connection: Connection) -> Iterator[Callable[[], None]]:
    """Keep the commits of the block from moving the log's pages into the file.

    The function that is yielded does it where SQLite would have done it at a commit
    (`PRAGMA wal_autocheckpoint`), PASSIVE as there: it waits for nobody, and nobody for it. Call it
    outside a transaction.
    """
    frames = connection.read_int("PRAGMA wal_autocheckpoint")
    connection.read_rows("PRAGMA wal_autocheckpoint = 0")

    def settle() -> None:
        if frames <= 0:
            return
        # Of a database without a log the length is -1.
        _, length, _ = connection.read_rows("PRAGMA main.wal_checkpoint(NOOP)")[0]
        if int(str(length)) >= frames:
            connection.read_rows("PRAGMA main.wal_checkpoint(PASSIVE)")

    try:
        yield settle
    finally:
        connection.read_rows(f"PRAGMA wal_autocheckpoint = {frames}")
