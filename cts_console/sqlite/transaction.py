"""Transactions with an explicit BEGIN and COMMIT.

`BEGIN IMMEDIATE` takes the write lock at the start, where waiting for it is possible; a
transaction that first reads and then writes fails at once with a stale snapshot and no wait can
help it. A rollback never hides the error that caused it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

from cts_console.sqlite.connection import Connection
from cts_console.sqlite.own_use import own_use

_savepoint_numbers = itertools.count(1)


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Run the block as one write transaction: all of it is committed, or none.

    Raises `CtsError("locked")` where the lock is not to be had within the busy timeout; inside
    `Connection.guard` that wait is shown and can be stopped.
    """
    connection.execute("BEGIN IMMEDIATE")
    with own_use(connection.path).locking():
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            connection.roll_back("ROLLBACK")
            raise


@contextmanager
def trial(connection: Connection) -> Iterator[None]:
    """Run the block under the write lock, and leave nothing of it.

    Raises `CtsError("locked")` as `transaction` does.
    """
    connection.execute("BEGIN IMMEDIATE")
    with own_use(connection.path).locking():
        try:
            yield
        finally:
            connection.roll_back("ROLLBACK")


@contextmanager
def read_transaction(connection: Connection) -> Iterator[None]:
    """Give every read of the block the same snapshot.

    In WAL mode the snapshot keeps the log from being reset, in rollback mode it keeps writers from
    committing: hold it for milliseconds. Inside an open transaction the block has that one's.
    """
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    with connection.reading():
        try:
            # BEGIN alone takes nothing; the first read fixes the snapshot.
            connection.read_value("SELECT 1 FROM sqlite_schema LIMIT 1")
            yield
        finally:
            connection.roll_back("ROLLBACK")


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """Run the block as a part of the open transaction that can fail on its own."""
    name = f"cts_{next(_savepoint_numbers)}"
    connection.execute(f"SAVEPOINT {name}")
    try:
        yield
        connection.execute(f"RELEASE {name}")
    except BaseException:
        connection.roll_back(f"ROLLBACK TO {name}; RELEASE {name}")
        raise
