"""What the slow rules read from: connections that all see the same commit.

`live`: the file itself, each connection in a read transaction on one snapshot. It lasts only while
nobody is held up by it: once the log has grown by `MOST_GROWTH_BYTES`, or somebody begins to write
to a file in rollback mode, it ends and the rest is read from a copy.
`copy`: a private copy of one commit's state, made in a way that holds up nobody; at once where the
file is being written when the slow rules begin.
`slices`: the file itself without a lasting transaction, where no copy can be made: each statement
sees a commit of its own, and one that holds the log for too long is ended.

Snapshots cannot be passed between connections here (SQLite is built without them), so all begin
their transactions and look whether a commit came in between (`engineering.md` section 3).
"""

from __future__ import annotations

import logging
import os
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, Literal

from cts_console.errors import CtsError
from cts_console.maintenance import is_being_written, open_private_copy, read_users
from cts_console.progress import CancelToken, Progress, ProgressCallback
from cts_console.sqlite import Connection, open_database, read_header, side_file
from cts_console.sqlite.wal_frames import FRAME_HEADER_BYTES
from cts_console.sqlite.wal_index import WalIndex, WalIndexReader, open_wal_index

Mode = Literal["live", "copy", "slices"]

MOST_GROWTH_BYTES: Final = 16_000_000
"""So much the log of a file may grow because of one of our reads."""
_CACHE_KIB: Final = 16_000
_SMALL_FILE_BYTES: Final = 8_000_000
_MOST_CONNECTIONS: Final = 2
_TRIES: Final = 20

_log = logging.getLogger(__name__)


class Ground:
    """The connections of the slow rules. Open it, use it from one thread, close it."""

    def __init__(
        self, look: Connection, on_progress: ProgressCallback | None, cancel: CancelToken
    ) -> None:
        self._look = look
        self._on_progress = on_progress
        self._cancel = cancel
        self._stack = ExitStack()
        self._index: WalIndexReader | None = None
        self._began: WalIndex | None = None
        self._is_rollback = False
        self._moved_at = 0.0
        self._why_no_copy = ""
        self.mode: Mode = "live"
        """How the file is read now."""
        self.connections: tuple[Connection, ...] = ()
        """Open connections; none has a statement of ours running."""

    @property
    def note(self) -> str:
        """How the file was read, for the report; "" where there is nothing to tell."""
        if self.mode == "copy":
            at = datetime.fromtimestamp(self._moved_at, UTC).strftime("%H:%M:%S UTC")
            return (
                "Other programs were writing, so the slow rules read a private copy: the state of "
                f"{at}, one commit's."
            )
        if self.mode == "slices":
            return (
                "Other programs were writing and no private copy could be made "
                f"({self._why_no_copy}): each question saw a commit of its own."
            )
        return ""

    def open(self) -> None:
        """Choose how to read, and open the connections."""
        header = read_header(self._look)
        self._is_rollback = header is None or not header.is_wal
        if self._look.immutable or not self._must_not_hold():
            self._open_live()
        else:
            self.move_to_copy()

    def holds_somebody_up(self) -> bool:
        """Return whether the transactions of now must end. It reads no file and takes no lock."""
        if self.mode == "copy" or self._look.immutable:
            return False
        if self._is_rollback:
            return _has_contents(self._look)
        if self._index is None or self._began is None:
            return False
        now = self._index.read()
        if now is None:
            return False
        if now.salts != self._began.salts:
            # A transaction over an empty log lets it start over once, and then holds all of it.
            self._began = replace(now, frames=0)
        grown = now.frames - self._began.frames
        return grown * (FRAME_HEADER_BYTES + now.page_size) > MOST_GROWTH_BYTES

    def begin_slice(self) -> None:
        """Start to count anew how much the log grows, before a statement of its own begins."""
        if self.mode == "slices" and self._index is not None:
            self._began = self._index.read()

    def move_to_copy(self) -> None:
        """End the transactions, and read a private copy from here on, or else in slices."""
        self.close()
        try:
            copy = self._stack.enter_context(
                open_private_copy(
                    self._look,
                    "audit",
                    profile="read_only",
                    on_progress=self._tell_copying,
                    cancel=self._cancel,
                )
            )
        except CtsError as error:
            if error.code in ("cancelled", "damaged"):
                raise
            _log.info("no copy of %s: %s", self._look.path, error.message)
            self._why_no_copy = error.title[:1].lower() + error.title[1:]
            self._open_slices()
            return
        self.mode = "copy"
        self._moved_at = time.time()
        more = [
            self._stack.enter_context(open_database(copy.path)) for _ in range(self._wanted() - 1)
        ]
        self.connections = (copy, *more)
        self._prepare()

    def close(self) -> None:
        """End the transactions and close every connection."""
        self.connections = ()
        stack, self._stack = self._stack, ExitStack()
        stack.close()

    def _tell_copying(self, progress: Progress) -> None:
        """Tell how far the copy is in words: it is no part of what the audit reads."""
        if self._on_progress is None:
            return
        share = f", {progress.done * 100 // progress.total} %" if progress.total else ""
        self._on_progress(Progress(0, None, "", f"making a private copy{share}"))

    def _must_not_hold(self) -> bool:
        if self._is_rollback:
            return not read_users(self._look.path).alone
        return is_being_written(self._look)

    def _open_live(self) -> None:
        self.mode = "live"
        self.connections = tuple(
            self._stack.enter_context(open_database(self._look.path)) for _ in range(self._wanted())
        )
        self._prepare()
        self._index = open_wal_index(self._look)
        if not self._begin_together():
            # Commits came in between each time: one connection sees one commit by itself.
            self.connections = self.connections[:1]
            self._begin_together()

    def _open_slices(self) -> None:
        self.mode = "slices"
        self.connections = (self._stack.enter_context(open_database(self._look.path)),)
        self._prepare()
        self._index = open_wal_index(self._look)
        self.begin_slice()

    def _begin_together(self) -> bool:
        for _ in range(_TRIES):
            before = self._marks()
            for connection in self.connections:
                connection.execute("BEGIN")
                connection.read_value("SELECT 1 FROM sqlite_schema LIMIT 1")
            if len(self.connections) == 1 or self._marks() == before:
                self._began = self._index.read() if self._index is not None else None
                return True
            for connection in self.connections:
                connection.roll_back()
        return False

    def _marks(self) -> object:
        return self._index.read() if self._index is not None else self._look.read_bytes(24, 4)

    def _prepare(self) -> None:
        for connection in self.connections:
            # A sort may be larger than memory should be; it then goes to a file that nobody sees.
            connection.execute(f"PRAGMA temp_store = FILE; PRAGMA cache_size = -{_CACHE_KIB}")

    def _wanted(self) -> int:
        """Return how many connections pay: beside a busy writer one, it needs a core itself."""
        if self._look.path.stat().st_size < _SMALL_FILE_BYTES:
            return 1
        if self.mode == "copy" and not self._look.immutable and is_being_written(self._look):
            return 1
        return min(_MOST_CONNECTIONS, os.cpu_count() or 1)


def _has_contents(look: Connection) -> bool:
    """Return whether a rollback journal says that somebody is writing."""
    try:
        return side_file(look.path, "-journal").stat().st_size > 0
    except FileNotFoundError:
        return False
