"""One look at a file: everything that the overview shows and that is cheap to read."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from cts_console.errors import CtsError
from cts_console.migrate import find_differences, read_failed_files, read_migration_status
from cts_console.overview.mark import LookMark
from cts_console.overview.news import (
    Appended,
    TradingNews,
    read_appended,
    read_largest,
    read_trading_news,
)
from cts_console.overview.questions import ask_int
from cts_console.overview.signs import EngineSigns, read_signs
from cts_console.sqlite import Connection, Kind, classify, read_header, side_file

FIRST_LOOK_MS: Final = 86_400_000
"""At a first look, how far back the news go."""
_WAL_VERSION: Final = 2


@dataclass(frozen=True, slots=True)
class SizeFigures:
    """How large the file is."""

    size_bytes: int
    """The main file."""
    wal_bytes: int
    """The -wal; 0 where there is none."""
    page_size: int | None
    """Bytes of a page."""
    page_count: int | None
    """Pages of the database."""
    freelist_count: int | None
    """Pages that hold nothing."""

    @property
    def free_bytes(self) -> int | None:
        """Bytes of the pages that hold nothing."""
        if self.page_size is None or self.freelist_count is None:
            return None
        return self.page_size * self.freelist_count


@dataclass(frozen=True, slots=True)
class Migrations:
    """The migrations of a CTS database."""

    total: int
    """Files that the console ships."""
    applied: int
    """Of those, applied."""
    differences: tuple[str, ...] | None
    """How the schema differs from what they make, a sentence each; None while some are pending."""


@dataclass(frozen=True, slots=True)
class Overview:
    """One look."""

    kind: Kind
    """Whose database it is."""
    since_ms: int
    """From when the news are, milliseconds since the epoch."""
    is_first: bool
    """Whether there is no earlier look to compare with."""
    is_set_back: bool
    """Whether the earlier look lies in the future: then the news of trading are those of the last
    24 hours, as at a first look. Rows and bytes are compared all the same."""
    size: SizeFigures
    """How large it is."""
    in_wal: bool
    """Whether it is in WAL mode, where reading keeps no writer from committing."""
    grown_bytes: int | None
    """By how much the main file grew since; None at a first look."""
    engine: EngineSigns
    """Signs of life."""
    trading: TradingNews | None
    """What happened; None where it is no CTS database."""
    appended: tuple[Appended, ...] | None
    """Tables that grew since, most rows first; None at a first look."""
    migrations: Migrations | None
    """None where it is no CTS database."""
    mark: LookMark
    """This look, to compare a later one with."""


def read_overview(
    connection: Connection, since: LookMark | None, now_ms: int | None = None
) -> Overview:
    """Look at the open file and compare it with an earlier look.

    Each question is a short read of its own with a time limit. Raises `CtsError`: damaged (where
    not even the schema can be read), locked, cancelled, not_found.
    """
    now_ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    kind = classify(connection)
    header = read_header(connection)
    size = _read_size(connection)
    largest = read_largest(connection)
    is_set_back = since is not None and since.at_ms > now_ms
    since_ms = now_ms - FIRST_LOOK_MS if since is None or is_set_back else since.at_ms
    return Overview(
        kind=kind,
        since_ms=since_ms,
        is_first=since is None,
        is_set_back=is_set_back,
        size=size,
        in_wal=header is not None and header.write_version == _WAL_VERSION,
        grown_bytes=None if since is None else size.size_bytes - since.size_bytes,
        engine=read_signs(connection, kind, now_ms),
        trading=read_trading_news(connection, since_ms) if kind == "cts" else None,
        appended=None if since is None else read_appended(connection, since.largest, largest),
        migrations=_read_migrations(connection) if kind == "cts" else None,
        mark=LookMark(now_ms, size.size_bytes, largest),
    )


def _read_size(connection: Connection) -> SizeFigures:
    try:
        size_bytes = connection.path.stat().st_size
    except FileNotFoundError:
        raise CtsError(
            "not_found", "The file is gone", f"{connection.path} does not exist any more."
        ) from None
    try:
        wal_bytes = side_file(connection.path, "-wal").stat().st_size
    except OSError:
        wal_bytes = 0
    return SizeFigures(
        size_bytes=size_bytes,
        wal_bytes=wal_bytes,
        page_size=ask_int(connection, "PRAGMA page_size"),
        page_count=ask_int(connection, "PRAGMA page_count"),
        freelist_count=ask_int(connection, "PRAGMA freelist_count"),
    )


def _read_migrations(connection: Connection) -> Migrations | None:
    try:
        status = read_migration_status(connection, failed=read_failed_files(connection))
        differences = None if status.pending else find_differences(connection)
    except CtsError as error:
        if error.code not in ("usage", "damaged", "too_new"):
            raise
        return None
    return Migrations(status.total, status.applied, differences)
