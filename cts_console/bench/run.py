"""Measure every claim on one private copy, within a bounded time."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

from cts_console.bench.measures import (
    CACHE,
    HIT_RATE,
    INSERT,
    LOOK_UP,
    MMAP,
    PROFILE,
    RANGE,
    Measure,
    measure_index,
    measure_insert,
    measure_settings,
)
from cts_console.bench.model import BenchResult, ClaimResult, unknown
from cts_console.bench.readers import measure_readers
from cts_console.bench.subject import Subject, find_subject
from cts_console.errors import CtsError
from cts_console.maintenance import open_private_copy
from cts_console.progress import CancelToken, Progress, ProgressCallback
from cts_console.schema import read_schema
from cts_console.sqlite import resolve_database_path

LONGEST_S: Final = 20.0
"""No measurement begins later than this after the copy was made."""
_MEASURES: Final[tuple[tuple[Measure, tuple[str, ...]], ...]] = (
    (measure_index, (LOOK_UP, RANGE)),
    (measure_settings, (CACHE, MMAP, PROFILE, HIT_RATE)),
    (measure_insert, (INSERT,)),
    (measure_readers, ("WAL against rollback, 1 to 8 readers beside a writer",)),
)
_NOTES: Final = (
    "Measured on a private copy, which is gone; the file itself was only read.",
    "Medians on this machine as it is now, with its disk, its cache and what else is running.",
    'The documents give no method. Of what "100x" is said they do not tell: here, of indexes.',
)


def run_bench(
    path: str | os.PathLike[str],
    *,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> BenchResult:
    """Measure what the old documents claimed on a private copy of the database at `path`.

    What cannot be measured on this file is unknown and says why. Raises `CtsError`: disk_full
    where the disk has no room for the copy, cancelled, damaged, locked, and what opening raises.
    """
    started_s = time.perf_counter()
    stop = cancel or CancelToken()
    original = resolve_database_path(path)
    results: list[ClaimResult] = []
    with open_private_copy(path, "bench", on_progress=on_progress, cancel=stop) as copy:
        copy_path = copy.path
        with copy.guard(cancel=stop):
            subject = find_subject(copy, read_schema(copy))
        # The journal mode can only be changed while nobody else has the copy open.
        copy.close()
        deadline_s = time.monotonic() + LONGEST_S
        for number, (measure, names) in enumerate(_MEASURES):
            stop.raise_if_cancelled()
            if on_progress is not None:
                on_progress(Progress(number, len(_MEASURES), "measurements", names[0]))
            if subject is None:
                results += _not_measured(names, "the file has no table with rows and a rowid.")
            elif time.monotonic() > deadline_s:
                results += _not_measured(names, f"{LONGEST_S:.0f} s were over.")
            else:
                results += _tried(measure, names, copy_path, subject, stop)
    return BenchResult(
        database=original,
        table=None if subject is None else subject.table.name,
        results=tuple(results),
        notes=_NOTES,
        duration_ms=(time.perf_counter() - started_s) * 1000,
    )


def _tried(
    measure: Measure, names: tuple[str, ...], path: Path, subject: Subject, stop: CancelToken
) -> list[ClaimResult]:
    """Run one measurement; what the file's own schema makes impossible is unknown."""
    try:
        return measure(path, subject, stop)
    except UnicodeDecodeError:
        return _not_measured(names, f"{subject.table.name} holds text that is no valid text.")
    except CtsError as error:
        if error.code not in ("usage", "constraint", "timeout"):
            raise
        return _not_measured(names, error.message)


def _not_measured(names: tuple[str, ...], why: str) -> list[ClaimResult]:
    return [unknown(name, "", "", why) for name in names]
