"""What an audit knows of the disk on which a database lies."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cts_console.maintenance.disk import file_system_of


@dataclass(frozen=True, slots=True)
class DiskFacts:
    """The disk of a file."""

    free_bytes: int | None
    """Bytes that this user may still write; None where the system does not tell."""
    file_system: str
    """Type of its file system (`ext4`, `nfs4`); "" where the system does not tell."""


UNKNOWN_DISK: Final = DiskFacts(None, "")


def read_disk_facts(path: Path) -> DiskFacts:
    """Return the facts of the disk that holds the file at `path`."""
    try:
        free_bytes = shutil.disk_usage(path.parent).free
    except OSError:
        return UNKNOWN_DISK
    return DiskFacts(free_bytes, file_system_of(path.parent))
