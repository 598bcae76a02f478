"""The charts of the Throughput tab, in their order. To add one: one file, one line here."""

from __future__ import annotations

from typing import Final

from cts_console.ui.charts.commits import COMMITS
from cts_console.ui.charts.heat import HEAT
from cts_console.ui.charts.latency import LATENCY
from cts_console.ui.charts.picture import BarsChart, Chart
from cts_console.ui.charts.rows import ROWS
from cts_console.ui.charts.wal_bytes import WAL_BYTES
from cts_console.ui.charts.wal_frames import WAL_FRAMES

CHARTS: Final[tuple[Chart | BarsChart, ...]] = (
    ROWS,
    HEAT,
    COMMITS,
    WAL_BYTES,
    WAL_FRAMES,
    LATENCY,
)
"""Wide ones and bars share the first line, the others the second."""
