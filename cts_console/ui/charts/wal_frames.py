"""How full the log is, and how much of it is not in the main file yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from cts_console.ui.charts.picture import Chart, Picture, Series
from cts_console.ui.throughput.columns import Column

if TYPE_CHECKING:
    from cts_console.ui.throughput_history import ThroughputHistory

AUTOCHECKPOINT_FRAMES: Final = 1000
"""SQLite's default; what another process has set for itself cannot be seen from here."""


def read_wal_frames(history: ThroughputHistory, from_s: float, to_s: float) -> Picture | None:
    """Return the frames in the log, those that no checkpoint has moved yet, and what is held.

    From the threshold on every commit of SQLite's own setting tries to checkpoint: what stays
    beyond it is held back by a reader, or by a writer with another setting.
    """
    window = history.window(from_s, to_s)
    if window is None:
        return None
    pending = window[Column.PENDING_FRAMES]
    translate = QCoreApplication.translate
    return Picture(
        window[Column.AT_S],
        (
            Series(translate("charts", "in log"), window[Column.WAL_FRAMES]),
            Series(translate("charts", "pending"), pending),
            Series(translate("charts", "held back"), (pending - AUTOCHECKPOINT_FRAMES).clip(0)),
        ),
        filled=1,
    )


WAL_FRAMES: Final = Chart(
    key="wal_frames",
    title=str(QT_TRANSLATE_NOOP("charts", "WAL fill")),
    unit=str(QT_TRANSLATE_NOOP("charts", "frames · dashed: automatic checkpoint at 1,000")),
    read=read_wal_frames,
    text=lambda value: f"{value:,.0f}",
    threshold=float(AUTOCHECKPOINT_FRAMES),
    smallest_top=1100.0,
    shows_checkpoints=True,
)
