"""Prove that a database file is whole, without changing it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from cts_console.errors import CtsError
from cts_console.maintenance.look import fingerprint, has_contents, open_look
from cts_console.maintenance.proof import hash_file, run_proof
from cts_console.maintenance.users import read_users
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.sqlite import Connection, open_database, resolve_database_path, side_file


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """What was proved about one file."""

    path: Path
    """The resolved path."""
    verified: bool
    """Whether the whole `integrity_check` ran and found nothing."""
    integrity: tuple[str, ...]
    """Its lines; `("ok",)` where it found nothing, empty where it could not run."""
    foreign_key_violations: int
    """Rows whose parent is missing. They do not make a file unverified: they are its contents."""
    notes: tuple[str, ...]
    """What could not be checked, and how the file was looked at."""
    page_count: int
    """Pages of the database."""
    size_bytes: int
    """Bytes of the main file."""
    sha256: str | None
    """Hash of the main file, hexadecimal; None where a program has it open or a -wal holds a part
    of the contents: the main file is then not the database."""
    duration_ms: float
    """How long it took."""


def run_verify(
    path: str | os.PathLike[str],
    *,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> VerifyResult:
    """Check the whole database at `path`: structure, references, and the hash of its bytes.

    A file that nobody uses is read without locks and side files. One in use is read in a read
    transaction, which keeps the log of its writer from being reset until the check ends.
    A damaged file is a result with `verified` false. Raises `CtsError`: what `open_database`
    raises, cancelled, locked.
    """
    started_s = time.perf_counter()
    resolved = resolve_database_path(path)
    sampler = ProgressSampler(on_progress)
    sampler.report(Progress(0, None, "pages", "checking every page"))
    try:
        result = _verify_unused(resolved, started_s, cancel)
        if result is None:
            with open_look(resolved, on_progress=on_progress, cancel=cancel) as connection:
                result = _verify(connection, resolved, started_s, cancel, is_still=False)
    except CtsError as error:
        if error.code != "damaged":
            raise
        result = _unreadable(resolved, error, started_s)
    sampler.finish(Progress(result.page_count, result.page_count, "pages", "checked"))
    return result


def _verify_unused(path: Path, started_s: float, cancel: CancelToken | None) -> VerifyResult | None:
    """Verify a file that nobody writes; None where somebody has it open, or opened it meanwhile."""
    left_over = has_contents(side_file(path, "-wal")) or has_contents(side_file(path, "-journal"))
    if left_over or read_users(path).holders:
        return None
    before = fingerprint(path)
    try:
        with open_database(path, "archive", cancel=cancel) as connection:
            result = _verify(connection, path, started_s, cancel, is_still=True)
    except CtsError:
        if fingerprint(path) == before:
            raise
        return None
    return result if fingerprint(path) == before else None


def _verify(
    connection: Connection,
    path: Path,
    started_s: float,
    cancel: CancelToken | None,
    *,
    is_still: bool,
) -> VerifyResult:
    proof = run_proof(connection, cancel=cancel)
    sha256 = hash_file(connection, cancel=cancel) if is_still else None
    return VerifyResult(
        path=path,
        verified=proof.is_sound,
        integrity=proof.integrity,
        foreign_key_violations=proof.foreign_key_violations,
        notes=(*((connection.note,) if connection.note else ()), *proof.notes),
        page_count=_read_page_count(connection),
        size_bytes=path.stat().st_size,
        sha256=sha256,
        duration_ms=(time.perf_counter() - started_s) * 1000,
    )


def _unreadable(path: Path, error: CtsError, started_s: float) -> VerifyResult:
    """Return the result for a file that is too damaged to be opened."""
    return VerifyResult(
        path=path,
        verified=False,
        integrity=(error.message,),
        foreign_key_violations=0,
        notes=(),
        page_count=0,
        size_bytes=path.stat().st_size,
        sha256=None,
        duration_ms=(time.perf_counter() - started_s) * 1000,
    )


def _read_page_count(connection: Connection) -> int:
    try:
        return connection.read_int("PRAGMA page_count")
    except CtsError as error:
        if error.code != "damaged":
            raise
        return 0
