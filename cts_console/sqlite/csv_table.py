"""SQLite's own `csv` virtual table (https://sqlite.org/csvtable.html), shipped with APSW.

It knows UTF-8, commas and double quotes, takes every field as text, and says nothing about rows of
another width: whoever uses it looks at the file first and checks what comes out.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import apsw.sqlite_extra

from cts_console.sqlite.connection import Connection
from cts_console.sqlite.identifiers import quote_text

_NAME: Final = "temp.cts_csv"
_DESCRIPTORS: Final = Path("/proc/self/fd")
_FACTS: Final = Path("/proc/self/fdinfo")


@contextmanager
def csv_table(connection: Connection, file: Path, width: int) -> Iterator[str | None]:
    """Make `file` a table of the columns c0, c1 … and yield its name; None where it cannot be.

    A header is a row as well: that with the rowid 1. (The module's option `header` goes with a
    number of columns that it counts itself, and then it drops what a longer row has.)

    There is one column more than `width`: where it is not NULL, a row is too long; where the last
    one of `width` is, the row is too short. Loading extensions is allowed for this one alone, and
    by nothing but this call. Raises `CtsError` for what SQLite reports.
    """
    if not _load_module(connection):
        yield None
        return
    schema = f"CREATE TABLE x({', '.join(f'c{number} TEXT' for number in range(width + 1))})"
    connection.execute_foreign(
        f"CREATE VIRTUAL TABLE {_NAME} USING csv(filename={quote_text(os.fspath(file))}, "
        f"columns={width + 1}, schema={quote_text(schema)})"
    )
    try:
        yield _NAME
    finally:
        connection.execute(f"DROP TABLE IF EXISTS {_NAME}")


class CsvPosition:
    """How far the module has read a file. Make it before the query begins.

    The module does not tell. Linux does, of each of a process's descriptors (proc(5), `fdinfo`):
    the one that is meant was not there before the query. Elsewhere nobody knows.
    """

    def __init__(self, device: int, inode: int) -> None:
        self._file = (device, inode)
        self._before = set(self._find())

    def read(self) -> int | None:
        """Return how many bytes were read; None where nobody knows."""
        for descriptor in set(self._find()) - self._before:
            try:
                facts = _FACTS.joinpath(descriptor).read_text(encoding="ascii")
            except OSError:
                continue
            # Its first line is "pos:", a tab and the number.
            return int(facts.split(maxsplit=2)[1])
        return None

    def _find(self) -> Iterator[str]:
        """Yield this process's descriptors of the file."""
        try:
            descriptors = list(_DESCRIPTORS.iterdir())
        except OSError:
            return
        for descriptor in descriptors:
            try:
                facts = descriptor.stat()
            except OSError:
                # That of the listing itself is closed again; another thread may close some, too.
                continue
            if (facts.st_dev, facts.st_ino) == self._file:
                yield descriptor.name


def _load_module(connection: Connection) -> bool:
    """Load the module; return False where the installation does not have it."""
    if apsw.sqlite_extra.has("csv") != "extension":
        return False
    raw = connection.raw
    raw.enable_load_extension(True)
    try:
        raw.load_extension(apsw.sqlite_extra.path("csv"))
    except apsw.ExtensionLoadingError:
        return False
    finally:
        raw.enable_load_extension(False)
    return True
