"""The Audit tab: choose a profile, run it, see what is wrong, where, and what to do."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from cts_console.audit import AuditProfile, check_profile, select_rules
from cts_console.errors import CtsError
from cts_console.ui.audit.commands import AuditCommands
from cts_console.ui.audit.findings_page import FindingsPage
from cts_console.ui.audit.job import (
    AuditFeed,
    ShownAudit,
    add_quick,
    audit_work,
    read_kept,
)
from cts_console.ui.audit.note_line import NoteLine
from cts_console.ui.audit.queries_dialog import QueriesDialog
from cts_console.ui.audit.rule_chooser import RuleChooser
from cts_console.ui.audit.run_bar import RunBar
from cts_console.ui.audit.words import AuditWords
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.tabs.base import Tab
from cts_console.ui.text import one_line
from cts_console.ui.widgets.basics import SPACE
from cts_console.ui.widgets.state_stack import StateStack
from cts_console.worker import Job, Ticket

_DRAIN_INTERVAL_MS: Final = 200
_AGE_INTERVAL_MS: Final = 10_000


class AuditTab(Tab):
    """Runs audits and shows the last one."""

    name = "Audit"
    icon_name = "mdi6.shield-check-outline"

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._shown: ShownAudit | None = None
        self._is_loaded = self._is_loading = False
        self._is_outdated = False
        self._wanted = ""
        self._ticket: Ticket | None = None
        self._feed = AuditFeed()
        self._done = self._total = 0
        self._last_choice: tuple[str, ...] = ()
        self.chooser: RuleChooser | None = None
        self.queries: QueriesDialog | None = None
        self.words = AuditWords(context.clock, self)
        self.run_bar = RunBar(context.theme)
        self.note = NoteLine(context.theme)
        self.page = FindingsPage(context)
        self.commands = AuditCommands(context, self, self.run_bar, self.page)
        # At 200 % the figures alone can fill a small window.
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self.page)
        self.states = StateStack(context.theme, area)
        self._drain_timer = QTimer(self)
        self._drain_timer.setInterval(_DRAIN_INTERVAL_MS)
        self._age_timer = QTimer(self)
        self._age_timer.setInterval(_AGE_INTERVAL_MS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(self.run_bar)
        layout.addWidget(self.note)
        layout.addWidget(self.commands.history.line)
        layout.addWidget(self.states, 1)
        self._connect()
        self.set_database(None)

    @property
    def is_running(self) -> bool:
        """Whether an audit of this tab runs or waits."""
        return self._ticket is not None

    def set_database(self, database: OpenDatabase | None) -> None:
        """Show another file, or the same one with or without leave to write."""
        before = self.database
        super().set_database(database)
        self.commands.set_database(database)
        if database is not None and before is not None and before.path == database.path:
            return
        self._forget()
        self.context.looks.open(None if database is None else database.path)
        self.page.detail.set_foreign(database is not None and database.kind != "cts")
        if database is None:
            self.states.show_empty(self.tr("No file is open"))
            return
        self._show_never_audited()
        if self.isVisible():
            self._load()

    def on_shown(self) -> None:
        """Read the kept audit once, and keep its age true."""
        self._load()
        self._show_age()
        self._age_timer.start()
        self.commands.news.set_visible(True)

    def on_hidden(self) -> None:
        """Remember the columns."""
        self._age_timer.stop()
        self.commands.news.set_visible(False)
        self.page.remember_columns()

    def refresh(self) -> None:
        """Read the kept audit again; an audit itself runs only when it is asked for."""
        self._is_loaded = False
        self._load()

    def run(self, profile: str = "") -> None:
        """Run the chosen profile or rules, or the profile that is named, unless an audit runs."""
        if self.database is None or self.is_running:
            return
        if profile:
            self.run_bar.choose(check_profile(profile))
        rules = self.run_bar.rules
        chosen = _profile_for(rules) if rules else self.run_bar.profile
        self.context.browse.withdraw(self, "audit")
        self._is_loaded, self._is_loading, self._is_outdated = True, False, False
        self._feed = AuditFeed()
        self._done, self._total = 0, len(select_rules(chosen, rules))
        self.run_bar.show_running()
        self.commands.show_audit(None)
        self.note.show_note("")
        self.page.begin()
        self.states.show_content()
        work = partial(
            audit_work, path=self.database.path, profile=chosen, rules=rules, feed=self._feed
        )
        title = self.words.title(chosen, is_whole=not rules)
        job = Job(title, work)
        self._ticket = self.context.operations.submit(job, self, self._on_done, self._on_failed)
        self._drain_timer.start()

    def choose_rules(self) -> None:
        """Let the person choose rules one by one; the choice is run at once."""
        chosen = self.run_bar.rules or self._last_choice
        ticked = chosen or [rule.id for rule in select_rules(self.run_bar.profile)]
        self.chooser = RuleChooser(self.context.theme, ticked, self)
        self.chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.chooser.chosen.connect(self._on_rules_chosen)
        self.chooser.queries_asked.connect(self.show_queries)
        self.chooser.finished.connect(self._on_chooser_closed)
        self.chooser.open()

    def show_queries(self) -> None:
        """Let the person look after the queries that the index advice goes by."""
        if self.database is not None:
            parent = self.chooser or self
            self.queries = QueriesDialog(self.context, self.database.path, parent)
            self.queries.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self.queries.finished.connect(self._on_queries_closed)
            self.queries.open()

    def stop(self) -> None:
        """Stop the audit that runs or waits."""
        if self._ticket is not None:
            self._ticket.errand.cancel.cancel()
            self.run_bar.show_stopping()

    def show_finding(self, fingerprint: str) -> None:
        """Select a finding; where the shown audit has none such, a quick look is added to it."""
        self._wanted = fingerprint
        if self.is_running or self._is_loading:
            return
        latest = self.commands.history.latest
        if self._shown is not None and self._shown.is_old and latest is not None:
            self._show(latest)  # what is so now is not in an old one
        if not self._is_loaded:
            self._load()
        elif not self._select_wanted():
            self._add_quick()

    def _load(self) -> None:
        if self.database is None or self._is_loaded or self.is_running:
            return
        self._is_loaded = self._is_loading = True
        work = partial(read_kept, path=self.database.path)
        self.context.browse.submit(
            Job(self.tr("Reading the last audit"), work, quiet=True),
            self,
            self._on_kept,
            self._on_no_kept,
            key="audit",
        )

    def _on_kept(self, kept: ShownAudit | None) -> None:
        self._is_loading = False
        # None may also mean that the last audit could not be kept: then it stays.
        if kept is not None:
            self._show(kept)
        if not self._select_wanted():
            self._add_quick()

    def _on_no_kept(self, error: CtsError) -> None:
        self._is_loading = False
        # Nothing to worry about: the audit itself says more of such a file than this error.
        if error.code != "cancelled" and self._shown is None:
            told = self.tr("Earlier audits cannot be read: {0}")
            self.run_bar.say(told.format(one_line(error.message)), "warn")
        if self._wanted:
            self._add_quick()

    def _add_quick(self) -> None:
        if self.database is not None:
            work = partial(add_quick, path=self.database.path, shown=self._shown)
            job = Job(self.tr("Looking for the finding"), work, quiet=True)
            self.context.browse.submit(job, self, self._on_quick, key="audit")

    def _on_quick(self, shown: ShownAudit) -> None:
        self._show(shown)
        if not self._select_wanted():
            self._wanted = ""
            self.run_bar.say(self.tr("That finding is not there any more."), "info")

    def _on_done(self, shown: ShownAudit) -> None:
        self._end_run()
        self._show(shown)
        self._select_wanted()
        self.context.navigator.audit_finished.emit(shown.document)

    def _on_changed(self, shown: ShownAudit) -> None:
        before = self._shown
        # Meanwhile another audit or another file may have come.
        if before is None or self.is_running or before.is_another_than(shown):
            return
        self._show(shown)
        self.context.navigator.audit_finished.emit(shown.document)

    def _on_show_asked(self, shown: ShownAudit) -> None:
        if self.database is not None and not self.is_running:
            self._show(shown)

    def _on_failed(self, error: CtsError) -> None:
        self._end_run()
        self._shown = None
        self.states.show_error(error, self.run)

    def _end_run(self) -> None:
        self._ticket = None
        self._drain_timer.stop()
        self.run_bar.show_idle(can_run=self.database is not None)
        self.run_bar.say("")

    def _on_drain(self) -> None:
        outcomes = self._feed.drain()
        if outcomes:
            self._done += len(outcomes)
            items = [item for outcome in outcomes for item in outcome.items]
            self.page.add(items, [outcome.check for outcome in outcomes])
        ticket = self._ticket
        if ticket is None or self.context.operations.running is not ticket:
            return
        if not ticket.errand.cancel.cancelled:
            self.run_bar.show_progress(self._done, self._total, ticket.errand.progress)

    def _show(self, shown: ShownAudit) -> None:
        self._shown = shown
        self.states.show_content()
        self.page.detail.set_past(shown.is_old)
        self.page.end(shown.items, shown.checks, shown.gone if shown.is_compared else None)
        self.commands.show_audit(shown)
        self.note.show_note(self.words.note(shown))
        self._show_age()

    def _show_never_audited(self) -> None:
        profile = self.run_bar.profile
        self.states.show_empty(
            self.words.never_title(),
            self.words.never_text(),
            self.run,
            self.words.never_action(profile),
        )

    def _show_age(self) -> None:
        if self._shown is not None and not self.is_running:
            self.run_bar.say(*self.words.describe(self._shown, self._is_outdated))

    def _select_wanted(self) -> bool:
        if self._wanted and not self.page.select(self._wanted):
            return False
        self._wanted = ""
        return True

    def _on_file_changed(self) -> None:
        self._is_outdated = self._shown is not None
        self._show_age()

    def _on_rules_chosen(self, rules: tuple[str, ...]) -> None:
        self._last_choice = rules
        self.run_bar.choose_rules(rules)
        self.run()

    def _on_chooser_closed(self) -> None:
        self.chooser = None

    def _on_queries_closed(self) -> None:
        self.queries = None

    def _on_profile(self) -> None:
        if self.database is not None and self._shown is None and not self.is_running:
            self._show_never_audited()

    def _forget(self) -> None:
        self.context.browse.withdraw(self)
        self.context.operations.withdraw(self)
        self._shown = None
        self._is_loaded = self._is_loading = self._is_outdated = False
        self._wanted = ""
        self._end_run()
        self.commands.show_audit(None)
        self.note.show_note("")
        self.page.begin()

    def _connect(self) -> None:
        run = QShortcut(
            QKeySequence("Ctrl+Shift+A"),
            self,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )
        run.activated.connect(self.run)
        self.run_bar.run_asked.connect(self.run)
        self.run_bar.choice_asked.connect(self.choose_rules)
        self.run_bar.stop_asked.connect(self.stop)
        self.run_bar.profile_changed.connect(self._on_profile)
        self.commands.changed.connect(self._on_changed)
        self.commands.show_asked.connect(self._on_show_asked)
        self._drain_timer.timeout.connect(self._on_drain)
        self._age_timer.timeout.connect(self._show_age)
        self.context.clock.changed.connect(self._show_age)
        navigator = self.context.navigator
        navigator.audit_wanted.connect(self.run)
        navigator.finding_wanted.connect(self.show_finding)
        navigator.new_findings_wanted.connect(self.commands.news.list_new)
        navigator.file_changed.connect(self._on_file_changed)


def _profile_for(rules: tuple[str, ...]) -> AuditProfile:
    """Return the profile that asks chosen rules in full: deep, but for those that are all quick.

    Who chooses a rule by hand wants its whole answer, on large tables too; Stop is at hand.
    """
    levels = {rule.profile for rule in select_rules("deep", rules)}
    return "quick" if levels <= {"quick"} else "deep"
