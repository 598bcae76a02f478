"""What the PRAGMA tab asks the threads to do: read, look ahead, set, and rewrite the file."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Final

from cts_console.errors import CtsError
from cts_console.maintenance import (
    FileUsers,
    backup_before,
    pass_gate,
    read_users,
    run_checkpoint,
)
from cts_console.maintenance.disk import check_free_space
from cts_console.pragmas import (
    PROFILES,
    Pragma,
    PragmaReading,
    ProfileName,
    find_pragma,
    read_pragmas,
    set_pragma,
)
from cts_console.sqlite import Connection, side_file
from cts_console.worker import Errand

# Measured (SQLite 3.54.1, 2 shared cores): VACUUM of 215 MB with two indexes took 1.7 s in WAL mode
# with its checkpoint, 2.3 s in rollback mode. Twice the longer.
_S_PER_BYTE: Final = 1 / 50e6
# A commit of one page, and the wait for the disk.
_ONE_PAGE_S: Final = 0.02
# Above the gate's slice: it lets nobody pass who is not alone.
_ALONE_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Preview:
    """What setting one value would do."""

    name: str
    """The setting."""
    value: str
    """Its value now."""
    wanted: str
    """The value as SQLite writes it."""
    writes_file: bool
    """Whether the file changes; else this console's connection alone."""
    users: FileUsers
    """Who else has the file open."""
    hold_s: float
    """For about how long the file would be locked, seconds."""
    needs_rebuild: bool
    """Whether only a VACUUM, which writes the whole file anew, gets there."""
    needed_bytes: int
    """Disk that the rebuild takes at most, beside the file; 0 without one."""
    free_bytes: int
    """Free disk in the file's folder."""

    @property
    def is_possible(self) -> bool:
        """Whether nobody and nothing is in the way, as far as can be seen before."""
        if self.needs_rebuild and self.needed_bytes > self.free_bytes:
            return False
        return self.users.alone or self.hold_s < _ALONE_S


def read_settings(
    connection: Connection | None, _errand: Errand, profile: ProfileName
) -> tuple[PragmaReading, ...]:
    """Return every setting as this thread's connection has it."""
    return read_pragmas(_given(connection), profile)


def read_preview(connection: Connection | None, _errand: Errand, name: str, value: str) -> Preview:
    """Return what setting `name` to `value` would do; nothing is written.

    Raises `CtsError("usage")` for a value that the setting does not have.
    """
    source = _given(connection)
    pragma = find_pragma(name)
    wanted = pragma.normalize(value)
    now = _read(source, name)
    live_bytes = _live_bytes(source)
    needs_rebuild = _needs_rebuild(source, pragma, now, wanted)
    return Preview(
        name=name,
        value=now,
        wanted=wanted,
        writes_file=pragma.scope == "file",
        users=read_users(source.path),
        hold_s=_estimate_hold_s(source, pragma, now, live_bytes, needs_rebuild=needs_rebuild),
        needs_rebuild=needs_rebuild,
        # The new file is built beside, and goes through the log.
        needed_bytes=2 * live_bytes if needs_rebuild else 0,
        free_bytes=shutil.disk_usage(source.path.parent).free,
    )


def apply_setting(connection: Connection | None, errand: Errand, preview: Preview) -> PragmaReading:
    """Set what `preview` showed, through the write gate, and return it as read back."""
    target = _given(connection)
    pass_gate(target, what=f"Setting {preview.name}", estimated_hold_s=preview.hold_s)
    return set_pragma(target, preview.name, preview.wanted, cancel=errand.cancel)


