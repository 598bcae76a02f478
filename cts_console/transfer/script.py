"""An SQL script, run as one transaction: it may write the named table and nothing else.

A script is somebody else's program. Only statements whose first words say that they fill, change or
make that one table are run; the BEGIN, COMMIT and `PRAGMA foreign_keys=OFF` of a dump are left out,
because the whole is one transaction with foreign keys on.
"""

from __future__ import annotations

import re
from typing import Final

from cts_console.errors import CtsError
from cts_console.maintenance import SLICE_S, pass_gate
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.schema import read_schema, read_tokens
from cts_console.sqlite import Connection, Statement, transaction, without_comments
from cts_console.transfer.ledger import check_ledger
from cts_console.transfer.model import ImportRequest, usage
from cts_console.transfer.plan import find_table

_NAME: Final = r"(?:main\s*\.\s*)?(\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\]|\w+)"
_CREATE_TABLE: Final = r"CREATE\s+TABLE(?:\s+IF\s+NOT\s+EXISTS)?\b"
_MAKES: Final = re.compile(_CREATE_TABLE + r"\s*" + _NAME, re.IGNORECASE)
_ALLOWED: Final = tuple(
    re.compile(words + r"\s*" + _NAME, re.IGNORECASE)
    for words in (
        r"(?:INSERT(?:\s+OR\s+\w+)?|REPLACE)\s+INTO\b",
        r"UPDATE(?:\s+OR\s+(?:ABORT|FAIL|IGNORE|REPLACE|ROLLBACK))?\b",
        r"DELETE\s+FROM\b",
        _CREATE_TABLE,
        r"CREATE\s+(?:UNIQUE\s+)?INDEX(?:\s+IF\s+NOT\s+EXISTS)?\s+\S+\s+ON\b",
    )
)
_LEFT_OUT: Final = re.compile(
    r"BEGIN(?:\s+(?:DEFERRED|IMMEDIATE|EXCLUSIVE))?(?:\s+TRANSACTION)?|(?:COMMIT|END)"
    r"(?:\s+TRANSACTION)?|PRAGMA\s+foreign_keys\s*=\s*OFF",
    re.IGNORECASE,
)
_S_PER_STATEMENT: Final = 50e-6


def choose_statements(statements: list[Statement], table: str) -> tuple[list[Statement], int]:
    """Return the statements to run, and how many were left out.

    Raises `CtsError("usage")` with the line of one that does anything else.
    """
    chosen: list[Statement] = []
    for statement in statements:
        words = _words(statement)
        if _LEFT_OUT.fullmatch(words):
            continue
        match = next((m for rule in _ALLOWED if (m := rule.match(words))), None)
        if match is None or _unquoted(match[1]).lower() != table.lower():
            first = " ".join(token.text for token in read_tokens(words)[:4])
            raise usage(
                "A statement that an import does not run",
                f"Line {statement.line:,} ({first} …) does not fill, change or make {table}; "
                "nothing was run.",
                "Take it out, or name the table that the script fills (--table). A script of "
                "several tables is divided into one for each.",
            )
        chosen.append(statement)
    if not chosen:
        raise usage("Nothing to run", "The script holds no statement.", "Name another file.")
    return chosen, len(statements) - len(chosen)


def made_table(connection: Connection, statements: list[Statement]) -> str | None:
    """Return the new table that the script makes first; None where it makes none.

    What is there already (`CREATE TABLE IF NOT EXISTS`) is not new.
    """
    known = read_schema(connection).tables_by_name()
    for statement in statements:
        match = _MAKES.match(_words(statement))
        if match is not None:
            name = _unquoted(match[1])
            return None if name.lower() in known else name
    return None


def run_script(
    connection: Connection,
    statements: list[Statement],
    request: ImportRequest,
    on_progress: ProgressCallback | None,
    cancel: CancelToken | None,
) -> int:
    """Run the chosen statements and return how many rows they changed; all or none.

    Raises `CtsError`: usage with the line of a statement that fails, constraint, locked, cancelled.
    """
    if made_table(connection, statements) is None:
        _, table = find_table(connection, request.table)
        check_ledger(connection, table, (), "replace")
    pass_gate(
        connection,
        what=f"Running {len(statements):,} statements",
        estimated_hold_s=max(2 * SLICE_S, len(statements) * _S_PER_STATEMENT),
        overrule=request.overrule,
    )
    progress = ProgressSampler(on_progress)
    before = connection.total_changes
    with connection.guard(cancel=cancel), transaction(connection):
        for number, statement in enumerate(statements):
            try:
                connection.execute_foreign(statement.sql)
            except CtsError as error:
                if error.code in ("cancelled", "disk_full", "locked"):
                    raise
                raise CtsError(
                    error.code,
                    "A statement failed",
                    f"Line {statement.line:,}: {error.message} Nothing was changed.",
                    error.hint,
                ) from error
            progress.report(Progress(number + 1, len(statements), "statements", "running"))
    return connection.total_changes - before


def _words(statement: Statement) -> str:
    return without_comments(statement.sql).strip().rstrip(";").strip()


def _unquoted(name: str) -> str:
    if name[0] in '"`[':
        return name[1:-1].replace('""', '"')
    return name
