"""Where things lie: what the console ships with, and what it keeps for a person.

`migrations/` and `resources/` lie beside the package in a checkout, where people read and change
them. The wheel and a frozen build carry both in `cts_console/_shipped/` (see `force-include` in
pyproject.toml). Nothing here creates a folder unless it says so.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Final

from cts_console.errors import CtsError, ErrorCode

APP_NAME: Final = "cts-console"
HOME_VARIABLE: Final = "CTS_CONSOLE_HOME"
"""Environment variable: a folder that then holds `data`, `cache` and `state`."""

PORTABLE_NAME: Final = "cts-console-home"
"""Name of the folder beside the program that `--portable` uses."""


def migrations_dir() -> Path:
    """Return the folder of the migration files.

    Raises:
        CtsError: "internal" where the installation lacks it.
    """
    return _shipped_dir("migrations")


def resources_dir() -> Path:
    """Return the folder of icons, templates and sample data.

    Raises:
        CtsError: "internal" where the installation lacks it.
    """
    return _shipped_dir("resources")


def user_data_dir() -> Path:
    """Return the folder for what must be kept: audit history, accepted findings, samples."""
    return _user_dir("data")


def user_cache_dir() -> Path:
    """Return the folder for what can be made again: private copies, staging files."""
    return _user_dir("cache")


def user_state_dir() -> Path:
    """Return the folder for logs and window positions."""
    return _user_dir("state")


def ensure_private_dir(path: Path) -> Path:
    """Make `path` and its parents, readable by their owner alone (mode 0700), and return it.

    A folder that exists and is open to others is closed to them. Windows has no such modes: there
    the folder inherits the rights of the user's profile.

    Raises:
        CtsError: "no_permission", "read_only" or "disk_full" as the system says; "usage" where a
            file stands in the way.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o700)
    except OSError as error:
        raise _private_dir_error(path, error) from error
    return path


def use_portable_home() -> None:
    """Keep data, cache and state of this process and its children beside the program."""
    os.environ[HOME_VARIABLE] = str(portable_home())


def portable_home() -> Path:
    """Return the folder beside the program that takes everything with `--portable`."""
    if getattr(sys, "frozen", False):
        return Path(sys.executable).resolve().parent / PORTABLE_NAME
    root = _shipped_root()
    # A wheel's package lies within site-packages, which an update of it empties.
    return (Path(sys.prefix) if root.name == "_shipped" else root) / PORTABLE_NAME


def _private_dir_error(path: Path, error: OSError) -> CtsError:
    codes: dict[int | None, ErrorCode] = {
        errno.EEXIST: "usage",
        errno.ENOTDIR: "usage",
        errno.ENOSPC: "disk_full",
        errno.EDQUOT: "disk_full",
        errno.EROFS: "read_only",
    }
    return CtsError(
        codes.get(error.errno, "no_permission"),
        "The console's own folder cannot be used",
        f"{path}: {error.strerror or error}.",
        f"Name another folder with the environment variable {HOME_VARIABLE}.",
    )


def _shipped_dir(name: str) -> Path:
    folder = _shipped_root() / name
    if not folder.is_dir():
        raise CtsError(
            "internal",
            "The installation is incomplete",
            f"The folder {name!r} that belongs to the program is missing: {folder}.",
            "Install CTS Console again.",
        )
    return folder


def _shipped_root() -> Path:
    if getattr(sys, "frozen", False):
        # PyInstaller: the folder that holds the program's files, unpacked or not.
        return Path(str(sys._MEIPASS)) / "cts_console" / "_shipped"  # type: ignore[attr-defined]  # set by the frozen build alone
    package = Path(__file__).resolve().parent
    # Beside an installed package lies site-packages, and in it perhaps a stranger's `migrations`.
    is_checkout = (package.parent / "pyproject.toml").is_file()
    return package.parent if is_checkout else package / "_shipped"


def _user_dir(kind: str) -> Path:
    home = os.environ.get(HOME_VARIABLE, "")
    if home:
        return Path(home).expanduser().absolute() / kind
    import platformdirs  # loaded when it is needed: it costs the start some milliseconds

    # No author: Windows would put one more folder between.
    folders = platformdirs.PlatformDirs(APP_NAME, appauthor=False)
    return {
        "data": folders.user_data_path,
        "cache": folders.user_cache_path,
        "state": folders.user_state_path,
    }[kind]
