"""A connection's own slots of memory are enough for the statements that APSW keeps."""

from __future__ import annotations

import apsw

from cts_console.sqlite import open_memory_database


def test_a_hundred_kept_statements_leave_room_for_values() -> None:
    with open_memory_database() as connection:
        for number in range(100):
            connection.read_value(f"SELECT {number} WHERE ? <> ?", ("a", "b"))
        used, _ = connection.raw.status(apsw.SQLITE_DBSTATUS_LOOKASIDE_USED)
        _, missed = connection.raw.status(apsw.SQLITE_DBSTATUS_LOOKASIDE_MISS_FULL)
    assert used > 123, "SQLite's own setting would have been enough"
    assert missed == 0
