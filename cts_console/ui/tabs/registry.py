"""The tabs in their order. To add one: one file, one line here."""

from __future__ import annotations

from typing import Final

from cts_console.ui.tabs.audit import AuditTab
from cts_console.ui.tabs.base import Tab
from cts_console.ui.tabs.bulk import BulkTab
from cts_console.ui.tabs.overview import OverviewTab
from cts_console.ui.tabs.pragma import PragmaTab
from cts_console.ui.tabs.schema import SchemaTab
from cts_console.ui.tabs.throughput import ThroughputTab

TABS: Final[tuple[type[Tab], ...]] = (
    OverviewTab,
    SchemaTab,
    AuditTab,
    PragmaTab,
    ThroughputTab,
    BulkTab,
)
