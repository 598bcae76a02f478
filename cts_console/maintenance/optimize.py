"""Fresh statistics for the planner, and free pages given back, in steps that hold nobody up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from cts_console.errors import CtsError
from cts_console.maintenance.gate import SLICE_S, give_way, pass_gate
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.schema import read_schema
from cts_console.sqlite import Connection, quote_identifier

# Rows of each index that ANALYZE looks at (https://sqlite.org/lang_analyze.html#approx): enough for
# the planner, milliseconds on any table.
_ANALYSIS_ROWS: Final = 1_000
PAGES_PER_STEP: Final = 500
"""Free pages that one step gives back."""
_INCREMENTAL: Final = 2


@dataclass(frozen=True, slots=True)
class OptimizeResult:
    """What was done."""

    analyzed: tuple[str, ...]
    """Tables whose statistics were renewed."""
    freelist_before: int
    """Pages without contents before."""
    freelist_after: int
    """Pages without contents after."""
    size_before_bytes: int
    """Pages of the database before, in bytes."""
    size_after_bytes: int
    """Pages of the database after, in bytes."""
    is_shrinkable: bool
    """Whether free pages can be given back step by step (auto_vacuum = incremental)."""
    duration_ms: float
    """How long it took."""


def optimize_database(
    connection: Connection,
    *,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> OptimizeResult:
    """Renew the statistics of every table and give free pages back.

    Each table and each run of pages is a transaction of its own, no longer than a slice of the
    gate; a stop leaves those that are done. Free pages can be given back where the file was made
    with auto_vacuum = incremental. Raises `CtsError`: read_only, locked, disk_full, cancelled.
    """
    if connection.profile != "read_write":
        raise CtsError(
            "read_only",
            "Opened for reading only",
            f"{connection.path} was opened read-only: statistics are written to it.",
            "Open it for writing.",
        )
    started_s = time.perf_counter()
    tables = [
        table.name for table in read_schema(connection).ordinary_tables() if not table.problem
    ]
    freelist_before, size_before_bytes = _read_sizes(connection)
    is_shrinkable = connection.read_int("PRAGMA auto_vacuum") == _INCREMENTAL
    alone = pass_gate(connection, what="Renewing the statistics", estimated_hold_s=SLICE_S).alone
    with connection.guard(cancel=cancel), _analysis_limit(connection):
        sampler = ProgressSampler(on_progress)
        for number, name in enumerate(tables):
            sampler.report(Progress(number, len(tables), "tables", name))
            if cancel is not None:  # a short statement ends before an interrupt finds it
                cancel.raise_if_cancelled()
            step_s = time.perf_counter()
            connection.execute(f"ANALYZE main.{quote_identifier(name)}")
            if not alone:
                give_way(time.perf_counter() - step_s)
        if is_shrinkable:
            give_pages_back(connection, alone=alone, on_progress=sampler.report)
    freelist_after, size_after_bytes = _read_sizes(connection)
    return OptimizeResult(
        analyzed=tuple(tables),
        freelist_before=freelist_before,
        freelist_after=freelist_after,
        size_before_bytes=size_before_bytes,
        size_after_bytes=size_after_bytes,
        is_shrinkable=is_shrinkable,
        duration_ms=(time.perf_counter() - started_s) * 1000,
    )


def _read_sizes(connection: Connection) -> tuple[int, int]:
    page_size = connection.read_int("PRAGMA page_size")
    return (
        connection.read_int("PRAGMA freelist_count"),
        connection.read_int("PRAGMA page_count") * page_size,
    )


@contextmanager
def _analysis_limit(connection: Connection) -> Iterator[None]:
    before = connection.read_int("PRAGMA analysis_limit")
    connection.execute(f"PRAGMA analysis_limit = {_ANALYSIS_ROWS}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA analysis_limit = {before}")


def give_pages_back(connection: Connection, *, alone: bool, on_progress: ProgressCallback) -> None:
    """Give the free pages back, step by step; between two steps others have their turn.

    It needs auto_vacuum = incremental. Raises what SQLite reports; what was done stays.
    """
    free = total = connection.read_int("PRAGMA freelist_count")
    while free:
        on_progress(Progress(total - free, total, "pages", "giving free pages back"))
        started_s = time.perf_counter()
        connection.execute(f"PRAGMA incremental_vacuum({PAGES_PER_STEP})")
        before, free = free, connection.read_int("PRAGMA freelist_count")
        if free >= before:
            return  # Others free pages as fast as they are given back.
        if not alone:
            give_way(time.perf_counter() - started_s)
