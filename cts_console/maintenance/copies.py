"""Private copies of a database, for work that must not touch the original."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from cts_console.errors import CtsError
from cts_console.maintenance.look import open_look
from cts_console.maintenance.private_folders import make_private_file, private_folder
from cts_console.maintenance.quiet_copy import run_quiet_copy
from cts_console.maintenance.sliced_copy import run_sliced_copy
from cts_console.progress import CancelToken, ProgressCallback
from cts_console.sqlite import Connection, Profile, open_database, read_header, run_page_copy

# So much is copied within some 20 ms; longer a lock must not keep writers waiting.
_SHORT_COPY_BYTES: Final = 16_000_000


@contextmanager
def open_private_copy(
    source: Connection | str | os.PathLike[str],
    purpose: str,
    *,
    profile: Profile = "read_write",
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> Iterator[Connection]:
    """Copy `source` as it is now, open the copy with `profile`, and remove it after the block.

    The copy is consistent while others write. `source` is a path, or a connection outside a
    transaction; `purpose` ("audit", "preflight") names the folder. More connections may be opened
    on `Connection.path` of what is yielded; they must be closed before the block ends.

    Raises `CtsError`: disk_full where the disk would keep less than its reserve, cancelled,
    locked, damaged, and `usage` where every folder for copies lies in memory.
    """
    with ExitStack() as stack:
        if isinstance(source, Connection):
            path = stack.enter_context(_copied(source, purpose, on_progress, cancel))
        else:
            with open_look(source, cancel=cancel) as look:
                path = stack.enter_context(_copied(look, purpose, on_progress, cancel))
        yield stack.enter_context(open_database(path, profile, create=profile == "read_write"))


@contextmanager
def _copied(
    source: Connection,
    purpose: str,
    on_progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> Iterator[Path]:
    size_bytes = source.read_int("PRAGMA page_count") * source.read_int("PRAGMA page_size")
    with private_folder(purpose, size_bytes) as folder:
        path = folder / source.path.name
        make_private_file(path)
        if not _copied_beside_writers(source, path, on_progress, cancel):
            with open_database(path, "read_write", create=True) as target:
                # A copy that a crash cuts short is thrown away: nothing of it needs to be safe.
                target.execute("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")
                run_page_copy(source, target, on_progress=on_progress, cancel=cancel)
        yield path


def _copied_beside_writers(
    source: Connection,
    target: Path,
    on_progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> bool:
    """Copy in a way that holds up nobody, where there is one; return whether there was."""
    if source.immutable:
        return False
    header = read_header(source)
    if header is not None and header.is_wal:
        copy = run_sliced_copy(source.path, target, on_progress=on_progress, cancel=cancel)
        return copy is not None
    if run_quiet_copy(source.path, target, on_progress=on_progress, cancel=cancel):
        return True
    if source.path.stat().st_size <= _SHORT_COPY_BYTES:
        return False
    raise CtsError(
        "locked",
        "The database is written without a pause",
        f"{source.path} is in rollback mode, and somebody wrote to it during each try to copy it. "
        "A copy with a lock would keep its writers waiting.",
        "Try again when the programs that write to it are quieter, or switch it to WAL mode.",
    )
