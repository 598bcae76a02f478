"""Makes the widget of a chart. Import it lazily: it loads pyqtgraph."""

from __future__ import annotations

from cts_console.ui.charts.bars_card import BarsCard
from cts_console.ui.charts.card import ChartCard
from cts_console.ui.charts.picture import BarsChart, Chart
from cts_console.ui.charts.time_chart import TimeChart
from cts_console.ui.context import WindowContext


def make_chart(chart: Chart | BarsChart, context: WindowContext) -> ChartCard:
    """Return the card that shows `chart`."""
    if isinstance(chart, BarsChart):
        return BarsCard(chart, context.history, context.theme)
    return TimeChart(chart, context.history, context.theme, context.clock)
