"""A new file that is there whole or not at all, and never in the place of another."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from cts_console.errors import CtsError
from cts_console.maintenance.disk import (
    rename_without_overwriting,
    sync_file,
    sync_folder,
    told_as,
)
from cts_console.sqlite import side_file

_PREFIX_CHARACTERS: Final = 60
_SIDES: Final = ("-wal", "-shm", "-journal")
_OPEN_FILES: Final = Path("/proc/self/fd")
# What systems answer where the file system makes no files without a name (open(2), O_TMPFILE).
_NO_UNNAMED: Final = (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT)


@contextmanager
def new_file(target: Path, title: str) -> Iterator[BinaryIO]:
    """Open a new file that gets its name once the block has ended well, and is gone otherwise.

    Where the system makes files without a name, not even a killed process leaves a part of one.
    Only this user may read it. `title` is the headline of a failure. Raises `CtsError`: usage
    where the name is taken (nothing is ever written over), not_found, no_permission and read_only
    for its folder, disk_full.
    """
    check_is_free(target)
    with told_as(title, target):
        place = target.parent.resolve() / target.name
        descriptor = _open_unnamed(place.parent)
        if descriptor is None:
            with _named(place) as file:
                yield file
            return
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(descriptor)
            # With a folder's descriptor Python calls linkat(2), which follows the link in /proc.
            os.link(_OPEN_FILES / str(descriptor), place, src_dir_fd=descriptor)
        sync_folder(place.parent)


def check_is_free(target: Path) -> None:
    """Raise `CtsError` where a new file cannot get this name.

    A name that SQLite would take for a side file of a database is refused: it would be read as a
    part of that database, or deleted.
    """
    if "\0" in os.fspath(target) or not target.name:
        raise CtsError("usage", "Not a path", f"{os.fspath(target)!r} names no file.", "Name one.")
    if not target.parent.is_dir():
        raise CtsError(
            "not_found", "No such folder", f"{target.parent} does not exist.", "Create it first."
        )
    if os.path.lexists(target):
        raise _refusal(f"{target} exists already; nothing is ever written over")
    for side in _SIDES:
        database = target.with_name(target.name.removesuffix(side) or target.name)
        if side_file(database, side) == target and os.path.lexists(database):
            raise _refusal(f"{target} is the name of a side file of the database {database.name}")


def _refusal(why: str) -> CtsError:
    return CtsError("usage", "The name is taken", f"{why}.", "Choose another name.")


def _open_unnamed(folder: Path) -> int | None:
    """Open a file without a name in `folder`; None where there is no such thing."""
    flag = getattr(os, "O_TMPFILE", None)
    if flag is None or not _OPEN_FILES.is_dir():
        return None
    try:
        return os.open(folder, flag | os.O_RDWR, 0o600)
    except OSError as error:
        if error.errno not in _NO_UNNAMED:
            raise
        return None


@contextmanager
def _named(place: Path) -> Iterator[BinaryIO]:
    prefix = f"{place.name[:_PREFIX_CHARACTERS]}.partial-{os.getpid()}-"
    descriptor, name = tempfile.mkstemp(prefix=prefix, dir=place.parent)
    partial = Path(name)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
        sync_file(partial)
        rename_without_overwriting(partial, place)
        sync_folder(place.parent)
    finally:
        partial.unlink(missing_ok=True)
