"""What a person does with the shown audit or one of its findings, beside running it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from cts_console.ui.audit.accepting import FindingAccepter
from cts_console.ui.audit.findings_page import FindingsPage
from cts_console.ui.audit.job import ShownAudit
from cts_console.ui.audit.report import ReportSaver
from cts_console.ui.audit.run_bar import RunBar
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.models.findings import FindingItem
from cts_console.ui.trace.tracing import Tracer


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
        self.tracer = Tracer(context, tab)
        run_bar.report_asked.connect(self.save_report)
        page.accept_asked.connect(self.accept_finding)
        page.trace_asked.connect(self.trace_finding)

    def set_database(self, database: OpenDatabase | None) -> None:
        """Another file is open, or none."""
        self._database = database
        self.tracer.set_database(database)

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

    def trace_finding(self, item: FindingItem) -> None:
        """Show what happened to the first position or order that a finding names."""
        found = item.traced()
        if found is not None:
            note = self.tr("The first of {0} rows that the finding names.")
            told = note.format(f"{found.rows:,}") if found.rows > 1 else ""
            self.tracer.trace(found.subject, told)
