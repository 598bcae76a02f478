"""What a folder's disk can take: free space, and whether it is a disk at all."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cts_console.errors import CtsError, ErrorCode

_MEMORY_FILE_SYSTEMS: Final = frozenset({"tmpfs", "ramfs", "devtmpfs"})
_RESERVE_BYTES: Final = 2**30
_RESERVE_SHARE: Final = 0.05
_CODES: Final[dict[int | None, ErrorCode]] = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EFBIG: "disk_full",
    errno.EROFS: "read_only",
    errno.EACCES: "no_permission",
    errno.EPERM: "no_permission",
    errno.ENAMETOOLONG: "usage",
    errno.EEXIST: "usage",
    errno.ENOENT: "not_found",
    errno.EIO: "damaged",
}


@contextmanager
def told_as(title: str, path: Path) -> Iterator[None]:
    """Turn an `OSError` of the block into a `CtsError` about `path` under the headline `title`."""
    try:
        yield
    except OSError as error:
        if error.errno not in _CODES:
            raise
        raise CtsError(
            _CODES[error.errno],
            title,
            f"{path}: {error.strerror}.",
            "Check the disk, the folder and its permissions, or choose another folder.",
        ) from error


def check_free_space(
    folder: Path, needed_bytes: int, what: str, *, keep_reserve: bool = True
) -> None:
    """Raise `CtsError("disk_full")` where `needed_bytes` would eat into the reserve of the disk.

    The reserve is 1 GiB or 5 % of the disk, whichever is less: a trading engine that cannot write
    any more loses more than a copy that was not made. A disk that no engine uses needs none.
    """
    usage = shutil.disk_usage(folder)
    reserve_bytes = min(_RESERVE_BYTES, int(usage.total * _RESERVE_SHARE)) if keep_reserve else 0
    if usage.free - needed_bytes < reserve_bytes:
        raise CtsError(
            "disk_full",
            "Not enough free disk space",
            f"{what} needs {needed_bytes:,} bytes in {folder}; {usage.free:,} are free, of which "
            f"{reserve_bytes:,} stay reserved for the programs that trade.",
            "Free some space on that disk, then try again.",
        )


def is_in_memory(folder: Path) -> bool:
    """Return whether `folder` lies on a file system that keeps its files in memory.

    Where the system does not tell, the answer is no.
    """
    return file_system_of(folder) in _MEMORY_FILE_SYSTEMS


def file_system_of(folder: Path) -> str:
    """Return the type of the file system that holds `folder`; "" where the system does not tell.

    Told by `/proc/self/mountinfo` (https://man7.org/linux/man-pages/man5/proc.5.html), which only
    Linux has.
    """
    if not sys.platform.startswith("linux"):
        return ""
    try:
        table = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
    return read_file_system(table, folder.resolve())


def read_file_system(mountinfo: str, folder: Path) -> str:
    """Return the type of the file system that holds `folder`; "" where the table lacks it."""
    kind, longest = "", -1
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        mount = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), before.split(" ")[4])
        # Of two mounts on one place the later one is seen.
        if folder.is_relative_to(mount) and len(mount) >= longest:
            kind, longest = after.split(" ")[0], len(mount)
    return kind


def sync_file(path: Path) -> None:
    """Wait until the contents of `path` are on the disk. No connection may have it open."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Wait until the names in the folder `path` are on the disk; Windows has no such call."""
    if sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def rename_without_overwriting(source: Path, target: Path) -> None:
    """Give the file `source` the name `target`, both in one folder, in one step.

    Raises `FileExistsError` where `target` exists, also where somebody made it this instant.
    """
    if sys.platform == "win32":
        source.rename(target)  # never overwrites there
        return
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
            raise
        # No hard links here (FAT, some network file systems): claim the name, then replace what
        # is ours. A crash between the two steps leaves an empty file.
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        source.replace(target)
        return
    source.unlink()
