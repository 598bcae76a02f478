"""What a person does with the shown audit or one of its findings, beside running it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from cts_console.ui.audit.accepting import FindingAccepter
from cts_console.ui.audit.findings_page import FindingsPage
from cts_console.ui.audit.fixing import FindingFixer
from cts_console.ui.audit.history import AuditHistory
from cts_console.ui.audit.job import ShownAudit
from cts_console.ui.audit.news import FindingNewsMarker
from cts_console.ui.audit.report import ReportSaver
from cts_console.ui.audit.run_bar import RunBar
from cts_console.ui.audit.seals import SealKeeper
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.models.findings import FindingItem
from cts_console.ui.trace.tracing import Tracer


class AuditCommands(QObject):
    """One companion per command; each asks in a dialog of its own and works in a job."""

    changed = Signal(object)
    """Carries the `ShownAudit` to show in the place of the one that is shown."""
    show_asked = Signal(object)
    """Carries an earlier `ShownAudit` to show, or the shown one compared with an earlier one."""

    def __init__(
        self, context: WindowContext, tab: QWidget, run_bar: RunBar, page: FindingsPage
    ) -> None:
        super().__init__(tab)
        self._run_bar = run_bar
        self._database: OpenDatabase | None = None
        self._shown: ShownAudit | None = None
        self.reports = ReportSaver(context, tab)
        self.accepter = FindingAccepter(context, tab)
        self.fixer = FindingFixer(context, tab)
        self.history = AuditHistory(context, tab)
        self.news = FindingNewsMarker(context, page, tab)
        self.seals = SealKeeper(context, tab)
        self.tracer = Tracer(context, tab)
        self._fill_menu(context)
        self.accepter.changed.connect(self.changed)
        self.fixer.changed.connect(self.changed)
        self.history.shown_asked.connect(self.show_asked)
        run_bar.report_asked.connect(self.save_report)
        page.accept_asked.connect(self.accept_finding)
        page.fix_asked.connect(self.fix_finding)
        page.trace_asked.connect(self.trace_finding)

    def set_database(self, database: OpenDatabase | None) -> None:
        """Another file is open, or none, or it is locked or unlocked."""
        before, self._database = self._database, database
        self.fixer.set_database(database)
        if database is not None and before is not None and database.path == before.path:
            return
        self.history.set_database(database)
        self.seals.set_database(database)
        self.tracer.set_database(database)
        for action in (self.history_action, self.seals_action, self.statement_action):
            action.setEnabled(database is not None)

    def show_audit(self, shown: ShownAudit | None) -> None:
        """Offer what can be done with this audit; None while one runs, or where there is none."""
        self._shown = shown
        self._run_bar.offer_report(shown is not None)
        self.history.show_audit(shown)
        self.news.show_audit(shown)

    def save_report(self) -> None:
        """Ask where to save a report of the shown audit."""
        if self._shown is not None:
            self.reports.choose(self._shown.document)

    def accept_finding(self, item: FindingItem) -> None:
        """Ask why a finding of the shown audit is accepted, or accept it no longer."""
        if self._shown is not None:
            self.accepter.ask(self._shown, item)

    def fix_finding(self, item: FindingItem) -> None:
        """Show what would end a finding of the shown audit, and ask whether to apply it."""
        if self._shown is not None and self._database is not None:
            self.fixer.ask(self._database, self._shown, item)

    def trace_finding(self, item: FindingItem) -> None:
        """Show what happened to the first position or order that a finding names."""
        found = item.traced()
        if found is not None:
            note = self.tr("The first of {0} rows that the finding names.")
            told = note.format(f"{found.rows:,}") if found.rows > 1 else ""
            self.tracer.trace(found.subject, told)

    def _fill_menu(self, context: WindowContext) -> None:
        """Add the commands of the file as a whole, in the menu's order."""
        add = self._run_bar.add_command
        self.history_action = add(
            self.tr("Earlier audits …"),
            "mdi6.history",
            self.history.choose,
            self.tr("Findings over time; compare with an earlier audit, or open it"),
        )
        self.seals_action = add(
            self.tr("Seals …"),
            "mdi6.lock-check-outline",
            self.seals.open,
            self.tr("Make later changes of append-only tables visible, and look for such"),
        )
        self.statement_action = add(
            self.tr("Statement …"),
            "mdi6.file-table-outline",
            context.navigator.statement_wanted.emit,
            self.tr("What the trades of a month earned, with fees, funding and positions"),
        )
