"""What every tab is given: the threads, the theme, the clock, the settings and the open file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from cts_console.sqlite import Kind, SqliteValue
from cts_console.ui.clock import Clock
from cts_console.ui.looks import Looks
from cts_console.ui.settings import WindowSettings
from cts_console.ui.theme import MODES, Theme
from cts_console.ui.throughput_history import ThroughputHistory
from cts_console.worker import Access, Client, Target


@dataclass(frozen=True, slots=True)
class OpenDatabase:
    """The file that the window shows."""

    path: Path
    """Resolved."""
    kind: Kind
    """Whose database it is."""
    purpose: str | None
    """`demo` or `simulation` where invented data may be written, else None."""
    note: str
    """What a person should be told about how it was opened; "" for nothing."""
    writable: bool = False
    """Whether the lock switch is open."""

    def target(self, access: Access = "read_only") -> Target:
        """Return the connection that a job on this file asks for."""
        return Target(self.path, access)


@dataclass(frozen=True, slots=True)
class RowsWanted:
    """Rows that another tab asks the data view to show."""

    table: str
    """The table."""
    column: str | None = None
    """Show only rows in which this column has one of `values`; None shows all."""
    values: Sequence[SqliteValue] = ()
    """The wanted values of `column`."""
    title: str = ""
    """Why these rows: "Orders whose fills do not add up"."""


class Navigator(QObject):
    """How one tab sends the person to another."""

    rows_wanted = Signal(object)
    """Carries `RowsWanted`: the Schema tab shows them."""
    finding_wanted = Signal(str)
    """Carries a finding's fingerprint: the Audit tab selects it."""
    new_findings_wanted = Signal()
    """The Audit tab lists the findings that are new since a person last looked."""
    search_wanted = Signal()
    """The Schema tab goes to its search field."""
    tab_wanted = Signal(str)
    """Carries the name of a tab to bring to the front."""
    audit_wanted = Signal(str)
    """Carries a profile: the Audit tab runs it."""
    statement_wanted = Signal()
    """The window asks for the period of a statement."""
    import_wanted = Signal(object)
    """Carries the `Path` of a file: the Bulk tab begins to import it."""
    audit_finished = Signal(object)
    """Carries the audit's document (a dict): Overview and the tool bar show it."""
    file_changed = Signal()
    """This console wrote to the file: whoever shows it reads again."""
    error_raised = Signal(object)
    """Carries a `CtsError` for the message bar."""
    file_saved = Signal(object)
    """Carries the `Path` of a file that was written for the person: the message bar opens it."""
    notice_raised = Signal(str)
    """Carries one sentence for the message bar that is not an error."""
    warning_raised = Signal(str)
    """Carries one sentence for the message bar that a person has to see."""


@dataclass(frozen=True, slots=True)
class WindowContext:
    """The window's common ground."""

    operations: Client
    """Long work and everything that writes; it directs audits."""
    browse: Client
    """Schema, pages of rows, searches."""
    monitor: Client
    """Samples of what everybody writes."""
    theme: Theme
    """Colours, fonts, icons, zoom."""
    clock: Clock
    """Local time or UTC."""
    settings: WindowSettings
    """What is remembered."""
    navigator: Navigator
    """The ways between the tabs."""
    history: ThroughputHistory = field(init=False)
    """What everybody wrote in the last quarter of an hour; made from `monitor`."""

    looks: Looks = field(init=False)
    """What a person saw last of the open file, and what is new since."""

    def __post_init__(self) -> None:
        # Frozen, so by the back door: whoever makes a context need not know of them.
        object.__setattr__(self, "history", ThroughputHistory(self.monitor))
        object.__setattr__(self, "looks", Looks(self.browse, self.settings, self.navigator))

    @property
    def clients(self) -> tuple[Client, Client, Client]:
        """All three threads."""
        return self.operations, self.browse, self.monitor


def make_context(application: QApplication, settings: WindowSettings) -> WindowContext:
    """Return a window's common ground as `settings` remember it, with its threads running."""
    mode = settings.text("window/theme", "system")
    # Before the threads: what fails here leaves none behind.
    theme = Theme(
        application,
        mode if mode in MODES else "system",
        settings.number("window/zoom", 1.0),
    )
    return WindowContext(
        operations=Client("operations"),
        browse=Client("browse"),
        monitor=Client("monitor"),
        theme=theme,
        clock=Clock("utc" if settings.text("window/zone") == "utc" else "local"),
        settings=settings,
        navigator=Navigator(),
    )
