"""Folders for private copies: readable by their owner alone, on a real disk, gone after a crash.

Each copy lies in a folder of its own below the user's cache, beside a lock file that lives as long
as its owner; `sweep_copies` removes what a crash left.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from cts_console.errors import CtsError
from cts_console.maintenance.disk import check_free_space, is_in_memory, told_as
from cts_console.owner_lock import hold_lock, is_held
from cts_console.paths import ensure_private_dir, user_cache_dir

_TITLE: Final = "A private copy could not be made"
_OWNER: Final = "owner.lock"
# Held while a folder is made or folders are swept: a sweep must not see one whose owner has not
# locked it yet.
_DOOR: Final = "door.lock"


@contextmanager
def private_folder(purpose: str, size_bytes: int) -> Iterator[Path]:
    """Make a folder for a copy of `size_bytes` bytes, and remove it after the block.

    Raises `CtsError`: disk_full where the disk would keep less than its reserve, and `usage` where
    every place for copies lies in memory.
    """
    parent = choose_parent(candidate_folders())
    check_free_space(parent, size_bytes, f"A private copy ({purpose})")
    with ExitStack() as stack:
        with told_as(_TITLE, parent), hold_lock(parent / _DOOR):
            folder = Path(tempfile.mkdtemp(prefix=f"{purpose}-", dir=parent))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            stack.enter_context(hold_lock(folder / _OWNER))
        yield folder


def sweep_copies() -> int:
    """Remove the copies whose owner has ended, and return how many; call it at start-up.

    Copies that cannot be removed stay for the next sweep.
    """
    removed = 0
    for parent in candidate_folders():
        if not parent.is_dir() or not _is_ours(parent):
            continue
        with told_as("The private copies could not be swept", parent), hold_lock(parent / _DOOR):
            for folder in parent.iterdir():
                if folder.is_dir() and not is_held(folder / _OWNER):
                    shutil.rmtree(folder, ignore_errors=True)
                    removed += not folder.exists()
    return removed


def make_private_file(path: Path) -> None:
    """Make the empty file `path`, which must not exist, readable by its owner alone."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def candidate_folders() -> tuple[Path, ...]:
    """Return where copies may lie, the preferred place first."""
    first = user_cache_dir() / "copies"
    if sys.platform == "win32":
        return (first,)
    # /var/tmp outlives a restart (FHS 3.0, 5.15), so it is a disk nearly everywhere.
    return (first, Path(f"/var/tmp/cts-console-copies-{os.getuid()}"))


def choose_parent(folders: tuple[Path, ...]) -> Path:
    """Return the first of `folders` that lies on a real disk, made where it is missing.

    A copy in memory would take it from the engine. Raises `CtsError`: usage where all do,
    no_permission where the folder belongs to somebody else.
    """
    for folder in folders:
        existing = next(part for part in (folder, *folder.parents) if part.exists())
        if is_in_memory(existing):
            continue
        ensure_private_dir(folder)
        if not _is_ours(folder):
            raise CtsError(
                "no_permission",
                "A folder of somebody else",
                f"{folder} is to hold private copies, and does not belong to this user.",
                "Name another folder with the environment variable CTS_CONSOLE_HOME.",
            )
        return folder
    raise CtsError(
        "usage",
        "No disk for a private copy",
        f"{' and '.join(map(str, folders))} would lie in memory (tmpfs), where a copy of a "
        "database takes it from the programs that trade.",
        "Name a folder on a disk with the environment variable CTS_CONSOLE_HOME.",
    )


def _is_ours(folder: Path) -> bool:
    """Return whether this user made `folder`: in a folder open to all anybody may be first."""
    if sys.platform == "win32":
        return True
    facts = folder.stat()
    return facts.st_uid == os.getuid() and not folder.is_symlink()
