"""Make a database that carries the mark of invented data, whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from cts_console.errors import CtsError
from cts_console.maintenance.disk import sync_folder
from cts_console.migrate import Purpose
from cts_console.progress import CancelToken, ProgressCallback
from cts_console.sqlite import side_file
from cts_console.startup import StartupResult, run_startup


def create_marked(
    place: Path,
    purpose: Purpose,
    what: str,
    *,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> StartupResult | None:
    """Put an initialised, marked database at `place`; None where somebody else just did.

    It is made in a folder beside and linked into place when it is whole: a kill in between leaves
    no file without the mark, which the next run would have to refuse, and nothing is overwritten.
    Raises `CtsError`: disk_full, no_permission, cancelled; `what` names it there ("The demo").
    """
    folder = _building_folder(place)
    try:
        folder.mkdir(exist_ok=True)
        made = run_startup(
            folder / place.name, purpose=purpose, on_progress=on_progress, cancel=cancel
        )
        if made.ok:
            _link(folder / place.name, place, what)
            sync_folder(place.parent)
    except FileExistsError:
        return None
    except OSError as error:
        # The folder is gone where another run, which was first, has put its file into place.
        if isinstance(error, FileNotFoundError) and place.exists():
            return None
        raise CtsError(
            "disk_full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "no_permission",
            f"{what} cannot be created",
            f"{place}: {error.strerror or error}.",
            "Name a folder that can be written.",
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return replace(made, database=place)


def sweep_building_folder(place: Path) -> None:
    """Remove what a run leaves that was killed right after it had put its file into place."""
    shutil.rmtree(_building_folder(place), ignore_errors=True)


def _building_folder(place: Path) -> Path:
    return place.with_name(f".{place.name}.creating")


def _link(made: Path, place: Path, what: str) -> None:
    """Give the file its name; raises `FileExistsError` where the name is taken."""
    if side_file(made, "-wal").exists():
        raise CtsError(
            "locked",
            f"{what} cannot be created",
            f"{made} could not be closed cleanly: its log still holds a part of it.",
            "Try again; if it stays so, another program looks into every new file.",
        )
    try:
        os.link(made, place)
    except FileExistsError:
        raise
    except OSError:
        # File systems without hard links (FAT): the look before is the best there is.
        if place.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), place) from None
        made.rename(place)
        return
    with suppress(OSError):
        made.unlink()
