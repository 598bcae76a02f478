"""What the history page asks the threads to do: read past runs and batches, finish a batch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from cts_console.bulk import BatchInfo, list_batches, resume_batch
from cts_console.errors import CtsError
from cts_console.progress import Progress, ProgressCallback
from cts_console.reconcile import resume_import
from cts_console.sqlite import Connection, open_database
from cts_console.sqlite.inspection import read_foreign_rows
from cts_console.worker import Errand

MOST_RUNS: Final = 500
_TABLE: Final = "batch_processor_stats"
_COLUMNS: Final = (
    "operation",
    "table_name",
    "rows_requested",
    "rows_written",
    "errors",
    "started_at",
    "duration_ms",
    "status",
)
_WORDS: Final = ("operation", "table_name", "status")


@dataclass(frozen=True, slots=True)
class PastRun:
    """One row of `batch_processor_stats`; None where the file holds something else."""

    number: int
    """Its place, the newest is 0."""
    operation: str
    """What was done."""
    table: str
    """To which table; "" for the whole file."""
    requested: int | None
    """Rows that were asked for."""
    written: int | None
    """Rows that were written."""
    errors: int | None
    """Rows that were refused."""
    started_at_ms: int | None
    """When, milliseconds since the epoch."""
    duration_ms: int | None
    """How long it took."""
    status: str
    """ok, partial or failed."""

    @property
    def rows_per_s(self) -> float | None:
        """Rows written per second; None where the duration is unknown or too short to divide by."""
        if self.written is None or not self.duration_ms:
            return None
        return self.written * 1000 / self.duration_ms


@dataclass(frozen=True, slots=True)
class BulkHistory:
    """What is known of earlier bulk operations on a file."""

    runs: tuple[PastRun, ...] | None
    """The newest runs; None where the file does not keep them."""
    is_cut: bool
    """Whether there are older ones."""
    batches: tuple[BatchInfo, ...]
    """Batches that are kept beside the console, the newest first."""
    problem: CtsError | None = None
    """Why the batches could not be read."""


def history_work(connection: Connection | None, errand: Errand) -> BulkHistory:
    """Read the runs that the file keeps, and the batches that this console keeps of it."""
    assert connection is not None, "the job has a target"
    runs = _read_runs(connection)
    errand.cancel.raise_if_cancelled()
    batches, problem = _read_batches(connection.path)
    if runs is None:
        return BulkHistory(None, is_cut=False, batches=batches, problem=problem)
    return BulkHistory(runs[:MOST_RUNS], len(runs) > MOST_RUNS, batches, problem)


def resume_work(
    _connection: Connection | None, errand: Errand, *, path: Path, info: BatchInfo
) -> int:
    """Finish a batch; return how many of its rows are in the table."""
    with open_database(path, "read_write", cancel=errand.cancel) as connection:
        if info.order.operation == "reconcile":
            return resume_import(
                connection, info.id, on_progress=errand.on_progress, cancel=errand.cancel
            )
        told = partial(_tell, errand.on_progress, info.rows)
        return resume_batch(connection, info.id, told=told, cancel=errand.cancel)


def _read_batches(path: Path) -> tuple[tuple[BatchInfo, ...], CtsError | None]:
    try:
        return tuple(list_batches(path)), None
    except CtsError as error:
        return (), error


def _tell(on_progress: ProgressCallback, total: int, done: int, note: str) -> None:
    on_progress(Progress(done, total, "rows", note))


def _read_runs(connection: Connection) -> tuple[PastRun, ...] | None:
    names = {
        str(name).lower()
        for (name,) in connection.read_rows(
            "SELECT name FROM temp.pragma_table_info(?, 'main')", (_TABLE,)
        )
    }
    if not names.issuperset(_COLUMNS):
        return None
    # The words may be no text at all in a file of unknown origin: read as bytes, shown as far as
    # they can be.
    shown = ", ".join(f"CAST({c} AS BLOB)" if c in _WORDS else c for c in _COLUMNS)
    rows = read_foreign_rows(
        connection,
        f"SELECT {shown} FROM main.{_TABLE} ORDER BY started_at DESC LIMIT ?",
        (MOST_RUNS + 1,),
    )
    return tuple(_read_run(number, *row) for number, row in enumerate(rows))


def _read_run(number: int, operation: object, table: object, *rest: object) -> PastRun:
    *counts, status = rest
    requested, written, errors, started_at_ms, duration_ms = map(_whole, counts)
    return PastRun(
        number=number,
        operation=_text(operation),
        table=_text(table),
        requested=requested,
        written=written,
        errors=errors,
        started_at_ms=started_at_ms,
        duration_ms=duration_ms,
        status=_text(status),
    )


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value or "")
