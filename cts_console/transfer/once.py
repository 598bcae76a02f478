"""The guard against importing a file twice into a table where no key would refuse it.

What was imported is remembered in the console's own records. Where these cannot be used, this guard
is lost and nothing else: the result says so.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final

from cts_console.errors import CtsError
from cts_console.schema import Table
from cts_console.sqlite import Connection
from cts_console.store import DatabaseIdentity, identify, open_store
from cts_console.transfer.ledger import unique_keys
from cts_console.transfer.model import usage

_LOST: Final = "not guarded against a second import of this file: "


class OnceGuard:
    """One file on its way into one table."""

    def __init__(self, connection: Connection, table: Table, digest: str) -> None:
        self._identity: DatabaseIdentity = identify(connection)
        self._table = table
        self._digest = digest
        self.notes: list[str] = []
        """What a person should know."""

    def begin(self, written: Collection[str], *, allow_repeat: bool) -> None:
        """Remember that the import begins.

        Raises `CtsError("usage")` where the file was imported before, nobody said that it shall be
        once more, and no key of the table is among the columns that are `written`.
        """
        try:
            with open_store() as store:
                known = store.read_import(self._identity, self._table.name, self._digest)
                if known is not None and not allow_repeat and not _has_key(self._table, written):
                    raise _RepeatedError(known.began_at_ms, known.finished_at_ms is not None)
                store.begin_import(self._identity, self._table.name, self._digest)
        except _RepeatedError as repeated:
            raise repeated.told(self._table) from None
        except CtsError as error:
            self.notes.append(_LOST + error.message)

    def end(self, *, is_committed: bool) -> None:
        """Remember that it was committed, or forget it."""
        if self.notes:
            return
        try:
            with open_store() as store:
                store.end_import(
                    self._identity, self._table.name, self._digest, is_committed=is_committed
                )
        except CtsError as error:
            self.notes.append(_LOST + error.message)


class _RepeatedError(Exception):
    def __init__(self, began_at_ms: int, is_finished: bool) -> None:
        super().__init__()
        self._when = datetime.fromtimestamp(began_at_ms // 1000, UTC).isoformat(" ")[:19]
        self._is_finished = is_finished

    def told(self, table: Table) -> CtsError:
        done = (
            f"was imported at {self._when} UTC"
            if self._is_finished
            else f"was being imported at {self._when} UTC, and nobody saw the end of it"
        )
        return usage(
            "Imported already",
            f"This very file {done}, and {table.name} has no key that would keep its rows from "
            "being there twice.",
            "Look whether its rows are there; --again imports them once more.",
        )


def _has_key(table: Table, written: Collection[str]) -> bool:
    names = {column.lower() for column in written}
    return any({column.lower() for column in key} <= names for key in unique_keys(table))
