"""Failures of the side database, told as such."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from cts_console.errors import CtsError


@contextmanager
def store_errors() -> Iterator[None]:
    """Say of every expected failure that it concerns the console's own records."""
    try:
        yield
    except CtsError as error:
        raise CtsError(
            error.code,
            "The console's own records cannot be used",
            error.message,
            _HINTS.get(error.code, error.hint),
        ) from error


_ASIDE: Final = (
    "Nothing else depends on them: move the file and its -wal to another place to keep what they "
    "hold, and the console begins new ones."
)
_HINTS: Final = {
    "damaged": _ASIDE,
    "not_a_database": _ASIDE,
    "encrypted": _ASIDE,
    "not_a_file": _ASIDE,
    "locked": "Another console is writing its records. Try again in a moment.",
    "no_permission": "Check who owns the folder and its files.",
    "disk_full": "Free some space on the disk of your home folder.",
}
