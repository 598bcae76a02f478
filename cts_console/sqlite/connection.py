"""`Connection`: a thin class over APSW's with `CtsError` for errors and waits that can be stopped.

Differences from APSW that matter here:

- no method leaves a statement open behind the caller's back, `stream_rows` excepted, which says so;
- transactions are explicit (`transaction.py`): APSW's own context manager holds the interpreter's
  lock while it commits;
- inside `guard` a stop, a time limit and the wait for a lock are looked after for every statement.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import apsw

from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.sqlite.own_use import own_use
from cts_console.sqlite.translation import translate, translate_foreign_sql
from cts_console.sqlite.watch import Watch

SqliteValue = None | int | float | str | bytes
Row = tuple[SqliteValue, ...]
Bindings = Sequence[SqliteValue] | Mapping[str, SqliteValue]
Profile = Literal["read_only", "read_write", "archive"]

# Virtual-machine steps between two looks at the stop: under 30 ms of silence, no measurable cost.
STEPS_PER_LOOK = 10_000
_LONGEST_NAP_S = 0.05


class Connection:
    """One connection to one database file. Open it with `open_database`, close it explicitly.

    At most one thread uses it at a time; `interrupt` may be called from any.
    """

    def __init__(
        self,
        raw: apsw.Connection,
        path: Path,
        profile: Profile,
        *,
        immutable: bool = False,
        note: str = "",
        busy_timeout_ms: int,
    ) -> None:
        self.raw = raw
        """APSW's connection, for this package only."""
        self.path = path
        """The resolved path of the database file."""
        self.profile: Profile = profile
        self.immutable = immutable
        """Whether the file was opened as one that nobody changes (no locks, no side files)."""
        self.note = note
        """What a person should be told about how the file was opened; "" for nothing."""
        self._busy_timeout_ms = busy_timeout_ms
        self._waiting_since_s = 0.0
        self._watches: list[Watch] = []
        self._streams: set[apsw.Cursor] = set()
        self._close_lock = threading.Lock()
        self._closed = False
        self._use = own_use(path)
        # Commits that have begun and are not counted yet, and when the last one began.
        self._commits = 0
        self._commit_began_s = 0.0
        self._pages_noted = 0
        raw.set_busy_timeout(busy_timeout_ms)
        if profile == "read_write":
            raw.set_commit_hook(self._on_commit)

    # Reading

    def read_rows(self, sql: str, bindings: Bindings = ()) -> list[Row]:
        """Run `sql` and return all of its rows."""
        with self._translated():
            began = self._use.begin_read(id(self))
            try:
                return list(self.raw.execute(sql, bindings))
            finally:
                if began:
                    self._use.end_read(id(self))

    def read_row(self, sql: str, bindings: Bindings = ()) -> Row | None:
        """Run `sql` and return its first row, or None where it has none."""
        for row in self.stream_rows(sql, bindings):
            return row
        return None

    def read_value(self, sql: str, bindings: Bindings = ()) -> SqliteValue:
        """Run `sql` and return the first value of its first row, or None where it has none."""
        row = self.read_row(sql, bindings)
        return row[0] if row else None

    def read_int(self, sql: str, bindings: Bindings = ()) -> int:
        """Run `sql`, whose answer is one whole number, and return it (NULL and no row are 0)."""
        value = self.read_value(sql, bindings)
        if value is None:
            return 0
        if isinstance(value, int):
            return value
        raise TypeError(f"{sql!r} gave {type(value).__name__}, not a whole number")

    def stream_rows(self, sql: str, bindings: Bindings = ()) -> Iterator[Row]:
        """Run `sql` and yield its rows; a read transaction stays open until the iterator ends."""
        with self._translated():
            cursor = self.raw.cursor()
            self._streams.add(cursor)
            began = self._use.begin_read(id(self))
            try:
                yield from cursor.execute(sql, bindings)
            finally:
                if began:
                    self._use.end_read(id(self))
                self._streams.discard(cursor)
                cursor.close(True)

    def read_described(
        self, sql: str, bindings: Bindings = (), most: int = 100
    ) -> tuple[tuple[str, ...], list[Row], int]:
        """Run `sql` to its end and return its column names, its first rows and how many it has.

        At most `most` rows are kept. Without a row there are no column names.
        """
        columns: tuple[str, ...] = ()
        rows: list[Row] = []
        total = 0
        for names, row in self.stream_described(sql, bindings):
            columns = names
            if total < most:
                rows.append(row)
            total += 1
        return columns, rows, total

    def stream_described(
        self, sql: str, bindings: Bindings = ()
    ) -> Iterator[tuple[tuple[str, ...], Row]]:
        """Run `sql` and yield the names of its columns with each row, as `stream_rows` does."""
        columns: tuple[str, ...] = ()
        with self._translated():
            cursor = self.raw.cursor()
            self._streams.add(cursor)
            began = self._use.begin_read(id(self))
            try:
                for row in cursor.execute(sql, bindings):
                    columns = columns or tuple(name for name, *_ in cursor.get_description())
                    yield columns, row
            finally:
                if began:
                    self._use.end_read(id(self))
                self._streams.discard(cursor)
                cursor.close(True)

    def read_schema_rows(self, sql: str, bindings: Bindings = ()) -> list[Row]:
        """Run `sql`, which reads nothing but the schema, and return its rows.

        Raises `CtsError("damaged")` where a name is no valid text: in data that may be somebody's
        choice, in a schema it is damage.
        """
        try:
            return self.read_rows(sql, bindings)
        except UnicodeDecodeError as error:
            raise CtsError(
                "damaged",
                "The schema is not text",
                f"{self.path}: the schema holds bytes that are no valid text ({error.reason}).",
                "Look at it with the program that made it, or recover it from a copy.",
            ) from error

    def read_bytes(self, offset: int, size_bytes: int) -> bytes:
        """Return raw bytes of the main file, read through SQLite's own descriptor.

        Where the file is shorter, only the bytes that exist are returned.
        """
        with self._translated():
            whole, data = self.raw.read("main", 0, offset, size_bytes)
        if whole:
            return data
        # A short read is padded with zeroes, and a zero may be real: the size decides.
        existing = max(0, min(size_bytes, self.path.stat().st_size - offset))
        return data[:existing]

    # Writing

    def execute(self, sql: str, bindings: Bindings = ()) -> int:
        """Run one or more statements and return how many rows they changed, triggers included."""
        before = self.raw.total_changes()
        with self._translated():
            for _ in self.raw.execute(sql, bindings):
                pass
        return self.raw.total_changes() - before

    def execute_foreign(self, sql: str, bindings: Bindings = ()) -> None:
        """Run a statement that somebody else wrote; a mistake in it is a `CtsError("usage")`."""
        with self._translated(foreign_sql=True):
            for _ in self.raw.execute(sql, bindings):
                pass

    def execute_many(self, sql: str, rows: Iterable[Sequence[SqliteValue]]) -> int:
        """Run `sql` once per element of `rows` and return how many rows that changed."""
        before = self.raw.total_changes()
        with self._translated():
            for _ in self.raw.executemany(sql, rows):
                pass
        return self.raw.total_changes() - before

    @property
    def total_changes(self) -> int:
        """Rows changed since the connection was opened, triggers and foreign keys included."""
        return self.raw.total_changes()

    @property
    def changes(self) -> int:
        """Rows that the last INSERT, UPDATE or DELETE changed itself."""
        return self.raw.changes()

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open on this connection."""
        return bool(self.raw.in_transaction)

    def roll_back(self, sql: str = "ROLLBACK") -> None:
        """Run `sql`, which ends the open transaction or a part of it.

        Raises nothing that could replace the error on its way out: SQLite has rolled back by
        itself after a full disk or an I/O error. After a stop, open streams end as well.
        """
        if self._closed or not self.in_transaction:
            return
        with suppress(apsw.Error):
            try:
                self.raw.execute(sql).fetchall()
            except apsw.InterruptError:
                # An interrupt stays in force while any statement is open, for a rollback as well.
                while self._streams:
                    self._streams.pop().close(True)
                self.raw.execute(sql).fetchall()

    def abandon(self) -> None:
        """End what is still open: streams that nobody read to their end, then the transaction.

        Afterwards the connection holds neither a snapshot nor a lock, whoever still keeps an
        unfinished iterator or a traceback with one.
        """
        while self._streams:
            self._streams.pop().close(True)
        self.roll_back()
        self._use.end_read(id(self))

    # Waiting and stopping

    @contextmanager
    def guard(
        self,
        *,
        cancel: CancelToken | None = None,
        timeout_s: float | None = None,
        on_wait: Callable[[float], None] | None = None,
        on_look: Callable[[], None] | None = None,
    ) -> Iterator[None]:
        """Look after every statement of the block.

        A stop through `cancel` ends the running statement at once with `CtsError("cancelled")`,
        also while it waits for a lock; `timeout_s` seconds end it with `CtsError("timeout")`;
        `on_wait(seconds waited)` is called while another process holds the lock, `on_look()` at
        every `STEPS_PER_LOOK` steps of SQLite's machine, by which progress can be told.
        """
        watch = Watch(cancel, timeout_s, on_wait, on_look)
        self._watches.append(watch)
        self.raw.set_progress_handler(watch.is_over, STEPS_PER_LOOK, id=watch)
        self._restore_busy_handler()
        try:
            if cancel is None:
                yield
            else:
                cancel.raise_if_cancelled()
                with cancel.subscribed(self.interrupt):
                    yield
        finally:
            self._watches.remove(watch)
            if not self._closed:
                self.raw.set_progress_handler(None, id=watch)
                self._restore_busy_handler()

    @property
    def busy_timeout_ms(self) -> int:
        """How long it waits at most for a lock that another process holds."""
        return self._busy_timeout_ms

    def set_busy_timeout(self, milliseconds: int) -> None:
        """Wait at most this long for a lock that another process holds."""
        self._busy_timeout_ms = milliseconds
        self._restore_busy_handler()

    def interrupt(self) -> None:
        """End the running statement now; callable from any thread, harmless when nothing runs."""
        with self._close_lock:
            if not self._closed:
                self.raw.interrupt()

    def close(self) -> None:
        """Close the connection; a second call does nothing."""
        with self._close_lock:
            if self._closed:
                return
            self._closed = True
        if self.profile == "read_write":
            # Closing checkpoints while it holds the interpreter's lock; a checkpoint before it
            # does not. When it cannot run, the committed frames are safe where they are.
            with suppress(apsw.Error):
                self.raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        self._use.end_read(id(self))
        self.raw.close(True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _restore_busy_handler(self) -> None:
        if self._watches:
            self.raw.set_busy_handler(self._on_busy)
        else:
            self.raw.set_busy_timeout(self._busy_timeout_ms)

    def _on_busy(self, tries: int) -> bool:
        """SQLite's busy handler: True tries again, False gives up."""
        now_s = time.monotonic()
        if tries == 0:
            self._waiting_since_s = now_s
        waited_s = now_s - self._waiting_since_s
        if waited_s * 1000 >= self._busy_timeout_ms:
            return False
        for watch in self._watches:
            watch.report_wait(waited_s)
        nap_s = min(0.001 * 2 ** min(tries, 10), _LONGEST_NAP_S)
        self._watches[-1].nap(nap_s)
        self._use.add_wait(time.monotonic() - now_s, is_first=tries == 0)
        return not any(watch.is_over() for watch in self._watches)

    # Our own share

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Tell `own_use` that a read is open during the block; within another one, nothing."""
        began = self._use.begin_read(id(self))
        try:
            yield
        finally:
            if began:
                self._use.end_read(id(self))

    def _on_commit(self) -> bool:
        """SQLite's commit hook: a commit begins. It is let through."""
        self._commits += 1
        self._commit_began_s = time.perf_counter()
        return False

    def _note_commits(self) -> None:
        """Count the commits of the statements that have just ended."""
        if not self._commits or self.in_transaction:
            return
        elapsed_s = time.perf_counter() - self._commit_began_s
        commits, self._commits = self._commits, 0
        pages = self.raw.status(apsw.SQLITE_DBSTATUS_CACHE_WRITE)[0]
        written, self._pages_noted = pages - self._pages_noted, pages
        if written:  # a transaction that changed nothing is no commit to anybody
            self._use.add_commits(commits, written, self.raw.pragma("page_size"), elapsed_s)

    @contextmanager
    def _translated(self, *, foreign_sql: bool = False) -> Iterator[None]:
        try:
            yield
            self._note_commits()
        except apsw.Error as error:
            if self.in_transaction:
                self._commits = 0  # the COMMIT itself failed
            if isinstance(error, (apsw.InterruptError, apsw.BusyError)):
                for watch in reversed(self._watches):
                    if watch.verdict is not None:
                        raise watch.verdict from error
            name = os.fspath(self.path)
            known = translate_foreign_sql(error, name) if foreign_sql else translate(error, name)
            if known is None:
                raise
            raise known from error
