"""Bytes that all processes write to the log, per second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from cts_console.ui.charts.picture import Chart, Picture, Series
from cts_console.ui.text import size_text
from cts_console.ui.throughput_history import Column

if TYPE_CHECKING:
    from cts_console.ui.throughput_history import ThroughputHistory


def read_wal_bytes(history: ThroughputHistory, from_s: float, to_s: float) -> Picture | None:
    """Return the bytes of that time; where something was missed, at least so many."""
    window = history.window(from_s, to_s)
    if window is None:
        return None
    is_short = bool(window[Column.MISSED].any())
    name = QCoreApplication.translate("charts", "at least") if is_short else ""
    return Picture(window[Column.AT_S], (Series(name, window[Column.BYTES_PER_S]),))


WAL_BYTES: Final = Chart(
    key="wal_bytes",
    title=str(QT_TRANSLATE_NOOP("charts", "Written to the WAL")),
    unit=str(QT_TRANSLATE_NOOP("charts", "bytes/s · all processes")),
    read=read_wal_bytes,
    text=size_text,
    smallest_top=10_000.0,
)