def rebuild_file(
    connection: Connection | None, errand: Errand, preview: Preview, *, backup: bool
) -> PragmaReading:
    """Set what `preview` showed and write the whole file anew; return it as read back.

    Refused unless nobody else has the file open. SQLite writes the new contents as one
    transaction: after a stop, a full disk or a kill the file is what it was. Raises
    `CtsError`: locked, disk_full, cancelled, and `usage` where SQLite kept the old value.
    """
    target = _given(connection)
    pass_gate(
        target,
        what=f"VACUUM for {preview.name}",
        estimated_hold_s=max(preview.hold_s, _ALONE_S),
    )
    check_free_space(target.path.parent, preview.needed_bytes, "VACUUM")
    if backup:
        backup_before(
            target.path, preview.name, on_progress=errand.on_progress, cancel=errand.cancel
        )
    mode = _read(target, "journal_mode")
    # https://sqlite.org/pragma.html#pragma_page_size: in WAL mode a VACUUM keeps the page size.
    leaves_wal = preview.name == "page_size" and mode == "wal"
    if leaves_wal:
        set_pragma(target, "journal_mode", "delete", cancel=errand.cancel)
    try:
        errand.cancel.raise_if_cancelled()
        target.execute(f"PRAGMA {preview.name} = {preview.wanted}")
        target.execute("VACUUM")
    finally:
        if leaves_wal:
            set_pragma(target, "journal_mode", "wal")
    if mode == "wal" and not leaves_wal:
        run_checkpoint(target, "truncate", cancel=errand.cancel)
    return _read_back(target, preview)


def configuration_lines(profile: ProfileName) -> tuple[str, ...]:
    """Return the statements that an engine runs on each connection for a profile; none for one
    that judges nothing.
    """
    lines = []
    for name, value in PROFILES[profile].items():
        if find_pragma(name).scope != "connection":
            continue
        if name == "mmap_size":
            lines.append(
                f"PRAGMA mmap_size = 0;  -- {value} only where nobody else writes the file: a "
                "mapped file that is cut short ends the process"
            )
        else:
            lines.append(f"PRAGMA {name} = {value};")
    return tuple(lines)


def _given(connection: Connection | None) -> Connection:
    if connection is None:
        raise ValueError("settings are read and set through a connection")
    return connection


def _read(connection: Connection, name: str) -> str:
    return next(row.value for row in read_pragmas(connection) if row.name == name)


def _needs_rebuild(connection: Connection, pragma: Pragma, now: str, wanted: str) -> bool:
    if not pragma.needs_vacuum or now == wanted:
        return False
    # https://sqlite.org/pragma.html#pragma_auto_vacuum: FULL and INCREMENTAL change at any time.
    if pragma.name == "auto_vacuum" and "NONE" not in (now, wanted):
        return False
    return connection.read_row("SELECT 1 FROM sqlite_schema LIMIT 1") is not None


def _live_bytes(connection: Connection) -> int:
    pages = connection.read_int("PRAGMA page_count") - connection.read_int("PRAGMA freelist_count")
    return pages * connection.read_int("PRAGMA page_size")


def _estimate_hold_s(
    connection: Connection, pragma: Pragma, now: str, live_bytes: int, *, needs_rebuild: bool
) -> float:
    if pragma.scope == "connection":
        return 0.0
    if needs_rebuild:
        return max(_ALONE_S, live_bytes * _S_PER_BYTE)
    if pragma.name == "journal_mode" and now == "wal":
        # Leaving WAL mode needs the file alone, and moves the whole log into it.
        return max(_ALONE_S, _wal_bytes(connection) * _S_PER_BYTE)
    return _ONE_PAGE_S


def _wal_bytes(connection: Connection) -> int:
    try:
        return side_file(connection.path, "-wal").stat().st_size
    except FileNotFoundError:
        return 0


def _read_back(connection: Connection, preview: Preview) -> PragmaReading:
    reading = next(row for row in read_pragmas(connection) if row.name == preview.name)
    if reading.value != preview.wanted:
        raise CtsError(
            "usage",
            "The setting did not take",
            f"{connection.path}: SQLite kept {preview.name} at {reading.value}, not "
            f"{preview.wanted}.",
            "The file was written anew and is whole; this value is not allowed for it.",
        )
    return reading
