"""How long the console's own commits take; those of other processes cannot be measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from cts_console.ui.charts.picture import Chart, Picture, Series
from cts_console.ui.throughput.columns import Column

if TYPE_CHECKING:
    from cts_console.ui.throughput_history import ThroughputHistory

_BREAK_S: Final = 0.001
_NEXT_S: Final = 0.5


def read_latency(history: ThroughputHistory, from_s: float, to_s: float) -> Picture | None:
    """Return mean and longest commit of this console, each over the interval that it is of."""
    import numpy as np

    window = history.window(from_s, to_s)
    if window is None:
        return None
    wrote = window[:, np.isfinite(window[Column.OWN_COMMIT_MS])]
    at_s = np.repeat(wrote[Column.AT_S], 3)
    at_s[0::3] -= wrote[Column.INTERVAL_S] + _BREAK_S
    at_s[1::3] -= wrote[Column.INTERVAL_S]
    mean, longest = (
        np.repeat(wrote[column], 3) for column in (Column.OWN_COMMIT_MS, Column.OWN_LONGEST_MS)
    )
    # Between two samples with commits nothing is known, unless one follows the other.
    alone = np.diff(wrote[Column.AT_S], prepend=-np.inf) > wrote[Column.INTERVAL_S] + _NEXT_S
    for values in (mean, longest):
        values[0::3][alone] = np.nan
    translate = QCoreApplication.translate
    return Picture(
        at_s,
        (
            Series(translate("charts", "mean"), mean),
            Series(translate("charts", "longest"), longest),
        ),
    )


LATENCY: Final = Chart(
    key="latency",
    title=str(QT_TRANSLATE_NOOP("charts", "Commit latency")),
    unit=str(QT_TRANSLATE_NOOP("charts", "ms · this console alone")),
    read=read_latency,
    text=lambda value: f"{value:,.1f}",
    needs_wal=False,
)
