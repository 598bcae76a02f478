"""A batch that comes over in slices: its rows, and what each slice changed, in a folder of its own.

`rows.db` holds the rows, checked against a clone of the table (its columns, CHECK, NOT NULL and
UNIQUE constraints; no foreign keys), and goes when all have come over. `batch.db` holds what each
slice changed, written before the slice is committed, so that after a crash the batch can be
finished, and taken back as a whole at any time.
"""

from __future__ import annotations

import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from cts_console.bulk.model import usage
from cts_console.errors import CtsError
from cts_console.owner_lock import hold_lock, is_held
from cts_console.paths import ensure_private_dir, user_data_dir
from cts_console.sqlite import Connection, Row, open_database, transaction
from cts_console.sqlite.wal_commits import no_checkpoint_at_commit

BatchState = Literal["staging", "coming", "done", "undone"]
BatchOperation = Literal["insert", "upsert", "reconcile"]

_BATCH: Final = "batch.db"
_ROWS: Final = "rows.db"
_OWNER: Final = "owner.lock"
_KEPT_MS: Final = 30 * 86_400_000
_SCHEMA: Final = """
CREATE TABLE batch (
  path TEXT NOT NULL,
  operation TEXT NOT NULL,
  table_name TEXT NOT NULL,
  -- JSON arrays of names.
  columns TEXT NOT NULL,
  key TEXT NOT NULL,
  changes TEXT NOT NULL,
  on_conflict TEXT NOT NULL,
  rows INTEGER NOT NULL,
  state TEXT NOT NULL,
  started_at INTEGER NOT NULL
) STRICT;
CREATE TABLE slices (
  number INTEGER PRIMARY KEY,
  rows_read INTEGER NOT NULL,
  rows_written INTEGER NOT NULL,
  changeset BLOB NOT NULL,
  -- 0 until the commit is known to have succeeded.
  is_committed INTEGER NOT NULL DEFAULT 0
) STRICT;
"""


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """What a batch is to do."""

    path: str
    """The database, resolved."""
    operation: BatchOperation
    """What it is; `reconcile` is an import of trades with their orders."""
    table: str
    """The table."""
    columns: tuple[str, ...]
    """What each row holds, in order."""
    key: tuple[str, ...] = ()
    """Of an upsert, the key."""
    changes: tuple[str, ...] = ()
    """Of an upsert, the columns that are set."""
    on_conflict: str = "abort"
    """Of an insert, what becomes of a row whose key is there."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One transaction of a batch."""

    number: int
    """From 1."""
    rows_read: int
    """Rows of the batch up to its end."""
    rows_written: int
    """Rows that are in the table because of it."""
    changeset: bytes
    """What it changed."""
    is_committed: bool
    """Whether its COMMIT is known to have succeeded."""


@dataclass(frozen=True, slots=True)
class BatchInfo:
    """A batch as a person sees it."""

    id: str
    """Its name."""
    order: BatchOrder
    """What it is to do."""
    rows: int
    """How many rows it has."""
    rows_written: int
    """How many are in the table."""
    state: BatchState
    """staging: never began; coming: not finished; done; undone."""
    started_at_ms: int
    """When, milliseconds since the epoch."""
    is_running: bool
    """Whether a process works on it now."""


class Batch:
    """An open batch. Open it with `new_batch` or `open_batch`."""

    def __init__(
        self,
        folder: Path,
        connection: Connection,
        settle: Callable[[], None] = lambda: None,
    ) -> None:
        self.folder = folder
        self._connection = connection
        self._settle = settle

    @property
    def id(self) -> str:
        """Its name."""
        return self.folder.name

    @property
    def rows_path(self) -> Path:
        """The file of its rows."""
        return self.folder / _ROWS

    def read_order(self) -> BatchOrder:
        """Return what it is to do."""
        row = self._connection.read_row(
            "SELECT path, operation, table_name, columns, key, changes, on_conflict FROM batch"
        )
        if row is None:
            raise usage("Not a batch", f"{self.folder} holds no batch.")
        texts = [str(value) for value in row]
        columns, key, changes = (tuple(map(str, json.loads(text))) for text in texts[3:6])
        operation: BatchOperation = next(
            (known for known in get_args(BatchOperation) if known == texts[1]), "insert"
        )
        return BatchOrder(texts[0], operation, texts[2], columns, key, changes, texts[6])

    def read_state(self) -> tuple[BatchState, int]:
        """Return its state and its number of rows."""
        state, rows = self._connection.read_rows("SELECT state, rows FROM batch")[0]
        return state, rows  # type: ignore[return-value]  # STRICT columns, written here alone

    def set_state(self, state: BatchState, rows: int | None = None) -> None:
        """Keep how far it is."""
        self._connection.execute(
            "UPDATE batch SET state = ?, rows = coalesce(?, rows)", (state, rows)
        )

    def add_slice(self, read: int, written: int, changeset: bytes) -> int:
        """Keep what the slice that is about to be committed changed; return its number."""
        return self._connection.read_int(
            "INSERT INTO slices (rows_read, rows_written, changeset) VALUES (?,?,?) "
            "RETURNING number",
            (read, written, changeset),
        )

    def confirm(self, number: int) -> None:
        """Keep that a slice was committed; the lock of the database is not held any more."""
        self._connection.execute("UPDATE slices SET is_committed = 1 WHERE number = ?", (number,))
        self._settle()

    def remove_slice(self, number: int) -> None:
        """Forget a slice that was not committed, or was taken back."""
        self._connection.execute("DELETE FROM slices WHERE number = ?", (number,))

    def read_slices(self) -> Iterator[Slice]:
        """Yield the slices, the last one first, one by one: a changeset may be large."""
        numbers = self._connection.read_rows("SELECT number FROM slices ORDER BY number DESC")
        for number in numbers:
            for row in self._connection.read_rows(
                "SELECT number, rows_read, rows_written, changeset, is_committed FROM slices "
                "WHERE number = ?",
                number,
            ):
                yield _slice_of(row)

    def read_written(self) -> int:
        """Return how many rows are in the table because of it."""
        return self._connection.read_int("SELECT sum(rows_written) FROM slices")

    def drop_rows(self) -> None:
        """Remove the staged rows: they are in the table now, or never will be."""
        for part in self.folder.glob(f"{_ROWS}*"):
            part.unlink(missing_ok=True)


