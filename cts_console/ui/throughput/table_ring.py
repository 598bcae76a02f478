"""A ring of readings with one column for each table that has turned up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cts_console.monitor.ring import FloatArray, Ring

MOST_TABLES: Final = 512
"""Tables that have a column of their own; what comes later is added up under ""."""


class TableRing:
    """Moments, and a number for each table at each of them; a table that comes later had none."""

    def __init__(self, capacity: int) -> None:
        self._ring = Ring(capacity, 1)
        self.tables: list[str] = []
        """The tables, in the order in which they turned up: the lines after the first."""

    def append(self, at_s: float, values: Mapping[str, float]) -> None:
        """Add a reading; a table that it does not name had none."""
        kept: dict[str, float] = {}
        for table, value in values.items():
            has_place = table in self.tables or len(self.tables) < MOST_TABLES
            name = table if has_place else ""
            if name not in self.tables:
                self.tables.append(name)
                self._ring.add_column(0.0)
            kept[name] = kept.get(name, 0.0) + value
        self._ring.append((at_s, *(kept.get(table, 0.0) for table in self.tables)))

    def view(self) -> FloatArray:
        """Return all readings: a line of moments, then one for each table; a view."""
        return self._ring.view()
