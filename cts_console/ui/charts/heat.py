"""Which tables the pages went to that were written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from cts_console.ui.charts.picture import Bars, BarsChart
from cts_console.ui.text import one_line

if TYPE_CHECKING:
    from cts_console.ui.throughput_history import ThroughputHistory

_MOST_BARS: Final = 8
_LONGEST_NAME: Final = 40


def read_heat(history: ThroughputHistory, from_s: float, to_s: float) -> Bars:
    """Return the tables that were written most, indexes included, and what else was written."""
    pages = history.pages_window(from_s, to_s)
    total = sum(pages.values())
    if not total:
        return Bars((), "")
    unknown = pages.pop("", 0.0)
    ranked = sorted(((n, name) for name, n in pages.items() if n), key=lambda one: -one[0])
    rest = sum(number for number, _ in ranked[_MOST_BARS:])
    translate = QCoreApplication.translate
    parts = []
    if rest:
        others = translate("charts", "{0:.0%} in {1} other tables")
        parts.append(others.format(rest / total, len(ranked) - _MOST_BARS))
    if unknown:
        parts.append(translate("charts", "{0:.0%} not known").format(unknown / total))
    return Bars(
        tuple((one_line(name, _LONGEST_NAME), n / total) for n, name in ranked[:_MOST_BARS]),
        ", ".join(parts),
    )


HEAT: Final = BarsChart(
    key="heat",
    title=str(QT_TRANSLATE_NOOP("charts", "Pages written")),
    unit=str(QT_TRANSLATE_NOOP("charts", "by table · with indexes · approximate")),
    read=read_heat,
)
