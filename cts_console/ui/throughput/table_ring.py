"""A ring of readings with one column for each table that has turned up."""

from __future__ import annotations

from collections.abc import Mapping

from cts_console.monitor.ring import FloatArray, Ring


class TableRing:
    """Moments, and a number for each table at each of them; a table that comes later had none."""

    def __init__(self, capacity: int) -> None:
        self._ring = Ring(capacity, 1)
        self.tables: list[str] = []
        """The tables, in the order in which they turned up: the lines after the first."""

    def append(self, at_s: float, values: Mapping[str, float]) -> None:
        """Add a reading; a table that it does not name had none."""
        for table in values:
            if table not in self.tables:
                self.tables.append(table)
                self._ring.add_column(0.0)
        self._ring.append((at_s, *(values.get(table, 0.0) for table in self.tables)))

    def view(self) -> FloatArray:
        """Return all readings: a line of moments, then one for each table; a view."""
        return self._ring.view()