def batches_dir() -> Path:
    """Return where batches lie."""
    return user_data_dir() / "batches"


@contextmanager
def new_batch(order: BatchOrder) -> Iterator[Batch]:
    """Make a batch, whose folder goes with the block unless it came as far as `coming`.

    Batches that were finished over 30 days ago are removed at the same time.
    """
    parent = ensure_private_dir(batches_dir())
    _forget_old(parent)
    folder = ensure_private_dir(parent / uuid.uuid4().hex[:12])
    with ExitStack() as stack:
        stack.enter_context(hold_lock(folder / _OWNER))
        _make_record(folder, order)
        connection = stack.enter_context(open_database(folder / _BATCH, "read_write"))
        connection.execute("PRAGMA synchronous = FULL")
        # A slice is kept while the lock of the database is held.
        settle = stack.enter_context(no_checkpoint_at_commit(connection))
        batch = Batch(folder, connection, settle)
        try:
            yield batch
        except BaseException:
            is_worthless = batch.read_state()[0] in ("staging", "undone")
            stack.close()
            if is_worthless:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        if batch.read_state()[0] == "staging":
            # It came to nothing.
            stack.close()
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def open_batch(name: str) -> Iterator[Batch]:
    """Open a batch that is there. Raises `CtsError`: usage for none such, locked for a busy one."""
    folder = batches_dir() / Path(name).name
    if not (folder / _BATCH).exists():
        raise usage("No such batch", f"No batch {name!r} is kept.", "List them first.")
    if is_held(folder / _OWNER):
        raise usage("The batch is at work", f"Another process works on batch {name}.", "Wait.")
    with (
        hold_lock(folder / _OWNER),
        open_database(folder / _BATCH, "read_write") as connection,
        no_checkpoint_at_commit(connection) as settle,
    ):
        yield Batch(folder, connection, settle)


def list_batches(path: Path | None = None) -> list[BatchInfo]:
    """Return the batches that are kept (of the database at `path`), the latest first."""
    found = []
    folders: Sequence[Path] = list(batches_dir().glob("*/")) if batches_dir().is_dir() else []
    for folder in folders:
        if not (folder / _BATCH).exists():
            continue
        try:
            info = _read_info(folder)
        except CtsError as error:
            # What came to nothing goes at any moment.
            if error.code == "not_found" or not (folder / _BATCH).exists():
                continue
            raise
        if path is None or info.order.path == os.fspath(path):
            found.append(info)
    return sorted(found, key=lambda info: -info.started_at_ms)


def _read_info(folder: Path) -> BatchInfo:
    is_running = is_held(folder / _OWNER)
    with open_database(folder / _BATCH) as connection:
        batch = Batch(folder, connection)
        state, rows = batch.read_state()
        return BatchInfo(
            folder.name,
            batch.read_order(),
            rows,
            batch.read_written(),
            state,
            connection.read_int("SELECT started_at FROM batch"),
            is_running,
        )


def _make_record(folder: Path, order: BatchOrder) -> None:
    """Make `batch.db`; under its name it is whole: others list batches at any moment."""
    making = folder / "making.db"
    with open_database(making, "read_write", create=True) as connection:
        connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        with transaction(connection):
            connection.execute(_SCHEMA)
            connection.execute(
                "INSERT INTO batch VALUES (?,?,?,?,?,?,?,0,'staging',?)",
                (
                    order.path,
                    order.operation,
                    order.table,
                    *map(json.dumps, (order.columns, order.key, order.changes)),
                    order.on_conflict,
                    time.time_ns() // 1_000_000,
                ),
            )
    making.rename(folder / _BATCH)


def _slice_of(row: Row) -> Slice:
    number, read, written, changeset, committed = row
    return Slice(
        int(str(number)),
        int(str(read)),
        int(str(written)),
        changeset if isinstance(changeset, bytes) else b"",
        bool(committed),
    )


def _forget_old(parent: Path) -> None:
    """Remove what was finished long ago; what was never finished waits for a person."""
    oldest_ms = time.time_ns() // 1_000_000 - _KEPT_MS
    for folder in parent.glob("*/"):
        try:
            info = _read_info(folder)
        except CtsError:
            # A damaged record, or one that just went, is no reason to refuse new work; it stays.
            continue
        if info.state in ("done", "undone") and info.started_at_ms < oldest_ms:
            shutil.rmtree(folder, ignore_errors=True)
