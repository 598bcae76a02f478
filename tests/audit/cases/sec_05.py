"""Cases of SEC-05: a file that lies open. They need POSIX, and some of them need to be root."""

import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.audit.case import Case, both
from tests.audit.cases.sec_01 import KEY, values

_SECRET = values("api_secret", KEY)
_STRANGER = 4242


def rights(file: int, folder: int) -> Callable[[Path], None]:
    """Return what sets the rights of a file and its folder, which everybody may reach."""

    def change(path: Path) -> None:
        if os.name != "posix":
            pytest.skip("rights are judged on POSIX systems alone")
        open_the_way(path.parent)
        path.parent.chmod(folder)
        path.chmod(file)

    return change


def open_the_way(folder: Path) -> None:
    """Let everybody pass the folders between the system's temporary one and `folder`."""
    shared = Path(tempfile.gettempdir()).resolve()
    if shared not in folder.parents or not _is_open(shared):
        pytest.skip("the tests run in a folder that others cannot reach")
    for parent in folder.parents:
        if parent == shared:
            return
        parent.chmod(parent.stat().st_mode | 0o011)


def _is_open(folder: Path) -> bool:
    return all(place.stat().st_mode & stat.S_IXOTH for place in (folder, *folder.parents))


def give_away(*suffixes: str, mode: int = 0o644) -> Callable[[Path], None]:
    """Return what makes side files of one user beside a database of another."""

    def change(path: Path) -> None:
        if os.name != "posix" or os.geteuid() != 0:
            pytest.skip("only root may give files away")
        for suffix in suffixes:
            side = path.with_name(path.name + suffix)
            side.write_bytes(b"")
            side.chmod(mode)
        os.chown(path, _STRANGER, _STRANGER)

    return change


def leave_a_journal(path: Path) -> None:
    """Leave the journal of an interrupted write, which a private copy alone can roll back."""
    if os.name != "posix":
        pytest.skip("rights are judged on POSIX systems alone")
    journal = path.with_name(path.name + "-journal")
    journal.write_bytes(bytes.fromhex("d9d505f920a163d7") + b"\0" * 504)


def _group(path: Path) -> None:
    side = path.with_name(path.name + "-wal")
    os.chown(side, 0, _STRANGER)


DEFECT = (
    Case("everybody may write", then=rights(0o602, 0o711), objects=("file",)),
    Case("everybody may write the folder", then=rights(0o600, 0o703), objects=("folder",)),
    Case("everybody may read a secret", _SECRET, then=rights(0o604, 0o711), objects=("file",)),
    Case(
        "all of it",
        _SECRET,
        then=rights(0o606, 0o707),
        objects=("file", "file", "folder"),
    ),
    Case("a log of root", then=give_away("-wal"), objects=("-wal",)),
    Case(
        "a private copy is looked at, and the file is open",
        then=both(leave_a_journal, rights(0o666, 0o755)),
        objects=("file",),
    ),
    Case("both side files of root", then=give_away("-wal", "-shm"), objects=("-shm", "-wal")),
)

NEAR_MISS = (
    Case("for the owner alone", _SECRET, then=rights(0o600, 0o700)),
    Case("everybody may read what is no secret", then=rights(0o644, 0o755)),
    Case("the folder keeps others out", _SECRET, then=rights(0o666, 0o700)),
    Case("a folder like /tmp", then=rights(0o600, 0o1777)),
    Case("the group may write", _SECRET, then=rights(0o660, 0o771)),
    Case("a log that everybody may write", then=give_away("-wal", mode=0o666)),
    Case("a log that the group may write", then=both(give_away("-wal", mode=0o664), _group)),
    Case(
        "whether it holds a secret is not known",
        "CREATE VIRTUAL TABLE a USING fts5(api_key);",
        then=rights(0o604, 0o711),
        status="not_checked",
    ),
)
