"""What a person does with the shown audit or one of its findings, beside running it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from cts_console.ui.audit.accepting import FindingAccepter
from cts_console.ui.audit.findings_page import FindingsPage
from cts_console.ui.audit.job import ShownAudit
from cts_console.ui.audit.report import ReportSaver
from cts_console.ui.audit.run_bar import RunBar
from cts_console.ui.audit.seals import SealKeeper
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.models.findings import FindingItem


class AuditCommands(QObject):
    """One companion per command; each asks in a dialog of its own and works in a job."""

    changed = Signal(object)
    """Carries the `ShownAudit` to show in the place of the one that is shown."""

    def __init__(
        self, context: WindowContext, tab: QWidget, run_bar: RunBar, page: FindingsPage
    ) -> None:
        super().__init__(tab)
        self._run_bar = run_bar
        self._database: OpenDatabase | None = None
        self._shown: ShownAudit | None = None
        self.reports = ReportSaver(context, tab)
        self.accepter = FindingAccepter(context, tab)
        self.accepter.changed.connect(self.changed)
        self.seals = SealKeeper(context, tab)
        self.seals_action = run_bar.add_command(
            self.tr("Seals …"),
            "mdi6.lock-check-outline",
            self.seals.open,
            self.tr("Make later changes of append-only tables visible, and look for such changes"),
        )
        run_bar.report_asked.connect(self.save_report)
        page.accept_asked.connect(self.accept_finding)

    def set_database(self, database: OpenDatabase | None) -> None:
        """Another file is open, or none."""
        self._database = database
        self.seals.set_database(database)
        self.seals_action.setEnabled(database is not None)

    def show_audit(self, shown: ShownAudit | None) -> None:
        """Offer what can be done with this audit; None while one runs, or where there is none."""
        self._shown = shown
        self._run_bar.offer_report(shown is not None)

    def save_report(self) -> None:
        """Ask where to save a report of the shown audit."""
        if self._shown is not None:
            self.reports.choose(self._shown.document)

    def accept_finding(self, item: FindingItem) -> None:
        """Ask why a finding of the shown audit is accepted, or accept it no longer."""
        if self._shown is not None:
            self.accepter.ask(self._shown, item)
