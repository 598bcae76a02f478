"""Read one commit's state of a file, for however long that takes, without holding anybody up.

What is short is read from the file itself. A long read there would keep the log of a file in WAL
mode from starting over, and in rollback mode keep writers from committing: where others have the
file open, the work then begins anew on a private copy. Somebody who opens it meanwhile is noticed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from cts_console.errors import CtsError
from cts_console.maintenance import open_private_copy, read_users
from cts_console.progress import CancelToken, ProgressCallback
from cts_console.sqlite import Connection, read_header, side_file

SHORT_S: Final = 1.0
"""So long a read may take beside others."""
MOST_GROWTH_BYTES: Final = 16_000_000
"""So much the log of a file may grow while we read."""
_LOOK_S: Final = 0.05
_USERS_S: Final = 0.5

_Result = TypeVar("_Result")


def read_one_state(
    look: Connection,
    original: Path,
    work: Callable[[Connection], _Result],
    *,
    on_progress: ProgressCallback | None,
    cancel: CancelToken,
) -> tuple[_Result, str]:
    """Run `work` on `look` or, where that would hold somebody up, anew on a private copy.

    `work` may be ended at any statement and run twice. Returns its result, and what a person
    should be told about how the file was read. Raises what `work` and `open_private_copy` raise.
    """
    if look.immutable or look.path != original:
        # Nobody has it open, or it is a private copy already.
        return work(look), look.note
    header = read_header(look)
    is_wal = header is not None and header.is_wal
    if is_wal or read_users(original).alone:
        leave = CancelToken()
        manners = _Manners(original, leave)
        try:
            with look.guard(cancel=leave, on_look=manners.look):
                return work(look), look.note
        except CtsError as error:
            if error.code != "cancelled" or cancel.cancelled or not leave.cancelled:
                raise
        look.abandon()
    at = datetime.now(UTC).strftime("%H:%M:%S UTC")
    with open_private_copy(
        look, "export", profile="read_only", on_progress=on_progress, cancel=cancel
    ) as copy:
        note = f"Others have the file open, so a private copy was read: the state of {at}."
        return work(copy), note


class _Manners:
    """Looks from time to time whether our read holds somebody up, and then ends it."""

    def __init__(self, path: Path, leave: CancelToken) -> None:
        self._path = path
        self._leave = leave
        self._wal_bytes = _size_of(side_file(path, "-wal"))
        now_s = time.monotonic()
        self._next_look_s = now_s + _LOOK_S
        self._next_users_s = now_s + SHORT_S

    def look(self) -> None:
        """Called at every so many steps of SQLite's machine."""
        now_s = time.monotonic()
        if now_s < self._next_look_s:
            return
        self._next_look_s = now_s + _LOOK_S
        if _size_of(side_file(self._path, "-wal")) - self._wal_bytes > MOST_GROWTH_BYTES:
            self._leave.cancel()
        elif now_s >= self._next_users_s:
            self._next_users_s = now_s + _USERS_S
            if not read_users(self._path).alone:
                self._leave.cancel()


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
