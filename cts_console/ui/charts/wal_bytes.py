"""Bytes written to the log per second: the console's own, and those of all other processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from cts_console.ui.charts.picture import Chart, Picture, Series
from cts_console.ui.text import size_text
from cts_console.ui.throughput.columns import Column

if TYPE_CHECKING:
    from cts_console.ui.throughput_history import ThroughputHistory


def read_wal_bytes(history: ThroughputHistory, from_s: float, to_s: float) -> Picture | None:
    """Return the bytes of that time; where something was missed, at least so many."""
    window = history.window(from_s, to_s)
    if window is None:
        return None
    translate = QCoreApplication.translate
    is_short = bool(window[Column.MISSED].any())
    others = translate("charts", "others, at least") if is_short else translate("charts", "others")
    own = window[Column.OWN_BYTES_PER_S]
    return Picture(
        window[Column.AT_S],
        (
            Series(others, (window[Column.BYTES_PER_S] - own).clip(0)),
            Series(translate("charts", "this console"), own),
        ),
    )


WAL_BYTES: Final = Chart(
    key="wal_bytes",
    title=str(QT_TRANSLATE_NOOP("charts", "Written to the WAL")),
    unit=str(QT_TRANSLATE_NOOP("charts", "bytes/s")),
    read=read_wal_bytes,
    text=size_text,
    smallest_top=10_000.0,
)
