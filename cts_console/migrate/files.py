"""Find and read the migration files of a folder.

Names: `NNN_what_it_does.sql` first, then `db-what_it_does.sql`, each group in name order. A number
may occur twice. A first line `-- cts: no-transaction` marks a file that cannot run inside one.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cts_console import paths
from cts_console.errors import CtsError
from cts_console.sqlite import Statement, split_statements

NUMBERED: Final = re.compile(r"^(\d{3})_.*\.sql$")
UNNUMBERED: Final = re.compile(r"^db-.*\.sql$")
NO_TRANSACTION_MARK: Final = "-- cts: no-transaction"


@dataclass(frozen=True, slots=True)
class MigrationFile:
    """One migration, read whole."""

    name: str
    """File name; the key of its row in `migrations`."""
    number: int | None
    """Its three digits; None for `db-*.sql`."""
    checksum: str
    """SHA-256 of the file's bytes, 64 hexadecimal digits."""
    sql: str
    """The script."""
    no_transaction: bool
    """Whether it runs outside a transaction (and must therefore bear being run twice)."""
    defect: str = ""
    """Why the file cannot be run at all; "" for nothing."""
    defect_line: int = 0
    """The line of the defect, from 1; 0 without one."""

    def statements(self) -> list[Statement]:
        """Return the statements of the script with their lines."""
        return split_statements(self.sql)


def number_of(name: str) -> int | None:
    """Return the number in a migration's file name, or None where it has none."""
    match = NUMBERED.match(name)
    return int(match[1]) if match else None


def read_migration_files(directory: Path | None = None) -> tuple[MigrationFile, ...]:
    """Return the migrations of `directory` (default: those shipped) in the order of application.

    A file that is not UTF-8 text, or holds a NUL, at which SQLite would silently stop reading, is
    among them with its `defect`. Raises `CtsError`: not_found (no such folder, or no migration in
    it), no_permission.
    """
    folder = directory if directory is not None else paths.migrations_dir()
    if not folder.is_dir():
        raise CtsError(
            "not_found", "No such folder", f"{folder} is not a folder.", "Check --directory."
        )
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    numbered = [name for name in names if NUMBERED.match(name)]
    unnumbered = [name for name in names if UNNUMBERED.match(name)]
    if not numbered and not unnumbered:
        raise CtsError(
            "not_found",
            "No migrations",
            f"{folder} holds no file named NNN_*.sql or db-*.sql.",
            "Check --directory.",
        )
    return tuple(_read_file(folder / name) for name in numbered + unnumbered)


def _read_file(path: Path) -> MigrationFile:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CtsError(
            "no_permission", "A migration cannot be read", f"{path}: {error.strerror}."
        ) from error
    sql, defect, defect_line = _decode(data)
    return MigrationFile(
        name=path.name,
        number=number_of(path.name),
        checksum=hashlib.sha256(data).hexdigest(),
        sql=sql,
        no_transaction=sql.split("\n", 1)[0].strip() == NO_TRANSACTION_MARK,
        defect=defect,
        defect_line=defect_line,
    )


def _decode(data: bytes) -> tuple[str, str, int]:
    """Return the text of a script, what is wrong with it, and in which line."""
    try:
        sql = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "", f"not UTF-8 text (byte {error.start})", data.count(b"\n", 0, error.start) + 1
    if "\0" in sql:
        return sql, "a NUL character", sql.count("\n", 0, sql.index("\0")) + 1
    return sql, "", 0
