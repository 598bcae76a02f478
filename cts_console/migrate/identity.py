"""Who a database is: two settings written in the transaction that makes the settings table.

`database.id` is a UUID by which the side database recognises the file after a move or a copy;
`database.purpose` is `demo` or `simulation` in a file into which invented data may go, and absent
in every other one, for good.
"""

from __future__ import annotations

import uuid
from typing import Final, Literal

from cts_console.sqlite import Connection
from cts_console.sqlite.inspection import read_foreign_rows

Purpose = Literal["demo", "simulation"]

SETTINGS_FILE: Final = "017_create_system_settings_table.sql"

_INSERT: Final = (
    "INSERT INTO system_settings (key, value, value_type, category, description) "
    "VALUES (?, ?, 'string', 'database', ?)"
)


def apply_identity(connection: Connection, purpose: Purpose | None) -> None:
    """Write the id and, for a demo or a simulation, the purpose; belongs into 017's transaction."""
    connection.execute(
        _INSERT, ("database.id", str(uuid.uuid4()), "which database this is, for its history")
    )
    if purpose is not None:
        connection.execute(
            _INSERT, ("database.purpose", purpose, "invented data may be written here")
        )


def read_setting(connection: Connection, key: str) -> str | None:
    """Return the value of a row of `system_settings`, or None without the row or the table.

    Raises `CtsError("usage")` where somebody altered the table.
    """
    exists = connection.read_row(
        "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'system_settings'"
    )
    if exists is None:
        return None
    sql = "SELECT value FROM system_settings WHERE key = ?"
    rows = read_foreign_rows(connection, sql, (key,))
    return None if not rows or rows[0][0] is None else str(rows[0][0])
