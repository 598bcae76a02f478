"""What a lock means, and what to do when the engine says "database is locked"."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

MEANINGS: Final = {
    "exclusive": "writes and lets nobody read (rollback journal). It is over when it commits.",
    "pending": "waits for the readers to finish, and lets no new one in.",
    "reserved": "is in the middle of a write transaction (rollback journal).",
    "writer": "is in the middle of a write transaction.",
    "checkpointer": "copies the log into the main file; others read and write meanwhile.",
    "recovering": "rebuilds the index of the log after a crash; it takes a moment.",
    "reader": "reads, and as long as it does the log cannot start over.",
    "shared": "reads; with a rollback journal nobody can commit meanwhile.",
}
"""What whoever holds a lock of this name does."""
_WRITES: Final = ("exclusive", "pending", "reserved", "writer")
_READS: Final = ("reader", "shared")


def lock_advice(
    held: Collection[str], wal_size: str, *, known: bool, has_idle: bool, again: str
) -> list[str]:
    """Return what to do, a sentence or two a line.

    `held` names the locks that somebody holds, `wal_size` is the log's size for a person, `known`
    whether the system told of everybody, `has_idle` whether somebody has the file open without a
    lock, and `again` how to look once more.
    """
    lines = []
    if not set(_WRITES).isdisjoint(held):
        lines.append(
            "If it stays so for more than a moment, that program forgot its COMMIT or hangs: end "
            "its transaction, or the program. What it did not commit is rolled back."
        )
    if not set(_READS).isdisjoint(held):
        lines.append(
            f"A reader that stays pins the log, which then grows ({wal_size} now): close its open "
            "query or the program."
        )
    if has_idle and not held:
        lines.append(
            "Nobody holds a lock now. If the engine still says that the database is locked, look "
            f"again {again} while it does; a leftover of an earlier start may be among these."
        )
    if known and not has_idle and not held:
        lines.append("The database is not locked by anybody else on this machine.")
    return lines
