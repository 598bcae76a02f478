"""Run the statements of somebody's script inside a transaction that the runner owns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cts_console.errors import CtsError, ErrorCode
from cts_console.sqlite import Connection, Statement, without_comments

# Inside a transaction these do nothing without a word, or end it.
_ENDS_TRANSACTION: Final = re.compile(r"(?:BEGIN|COMMIT|END|ROLLBACK)\b", re.IGNORECASE)
_NO_OP: Final = re.compile(r"PRAGMA\s+(?:\w+\.)?(foreign_keys|journal_mode)\s*[=(]", re.IGNORECASE)
_FILE_ENDING: Final = "Correct the file, then run again; the files before it stay applied."

# What the world does to a script; everything else is the script's own fault.
_NOT_THE_SCRIPT: Final[frozenset[ErrorCode]] = frozenset(
    {"locked", "disk_full", "damaged", "read_only", "cancelled", "timeout", "internal"}
)


class ScriptError(CtsError):
    """A statement of a script failed; the transaction around it is rolled back."""

    def __init__(self, statement: Statement, message: str, hint: str = _FILE_ENDING) -> None:
        super().__init__("migration_failed", "A migration failed", message, hint)
        self.statement = statement


def check_statements(statements: Sequence[Statement]) -> None:
    """Raise `ScriptError` for a statement that cannot work inside the runner's transaction."""
    for statement in statements:
        bare = without_comments(statement.sql).strip()
        if _ENDS_TRANSACTION.match(bare):
            raise ScriptError(
                statement,
                "The file handles transactions itself; each file already runs in one.",
                "Remove BEGIN, COMMIT and ROLLBACK from the file.",
            )
        match = _NO_OP.match(bare)
        if match:
            raise ScriptError(
                statement,
                f"PRAGMA {match[1]} silently does nothing inside a transaction.",
                "Remove it, or mark a file that bears being run twice with a first line "
                "`-- cts: no-transaction`.",
            )


def execute_statements(connection: Connection, statements: Sequence[Statement]) -> None:
    """Run the statements in order.

    Raises `ScriptError` for the first that fails by its own fault, and the `CtsError` of the world
    (locked, disk_full, cancelled, …) as it is.
    """
    for statement in statements:
        try:
            connection.execute_foreign(statement.sql)
        except CtsError as error:
            if error.code in _NOT_THE_SCRIPT:
                raise
            raise ScriptError(statement, error.message) from error
