"""Where a database lies: the path behind its links, the files beside it, and who may be there."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final, Literal

from cts_console.errors import CtsError

_LONGEST_NAME_BYTES: Final = 255 - len("-journal")


def resolve_database_path(path: str | os.PathLike[str], *, create: bool = False) -> Path:
    """Return the absolute path behind every symbolic link, checked to be an ordinary file.

    SQLite finds the `-wal` by the name of the file that it opens: two names of one file would get
    two logs. Raises `CtsError`: not_found, not_a_file, no_permission, usage.
    """
    name = os.fspath(path)
    if "\0" in name or not name:
        raise CtsError("usage", "Not a path", f"{name!r} is not a path.", "Name a file.")
    resolved = _resolve(name)
    mode = _read_mode(resolved)
    if mode is None:
        if create:
            _check_folder(resolved)
            return resolved
        raise CtsError(
            "not_found",
            "No such file",
            f"{resolved} does not exist.",
            "Check the path; `cts-console init` creates a database.",
        )
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "not an ordinary file"
        raise CtsError("not_a_file", "Not a file", f"{resolved} is {kind}.", "Name a file.")
    if not os.access(resolved, os.R_OK):
        raise _no_permission(resolved, "it cannot be read")
    return resolved


def side_file(path: Path, suffix: Literal["-wal", "-shm", "-journal"]) -> Path:
    """Return the path of a file that SQLite keeps beside the database."""
    return path.with_name(path.name + suffix)


def is_hot(journal: Path) -> bool:
    """Return whether a rollback journal holds a transaction to undo; a finished one is zeroed.

    Source: https://sqlite.org/lockingv3.html#hot_journals.
    """
    if not journal.exists():
        return False
    if not os.access(journal, os.R_OK):
        return True  # What cannot be looked at is not trusted to be empty.
    # Unlike the database and its -shm, the journal carries no lock that closing it could cancel.
    with journal.open("rb") as file:
        return file.read(1) not in (b"", b"\0")


def _resolve(name: str) -> Path:
    try:
        resolved = Path(name).resolve()
    except (OSError, RuntimeError) as error:  # a loop of links is a RuntimeError before 3.13
        raise CtsError("usage", "Not a path", f"{name!r}: {error}.", "Check the path.") from error
    try:
        file_name = resolved.name.encode()
        os.fspath(resolved).encode()
    except UnicodeEncodeError:
        raise CtsError(
            "usage",
            "Not a path for SQLite",
            f"{os.fspath(resolved)!r} is not UTF-8, and SQLite takes no other names.",
            "Rename the file or the folder.",
        ) from None
    if len(file_name) > _LONGEST_NAME_BYTES:
        raise CtsError(
            "usage",
            "The file name is too long",
            f"{resolved.name!r} has {len(file_name)} bytes; SQLite needs room for the names of "
            f"its side files, so {_LONGEST_NAME_BYTES} are the most.",
            "Give the file a shorter name.",
        )
    return resolved


def _read_mode(path: Path) -> int | None:
    """Return the file's type and permission bits, or None where nothing has that name."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise CtsError(
            "not_found",
            "No such file",
            f"{path} does not exist: a part of the path is a file.",
            "Check the path.",
        ) from None
    except PermissionError:
        raise _no_permission(path, "its folder cannot be entered") from None
    except OSError as error:
        raise CtsError(
            "usage", "Not a path", f"{path}: {error.strerror}.", "Check the path."
        ) from error


def _check_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise CtsError(
            "not_found", "No such folder", f"{path.parent} does not exist.", "Create it first."
        )
    if not os.access(path.parent, os.W_OK):
        raise CtsError(
            "read_only",
            "The folder cannot be written",
            f"{path.parent} may not be written by this user.",
            "Choose another folder, or change its permissions.",
        )


def _no_permission(path: Path, what: str) -> CtsError:
    return CtsError(
        "no_permission",
        "No permission",
        f"{path}: {what} by this user.",
        "Ask its owner, or run as the owner.",
    )
