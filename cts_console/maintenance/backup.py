"""A verified copy of a live database under a name that did not exist before.

Method: SQLite's backup API inside a read transaction of the source; into a partial file in the
target's folder; closed, checked and hashed there; put to the disk; and only then given its name,
in a step that cannot overwrite. Whatever ends the process, the final name holds a verified file
or nothing (`engineering.md` section 9).
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cts_console.errors import CtsError
from cts_console.maintenance.disk import (
    check_free_space,
    rename_without_overwriting,
    sync_file,
    sync_folder,
    told_as,
)
from cts_console.maintenance.look import open_look
from cts_console.maintenance.proof import Proof, hash_file, read_row_counts, run_proof
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.sqlite import (
    Connection,
    open_database,
    read_transaction,
    resolve_database_path,
    side_file,
)
from cts_console.sqlite.copying import copy_snapshot

_TITLE: Final = "The backup could not be written"
# A name may have 255 bytes; a character at most 4; the rest is for our suffix.
_PREFIX_CHARACTERS: Final = 50


@dataclass(frozen=True, slots=True)
class BackupResult:
    """What was made, and what was proved about it."""

    output: Path
    """The resolved path of the backup: one file, nothing beside it."""
    size_bytes: int
    """Its size."""
    pages: int
    """Its pages."""
    sha256: str
    """Hash of the closed file, hexadecimal."""
    verified: bool
    """Whether it holds the rows of the source, table by table, and its structure is sound. False
    where the source itself is damaged: the copy is as faithful as it can be, and kept."""
    integrity: tuple[str, ...]
    """Lines of the whole `integrity_check`; `("ok",)` where it found nothing."""
    foreign_key_violations: int
    """Rows whose parent is missing: contents of the source, faithfully copied."""
    notes: tuple[str, ...]
    """What could not be checked, and how the source was looked at."""
    duration_ms: float
    """How long it took."""


@dataclass(frozen=True, slots=True)
class _Snapshot:
    pages: int
    row_counts: dict[str, int]


def run_backup(
    source_path: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> BackupResult:
    """Back up the database at `source_path` to the new file `output`, while others write.

    In WAL mode nobody waits; in rollback mode commits of others wait while pages are copied. The
    copy keeps the source's journal mode. On any failure or stop nothing is left.

    Raises `CtsError`: usage where `output` or a side file of it exists, not_found, no_permission
    and read_only for its folder, disk_full, damaged where the copy is not what the source is,
    cancelled, and what `open_database` raises for the source.
    """
    started_s = time.perf_counter()
    target = _resolve_target(output)
    sampler = ProgressSampler(on_progress)
    with (
        open_look(source_path, on_progress=on_progress, cancel=cancel) as source,
        _partial_file(target) as partial,
    ):
        _check_space(source, source_path, target)
        snapshot = _copy(source, partial, on_progress, cancel)
        sampler.report(Progress(snapshot.pages, snapshot.pages, "pages", "verifying"))
        proof, sha256 = _prove(partial, snapshot, cancel)
        size_bytes = partial.stat().st_size
        with told_as(_TITLE, target):
            sync_file(partial)
            rename_without_overwriting(partial, target)
            sync_folder(target.parent)
        note = source.note
    sampler.finish(Progress(snapshot.pages, snapshot.pages, "pages", "verified"))
    return BackupResult(
        output=target,
        size_bytes=size_bytes,
        pages=snapshot.pages,
        sha256=sha256,
        verified=proof.is_sound,
        integrity=proof.integrity,
        foreign_key_violations=proof.foreign_key_violations,
        notes=(*((note,) if note else ()), *proof.notes),
        duration_ms=(time.perf_counter() - started_s) * 1000,
    )


def backup_before(
    source_path: str | os.PathLike[str],
    label: str,
    *,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> BackupResult:
    """Back up `NAME.db` beside itself as `NAME.before-LABEL.YYYYMMDD-HHMMSSZ.db`.

    Where that name is taken, as by another process in the same second, a number follows. Raises
    what `run_backup` raises.
    """
    source = resolve_database_path(source_path)
    moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%SZ")
    stem = f"{source.stem}.before-{label}.{moment}"
    number = 1
    while True:
        name = f"{stem}.db" if number == 1 else f"{stem}-{number}.db"
        target = source.with_name(name)
        try:
            return run_backup(source, target, on_progress=on_progress, cancel=cancel)
        except CtsError as error:
            if error.code != "usage" or not os.path.lexists(target):
                raise
        number += 1


def _resolve_target(output: str | os.PathLike[str]) -> Path:
    """Return the absolute path of `output`, checked to be free."""
    named = Path(output)
    if "\0" in os.fspath(output) or not named.name:
        raise CtsError("usage", "Not a path", f"{os.fspath(output)!r} names no file.", "Name one.")
    with told_as(_TITLE, named):
        folder = named.parent.resolve()
        if not folder.is_dir():
            raise CtsError(
                "not_found", "No such folder", f"{folder} does not exist.", "Create it first."
            )
        target = folder / named.name
        if os.path.lexists(target):
            raise _exists(target, "exists already; a backup never overwrites")
    for side in (side_file(target, "-wal"), side_file(target, "-journal")):
        if os.path.lexists(side):
            # SQLite would apply it to the new file and silently show an older state.
            raise _exists(side, f"exists already and would change what {target.name} shows")
    return target


def _exists(path: Path, why: str) -> CtsError:
    return CtsError(
        "usage", "The name is taken", f"{path} {why}.", "Choose another name for the backup."
    )


@contextmanager
def _partial_file(target: Path) -> Iterator[Path]:
    """Make an empty file beside `target` (mode 0600) and remove it, if it is still there, after."""
    prefix = f"{target.name[:_PREFIX_CHARACTERS]}.partial-{os.getpid()}-"
    with told_as(_TITLE, target):
        descriptor, name = tempfile.mkstemp(prefix=prefix, dir=target.parent)
    os.close(descriptor)
    partial = Path(name)
    try:
        yield partial
    finally:
        for part in (partial, *(side_file(partial, side) for side in ("-wal", "-shm", "-journal"))):
            part.unlink(missing_ok=True)


def _check_space(source: Connection, source_path: str | os.PathLike[str], target: Path) -> None:
    size_bytes = source.read_int("PRAGMA page_count") * source.read_int("PRAGMA page_size")
    # Only the disk on which an engine writes must keep its reserve.
    same_disk = Path(source_path).stat().st_dev == target.parent.stat().st_dev
    check_free_space(target.parent, size_bytes, "The backup", keep_reserve=same_disk)


def _copy(
    source: Connection,
    partial: Path,
    on_progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> _Snapshot:
    with open_database(partial, "read_write", create=True) as target:
        # The partial file is synced once, when it is whole; a crash before throws it away.
        target.execute("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")
        with source.guard(cancel=cancel), read_transaction(source):
            pages = copy_snapshot(source, target, on_progress=on_progress, cancel=cancel)
            return _Snapshot(pages, read_row_counts(source))


def _prove(partial: Path, snapshot: _Snapshot, cancel: CancelToken | None) -> tuple[Proof, str]:
    """Check the closed partial file, as one that nobody writes, which leaves nothing beside it."""
    with open_database(partial, "archive") as copy:
        proof = run_proof(copy, cancel=cancel)
        with copy.guard(cancel=cancel):
            found = _Snapshot(copy.read_int("PRAGMA page_count"), read_row_counts(copy))
        if found != snapshot:
            raise CtsError(
                "damaged",
                "The copy differs from the source",
                f"{partial.parent}: the copy has {_describe(found)}, the source "
                f"{_describe(snapshot)}. The copy was removed.",
                "Look at the disk of the backup, then try again.",
            )
        return proof, hash_file(copy, cancel=cancel)


def _describe(snapshot: _Snapshot) -> str:
    return f"{snapshot.pages:,} pages and {sum(snapshot.row_counts.values()):,} rows"
