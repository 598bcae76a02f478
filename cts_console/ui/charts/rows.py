"""Rows appended per second, by table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from cts_console.ui.charts.picture import Chart, Picture, Series
from cts_console.ui.text import one_line

if TYPE_CHECKING:
    from cts_console.ui.throughput_history import ThroughputHistory

_MOST_TABLES: Final = 5
_LONGEST_NAME: Final = 28


def read_rows(history: ThroughputHistory, from_s: float, to_s: float) -> Picture | None:
    """Return the tables that grew most in that time, each in the place where it was first seen."""
    window = history.rows_window(from_s, to_s)
    if window is None:
        return None
    import numpy as np

    sums = np.nansum(window[1:], axis=1)
    # In the order of their first row: a table keeps its colour while its rate goes up and down.
    most = sorted(sorted(range(len(sums)), key=lambda place: -sums[place])[:_MOST_TABLES])
    places = [place for place in most if sums[place] > 0]
    tables = history.tables
    others = QCoreApplication.translate("charts", "other tables")
    return Picture(
        window[0],
        tuple(Series(one_line(tables[p] or others, _LONGEST_NAME), window[1 + p]) for p in places),
        filled=max(range(len(places)), key=lambda number: sums[places[number]], default=0),
    )


ROWS: Final = Chart(
    key="rows",
    title=str(QT_TRANSLATE_NOOP("charts", "Rows appended")),
    unit=str(QT_TRANSLATE_NOOP("charts", "rows/s · inserts, all processes")),
    read=read_rows,
    text=lambda value: f"{value:,.0f}",
    is_wide=True,
)
