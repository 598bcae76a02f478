"""What may be imported into a ledger: only what can never be in it twice.

`trades` takes new rows and gives none back, so a double import could not be undone.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from cts_console.migrate import read_setting
from cts_console.schema import Table
from cts_console.sqlite import Connection, classify
from cts_console.transfer.model import OnConflict, usage

_LEDGER: Final = ("trades", "orders", "positions")
_APPEND_ONLY: Final = ("trades", "audit_logs")
_NOT_REAL: Final = ("demo", "simulation")


def check_ledger(
    connection: Connection, table: Table, written: Collection[str], on_conflict: OnConflict
) -> tuple[str, ...]:
    """Return the columns that must have a value in every row, of a UNIQUE key of a real ledger.

    Raises `CtsError("usage")` for a ledger's table where the rows carry no such key, and for
    replacing rows of an append-only table, which SQLite would do past its triggers.
    """
    name = table.name.lower()
    if classify(connection) not in ("cts", "cts_legacy"):
        return ()
    if name in _APPEND_ONLY and on_conflict == "replace":
        raise usage(
            "An append-only table",
            f"{table.name} is append-only: its rows cannot be replaced.",
            "Use --on-conflict ignore, which leaves out what is there already.",
        )
    if name not in _LEDGER or read_setting(connection, "database.purpose") in _NOT_REAL:
        return ()
    keys = [key for key in unique_keys(table) if key != table.primary_key]
    for key in keys:
        if {column.lower() for column in key} <= {column.lower() for column in written}:
            return key
    shown = " or ".join(f"({', '.join(key)})" for key in keys)
    raise usage(
        "A ledger that a double import would falsify",
        f"{table.name} of {connection.path} is a real ledger: rows are taken only where "
        + (f"each carries {shown}." if keys else "a UNIQUE key keeps them apart; it has none."),
        "Give the exchange's own ids, or work on a copy that is marked as a simulation.",
    )


def unique_keys(table: Table) -> list[tuple[str, ...]]:
    """Return the column lists of the table's keys, the primary one first."""
    keys = [table.primary_key] if table.primary_key else []
    for index in table.indexes:
        columns = tuple(key.column for key in index.keys if key.column is not None)
        if index.unique and not index.partial and len(columns) == len(index.keys):
            keys.append(columns)
    return list(dict.fromkeys(keys))
