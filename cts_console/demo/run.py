"""The command's way: from a path to a filled demo, and never into anybody's real ledger."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from cts_console.demo.fill import apply_demo, check_marked, is_filled
from cts_console.demo.market import check_rows
from cts_console.errors import CtsError
from cts_console.maintenance.disk import check_free_space, sync_folder
from cts_console.maintenance.gate import pass_gate
from cts_console.maintenance.users import read_users
from cts_console.progress import CancelToken, ProgressCallback
from cts_console.sqlite import Connection, open_database, resolve_database_path, side_file
from cts_console.startup import StartupResult, run_startup

# Measured: the file and its log take 37 MB for the sample and 320 bytes for every further row;
# a second of work writes 150,000 rows.
_BASE_BYTES: Final = 40_000_000
_BYTES_PER_ROW: Final = 320
_ROWS_PER_S: Final = 150_000


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What `run_demo` did."""

    startup: StartupResult
    """The start-up flow on the file; where it is not `ok`, nothing was filled."""
    rows: dict[str, int]
    """Rows added per table; zeros where the demo had been filled before."""


def run_demo(
    path: str | os.PathLike[str],
    *,
    rows: int | None = None,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> DemoResult:
    """Create, initialise and fill a demo database at `path`; `rows` as in `apply_demo`.

    A file that exists is only filled where it carries the mark `database.purpose` = `demo` and was
    not filled before; without the mark it is refused and keeps every byte. A run that was killed
    leaves no file at `path` or a marked one without a row of the demo, and the next run goes on.

    Raises `CtsError`: usage (`rows`), not_a_demo, disk_full, no_permission, locked, cancelled, and
    what opening the file says (not_a_file, not_a_database, …).
    """
    check_rows(rows)
    place = resolve_database_path(path, create=True)
    created = None
    if not place.exists():
        created = _create(place, rows, on_progress, cancel)
        if created is not None and not created.ok:
            return DemoResult(created, {})
    with open_database(place) as connection:
        check_marked(connection)
    # What a run leaves that was killed right after it had put its file into place.
    shutil.rmtree(_building_folder(place), ignore_errors=True)
    startup = created or run_startup(place, on_progress=on_progress, cancel=cancel)
    if not startup.ok:
        return DemoResult(startup, {})
    with open_database(place, "read_write", cancel=cancel) as connection:
        if not is_filled(connection):
            _check_room(place, rows)
            _pass_gate(connection, rows)
        added = apply_demo(connection, rows=rows, on_progress=on_progress, cancel=cancel)
    return DemoResult(startup, added)


def _create(
    place: Path,
    rows: int | None,
    on_progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> StartupResult | None:
    """Put an initialised, marked database at `place`; None where somebody else just did.

    It is made in a folder beside and linked into place when it is whole: a kill in between leaves
    no file without the mark, which the next run would have to refuse, and nothing is overwritten.
    """
    folder = _building_folder(place)
    try:
        _check_room(place, rows)
        folder.mkdir(exist_ok=True)
        made = run_startup(
            folder / place.name, purpose="demo", on_progress=on_progress, cancel=cancel
        )
        if made.ok:
            _link(folder / place.name, place)
            sync_folder(place.parent)
    except FileExistsError:
        return None
    except OSError as error:
        # The folder is gone where another run, which was first, has put its file into place.
        if isinstance(error, FileNotFoundError) and place.exists():
            return None
        raise CtsError(
            "disk_full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "no_permission",
            "The demo cannot be created",
            f"{place}: {error.strerror or error}.",
            "Name a folder that can be written.",
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return replace(made, database=place)


def _building_folder(place: Path) -> Path:
    return place.with_name(f".{place.name}.creating")


def _link(made: Path, place: Path) -> None:
    """Give the file its name; raises `FileExistsError` where the name is taken."""
    if side_file(made, "-wal").exists():
        raise CtsError(
            "locked",
            "The demo cannot be created",
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


def _pass_gate(connection: Connection, rows: int | None) -> None:
    # Where the system does not tell who has the file open, an empty demo may be taken: no engine
    # trades on it.
    is_unseen = not read_users(connection.path).holders
    seconds = 1 + (rows or 0) / _ROWS_PER_S
    pass_gate(connection, what="Filling the demo", estimated_hold_s=seconds, overrule=is_unseen)


def _check_room(place: Path, rows: int | None) -> None:
    needed_bytes = _BASE_BYTES + _BYTES_PER_ROW * (rows or 0)
    check_free_space(place.parent, needed_bytes, "The demo")
