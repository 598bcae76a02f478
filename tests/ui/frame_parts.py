"""Tabs that do nothing but note what the window asks of them."""

from __future__ import annotations

from typing import Any

from cts_console.ui.context import OpenDatabase
from cts_console.ui.tabs.base import Tab

ICON = "mdi6.database-outline"


class NotingTab(Tab):
    name = "Overview"
    icon_name = ICON

    def __init__(self, context: Any, parent: Any = None) -> None:
        super().__init__(context, parent)
        self.calls: list[str] = []
        self.databases: list[OpenDatabase | None] = []

    def set_database(self, database: OpenDatabase | None) -> None:
        super().set_database(database)
        self.databases.append(database)

    def on_shown(self) -> None:
        self.calls.append("shown")

    def on_hidden(self) -> None:
        self.calls.append("hidden")

    def refresh(self) -> None:
        self.calls.append("refresh")


def named_tab(word: str) -> type[NotingTab]:
    return type(f"{word}Tab", (NotingTab,), {"name": word})


TEN = tuple(
    named_tab(word)
    for word in (
        "Overview",
        "Schema",
        "Query",
        "Audit",
        "PRAGMA",
        "Throughput",
        "Bulk",
        "Migrations",
        "Maintenance",
        "Engines",
    )
)
