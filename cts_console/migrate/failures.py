"""Failed migrations are remembered in the side database: the transaction took their row with it."""

from __future__ import annotations

import logging
from typing import Final

from cts_console import __version__
from cts_console.errors import CtsError
from cts_console.sqlite import Connection
from cts_console.store import Failure, identify, open_store

OPERATION: Final = "migrate"
_log = logging.getLogger(__name__)


def record_failure(
    connection: Connection, file: str, line: int, statement: str, message: str
) -> None:
    """Keep why `file` failed; where the side database cannot take it, the log gets it."""
    failure = Failure(
        operation=OPERATION,
        code="migration_failed",
        message=message,
        file=file,
        line=line,
        statement=statement,
        app_version=__version__,
    )
    try:
        with open_store() as store:
            store.record_failure(identify(connection), failure)
    except CtsError as error:
        _log.warning("the failure of %s could not be kept: %s", file, error.message)


def read_failed_files(connection: Connection) -> frozenset[str]:
    """Return the files whose application failed on this database at some time."""
    try:
        with open_store() as store:
            failures = store.read_failures(identify(connection), limit=100)
    except CtsError as error:
        _log.warning("earlier failures are not known: %s", error.message)
        return frozenset()
    return frozenset(
        row.file for row in failures if row.operation == OPERATION and row.file is not None
    )
