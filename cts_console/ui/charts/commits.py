"""Commits per second: the console's own, and those of all other processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from cts_console.ui.charts.picture import Chart, Picture, Series
from cts_console.ui.throughput.columns import Column

if TYPE_CHECKING:
    from cts_console.ui.throughput_history import ThroughputHistory


def read_commits(history: ThroughputHistory, from_s: float, to_s: float) -> Picture | None:
    """Return the commits of that time, the console's own apart."""
    window = history.window(from_s, to_s)
    if window is None:
        return None
    translate = QCoreApplication.translate
    own = window[Column.OWN_COMMITS_PER_S]
    return Picture(
        window[Column.AT_S],
        (
            Series(translate("charts", "others"), (window[Column.COMMITS_PER_S] - own).clip(0)),
            Series(translate("charts", "this console"), own),
        ),
    )


def read_all_commits(history: ThroughputHistory, from_s: float, to_s: float) -> Picture | None:
    """Return the commits of that time, whoever made them."""
    window = history.window(from_s, to_s)
    if window is None:
        return None
    return Picture(window[Column.AT_S], (Series("", window[Column.COMMITS_PER_S]),))


COMMITS: Final = Chart(
    key="commits",
    title=str(QT_TRANSLATE_NOOP("charts", "Commits")),
    unit=str(QT_TRANSLATE_NOOP("charts", "commits/s")),
    read=read_commits,
    text=lambda value: f"{value:,.0f}",
    needs_wal=False,
)
