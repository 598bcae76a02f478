"""Where the side database lies, and how a damaged one is put out of the way."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cts_console.errors import CtsError
from cts_console.paths import user_data_dir
from cts_console.sqlite import side_file
from cts_console.store.failing import store_errors

STORE_NAME: Final = "console.db"


def store_path() -> Path:
    """Return where the side database lies, whether it exists or not."""
    return user_data_dir() / STORE_NAME


def rename_damaged_store() -> Path | None:
    """Move the side database and its side files aside and return its new path; None without one.

    Only for a person who was asked: its history is then out of sight, though nothing is deleted.
    Raises `CtsError` where the folder does not allow it.
    """
    path = store_path()
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    aside = path.with_name(f"console.damaged-{stamp}.db")
    with store_errors():
        try:
            # The main file last: beside a missing one, SQLite would delete the -wal as left over.
            for suffix in ("-wal", "-shm", "-journal"):
                if side_file(path, suffix).exists():
                    side_file(path, suffix).rename(side_file(aside, suffix))
            path.rename(aside)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise CtsError("no_permission", "", f"{path}: {error.strerror}.") from error
    return aside
