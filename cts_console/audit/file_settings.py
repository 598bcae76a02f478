"""The settings that a database file carries itself, beside what they should be.

What is expected comes from the `trading` profile (`cts_console.pragmas`) and, on a CTS database
whose migrations are all applied, from the marks that these set.
"""

from __future__ import annotations

from dataclasses import replace

from cts_console.migrate import MigrationStatus
from cts_console.pragmas import PragmaReading, read_pragmas
from cts_console.sqlite import APPLICATION_ID, Connection


def read_file_settings(
    connection: Connection, migrations: MigrationStatus | None
) -> tuple[PragmaReading, ...]:
    """Return the settings that the file keeps, each judged.

    `migrations` is None where the file is no CTS database. While some are pending the marks that
    the last ones set are not judged: that is the pending migrations' trouble. Raises `CtsError`:
    damaged, locked.
    """
    marks = _expected_marks(migrations)
    return tuple(
        _judged(reading, marks.get(reading.name, reading.expected))
        for reading in read_pragmas(connection, "trading")
        if reading.scope == "file"
    )


def _expected_marks(migrations: MigrationStatus | None) -> dict[str, str]:
    if migrations is None or migrations.pending:
        return {}
    last = max((item.number for item in migrations.items if item.number is not None), default=0)
    return {"application_id": str(APPLICATION_ID), "user_version": str(last)}


def _judged(reading: PragmaReading, expected: str | None) -> PragmaReading:
    if expected == reading.expected:
        return reading
    return replace(reading, expected=expected, ok=reading.value == expected)
