"""What the seals dialog has done in the threads: listing, making, verifying, export and import."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from cts_console.audit.seal import (
    ImportedSeal,
    Seal,
    SealList,
    TableVerdict,
    export_seals,
    import_seals,
    list_seals,
    seal_tables,
    verify_seals,
)
from cts_console.sqlite import Connection
from cts_console.worker import Errand


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of verifying, and when."""

    verdicts: tuple[TableVerdict, ...]
    """One per table."""
    at_ms: int
    """When it ended, milliseconds since the epoch."""


def list_work(connection: Connection | None, _errand: Errand, *, path: Path) -> SealList:
    """Return what is sealed of the open file and what can be."""
    assert connection is not None
    return list_seals(connection, path)


def seal_work(
    _connection: Connection | None,
    errand: Errand,
    *,
    path: Path,
    names: tuple[str, ...],
    anew: bool,
) -> list[Seal]:
    """Seal tables, or extend their seals."""
    return seal_tables(path, names, anew=anew, on_progress=errand.on_progress, cancel=errand.cancel)


def verify_work(
    _connection: Connection | None, errand: Errand, *, path: Path, names: tuple[str, ...]
) -> Verified:
    """Compare tables with their kept seals."""
    verdicts = verify_seals(path, names, on_progress=errand.on_progress, cancel=errand.cancel)
    return Verified(tuple(verdicts), time.time_ns() // 1_000_000)


def export_work(
    _connection: Connection | None,
    errand: Errand,
    *,
    path: Path,
    target: Path,
    names: tuple[str, ...],
) -> Path:
    """Write kept seals into a new file."""
    return export_seals(path, target, names, cancel=errand.cancel)


def import_work(
    _connection: Connection | None, errand: Errand, *, path: Path, file: Path, replaces: bool
) -> list[ImportedSeal]:
    """Keep the seals of a file."""
    return import_seals(
        path, file, replaces=replaces, on_progress=errand.on_progress, cancel=errand.cancel
    )
