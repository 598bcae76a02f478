"""The command's way: from a path to a filled demo, and never into anybody's real ledger."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cts_console.demo.creating import create_marked, sweep_building_folder
from cts_console.demo.fill import apply_demo, check_marked, is_filled
from cts_console.demo.market import check_rows
from cts_console.maintenance.disk import check_free_space
from cts_console.maintenance.gate import pass_gate
from cts_console.maintenance.users import read_users
from cts_console.progress import CancelToken, ProgressCallback
from cts_console.sqlite import Connection, open_database, resolve_database_path
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
        _check_room(place, rows)
        created = create_marked(place, "demo", "The demo", on_progress=on_progress, cancel=cancel)
        if created is not None and not created.ok:
            return DemoResult(created, {})
    with open_database(place) as connection:
        check_marked(connection)
    sweep_building_folder(place)
    startup = created or run_startup(place, on_progress=on_progress, cancel=cancel)
    if not startup.ok:
        return DemoResult(startup, {})
    with open_database(place, "read_write", cancel=cancel) as connection:
        if not is_filled(connection):
            _check_room(place, rows)
            _pass_gate(connection, rows)
        added = apply_demo(connection, rows=rows, on_progress=on_progress, cancel=cancel)
    return DemoResult(startup, added)


def _pass_gate(connection: Connection, rows: int | None) -> None:
    # Where the system does not tell who has the file open, an empty demo may be taken: no engine
    # trades on it.
    is_unseen = not read_users(connection.path).holders
    seconds = 1 + (rows or 0) / _ROWS_PER_S
    pass_gate(connection, what="Filling the demo", estimated_hold_s=seconds, overrule=is_unseen)


def _check_room(place: Path, rows: int | None) -> None:
    needed_bytes = _BASE_BYTES + _BYTES_PER_ROW * (rows or 0)
    check_free_space(place.parent, needed_bytes, "The demo")
