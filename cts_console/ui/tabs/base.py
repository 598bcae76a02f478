"""What every tab is: a widget that is handed a file, and shows one of a few states."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QWidget

from cts_console.ui.context import OpenDatabase, WindowContext


class Tab(QWidget):
    """One tab. Subclasses say their name and icon and override what they need.

    A tab asks for data through `context.browse` (or `operations`, `monitor`) with itself as owner,
    only while it is shown, and keeps showing what it has until the answer comes.
    """

    name: ClassVar[str]
    """The word on the tab, also its key in `Navigator.tab_wanted`."""
    icon_name: ClassVar[str]
    """Material icon, for example "mdi6.shield-check-outline"."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.database: OpenDatabase | None = None
        self.setAccessibleName(self.name)

    def set_database(self, database: OpenDatabase | None) -> None:
        """Show another file, or none. Called when a file is opened, unlocked, locked or closed."""
        self.database = database

    def on_shown(self) -> None:
        """The tab came to the front: read what may be stale."""

    def on_hidden(self) -> None:
        """The tab went to the back: stop what only eyes need."""

    def on_closing(self) -> None:
        """The window closes: end what is no job."""

    def refresh(self) -> None:
        """F5: read everything again."""
