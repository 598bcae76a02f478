"""The questions of the Overview tab, as plain functions for jobs."""

from __future__ import annotations

from pathlib import Path

from cts_console.overview import (
    Health,
    LookMark,
    Overview,
    TableWeight,
    read_health,
    read_overview,
    read_weights,
)
from cts_console.sqlite import Connection
from cts_console.worker import Errand


def look(connection: Connection | None, _errand: Errand, *, since: LookMark | None) -> Overview:
    """Look at the open file."""
    assert connection is not None
    return read_overview(connection, since)


def health(_connection: Connection | None, errand: Errand, *, path: Path) -> Health:
    """Read the last audit of the file and make a quick one."""
    return read_health(path, errand.cancel)


def weigh(connection: Connection | None, _errand: Errand) -> tuple[TableWeight, ...]:
    """Read what every table weighs."""
    assert connection is not None
    return read_weights(connection)
