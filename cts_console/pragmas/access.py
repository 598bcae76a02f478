"""Read settings, set them, and read them back: several silently do nothing at the wrong moment."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cts_console.errors import CtsError
from cts_console.pragmas.catalogue import PRAGMAS, Pragma, Scope, find_pragma
from cts_console.pragmas.profiles import PROFILES, ProfileName
from cts_console.progress import CancelToken
from cts_console.sqlite import Connection
from cts_console.sqlite.inspection import read_busy_timeout

_NAP_S: Final = 0.02


@dataclass(frozen=True, slots=True)
class PragmaReading:
    """One setting as it is, beside what a profile expects."""

    name: str
    """As SQLite writes it."""
    value: str
    """Read from SQLite just now; "" where it gave no answer."""
    expected: str | None
    """What the profile wants; None where it does not say."""
    default: str
    """Value of a file or connection that nobody set up."""
    scope: Scope
    """`file` or `connection` (then it says nothing about other programs)."""
    needs_vacuum: bool
    """Whether a change on a file that holds a table needs a VACUUM."""
    ok: bool
    """Whether the value is the expected one, or safer, or not judged."""
    doc: str
    """What the setting does, one sentence."""


def read_pragmas(
    connection: Connection, profile: ProfileName = "trading"
) -> tuple[PragmaReading, ...]:
    """Return every setting of the catalogue, judged by `profile`.

    A value that is safer than the profile's is no deviation: synchronous FULL where NORMAL is
    expected, a longer busy_timeout, a smaller mmap_size (0 on files that others write).
    """
    expected = PROFILES[profile]
    return tuple(_read(connection, pragma, expected.get(pragma.name)) for pragma in PRAGMAS)


def apply_profile(
    connection: Connection,
    profile: ProfileName,
    *,
    new_file: bool,
    alone: bool = False,
    cancel: CancelToken | None = None,
    on_wait: Callable[[float], None] | None = None,
) -> tuple[PragmaReading, ...]:
    """Set what `profile` names, in the order in which it takes effect, and return it as read back.

    auto_vacuum comes before WAL and before the first table. A file that holds a table keeps the
    auto_vacuum it has where a change needs a VACUUM, and its reading says so. The file is mapped
    into memory (mmap_size) only where it is a `new_file` or the caller knows that it is `alone`.
    While another process holds the lock that WAL mode needs, the switch is tried again until the
    busy timeout ends; `on_wait(seconds waited)` is called meanwhile.

    Raises `CtsError`: locked, read_only, cancelled, disk_full. Raises `ValueError` inside a
    transaction, where foreign_keys and journal_mode would silently stay as they are.
    """
    _refuse_transaction(connection)
    wanted = dict(PROFILES[profile])
    if "mmap_size" in wanted and not (new_file or alone):
        wanted["mmap_size"] = "0"
    with connection.guard(cancel=cancel, on_wait=on_wait):
        for name in sorted(wanted, key=_file_settings_first):
            pragma = find_pragma(name)
            if _read_value(connection, pragma) == wanted[name]:
                continue
            if name == "journal_mode":
                _switch_journal_mode(connection, wanted[name], cancel, on_wait)
            elif not _is_beyond_reach(connection, pragma, wanted[name]):
                _set(connection, pragma, wanted[name])
    return tuple(row for row in read_pragmas(connection, profile) if row.expected is not None)


def set_pragma(
    connection: Connection,
    name: str,
    value: str,
    *,
    cancel: CancelToken | None = None,
    on_wait: Callable[[float], None] | None = None,
) -> PragmaReading:
    """Set one setting and return it as read back, with `value` as what was expected.

    `on_wait(seconds waited)` is called while another process holds the lock that a change needs.
    Raises `CtsError("usage")` for an unknown name or value, for a setting that the console only
    reads, for one that needs a VACUUM on a file that holds tables (the message tells what the
    VACUUM would need), and where SQLite kept another value; locked, read_only, cancelled as they
    come. Raises `ValueError` inside a transaction.
    """
    _refuse_transaction(connection)
    pragma = find_pragma(name)
    wanted = pragma.normalize(value)
    if not pragma.settable:
        raise CtsError(
            "usage",
            "A setting that is only read",
            f"{pragma.name} is not changed by this console: {pragma.doc}",
        )
    with connection.guard(cancel=cancel, on_wait=on_wait):
        if _is_beyond_reach(connection, pragma, wanted):
            raise _needs_vacuum(connection, pragma, wanted)
        if pragma.name == "journal_mode":
            _switch_journal_mode(connection, wanted, cancel, on_wait)
        else:
            _set(connection, pragma, wanted)
    reading = _read(connection, pragma, wanted)
    if reading.value != wanted:
        raise CtsError(
            "usage",
            "The setting did not take",
            f"{connection.path}: SQLite kept {pragma.name} at {reading.value}, not {wanted}.",
            "This file, this file system or the console's protection does not allow that value.",
        )
    return reading


def _read(connection: Connection, pragma: Pragma, expected: str | None) -> PragmaReading:
    value = _read_value(connection, pragma)
    return PragmaReading(
        name=pragma.name,
        value=value,
        expected=expected,
        default=pragma.default,
        scope=pragma.scope,
        needs_vacuum=pragma.needs_vacuum,
        ok=_is_ok(pragma, value, expected),
        doc=pragma.doc,
    )


def _read_value(connection: Connection, pragma: Pragma) -> str:
    if pragma.name == "busy_timeout":
        return str(read_busy_timeout(connection))
    value = connection.read_value(f"PRAGMA {pragma.name}")
    return "" if value is None else pragma.describe(value)


def _is_ok(pragma: Pragma, value: str, expected: str | None) -> bool:
    if expected is None or value == expected:
        return True
    return bool(value) and pragma.is_safer is not None and pragma.is_safer(value, expected)


def _set(connection: Connection, pragma: Pragma, wanted: str) -> None:
    """Set `wanted`, which came through the catalogue and holds nothing but its words or digits."""
    if pragma.name == "busy_timeout":
        # The PRAGMA would replace the busy handler that can be stopped by SQLite's own.
        connection.set_busy_timeout(int(wanted))
        return
    connection.execute(f"PRAGMA {pragma.name} = {wanted}")
    if pragma.needs_vacuum and _read_value(connection, pragma) != wanted:
        # Only on a file without a table (see `_is_beyond_reach`): nothing is rewritten but page 1.
        connection.execute("VACUUM")


def _switch_journal_mode(
    connection: Connection,
    wanted: str,
    cancel: CancelToken | None,
    on_wait: Callable[[float], None] | None,
) -> None:
    # Measured: beside a writer SQLite gives up at once, without asking the busy handler.
    limit_s = read_busy_timeout(connection) / 1000
    started_s = time.monotonic()
    while True:
        try:
            connection.read_value(f"PRAGMA journal_mode = {wanted}")
            return
        except CtsError as error:
            waited_s = time.monotonic() - started_s
            if error.code != "locked" or waited_s >= limit_s:
                raise
        if on_wait is not None:
            on_wait(waited_s)
        if cancel is None:
            time.sleep(_NAP_S)
        elif cancel.wait(_NAP_S):
            cancel.raise_if_cancelled()


def _is_beyond_reach(connection: Connection, pragma: Pragma, wanted: str) -> bool:
    """Return whether only a VACUUM of a file with contents would get `pragma` to `wanted`."""
    if not pragma.needs_vacuum:
        return False
    value = _read_value(connection, pragma)
    # https://sqlite.org/pragma.html#pragma_auto_vacuum: FULL and INCREMENTAL change at any time.
    if value == wanted or (pragma.name == "auto_vacuum" and "NONE" not in (value, wanted)):
        return False
    return connection.read_row("SELECT 1 FROM sqlite_schema LIMIT 1") is not None


def _needs_vacuum(connection: Connection, pragma: Pragma, wanted: str) -> CtsError:
    page_size = connection.read_int("PRAGMA page_size")
    live_pages = connection.read_int("PRAGMA page_count") - connection.read_int(
        "PRAGMA freelist_count"
    )
    needed = 2 * live_pages * page_size
    free = shutil.disk_usage(connection.path.parent).free
    return CtsError(
        "usage",
        "A VACUUM would be needed",
        f"{connection.path} holds tables: {pragma.name} becomes {wanted} only when a VACUUM "
        f"rewrites the file. That takes up to {needed:,} bytes of disk ({free:,} are free) and "
        "holds the write lock until it is done.",
        "Make a backup, stop every program that uses the file, set it and run VACUUM there.",
    )


def _file_settings_first(name: str) -> int:
    """Return the place in the order: auto_vacuum has no effect once WAL mode is on."""
    order = ("page_size", "auto_vacuum", "journal_mode")
    return order.index(name) if name in order else len(order)


def _refuse_transaction(connection: Connection) -> None:
    if connection.in_transaction:
        raise ValueError("settings are changed outside a transaction")
