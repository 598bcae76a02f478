"""Steps 4 and 5 of Compare: a rehearsal on a private copy, and the import of what is missing."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from cts_console.reconcile import NewFinding
from cts_console.ui.bulk.compare_jobs import MissingRun
from cts_console.ui.bulk.compare_models import NewFindingsModel
from cts_console.ui.bulk.compare_words import CompareWords
from cts_console.ui.bulk.parts import SmallTable, StepCard
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, State, WrappedLabel, button, set_state


class RehearsalCard(StepCard):
    """What the import would do, and what the audit of a copy says to it."""

    rehearse_wanted = Signal()
    """What is missing is to be imported into a private copy."""

    def __init__(self, theme: Theme, words: CompareWords, parent: QWidget | None = None) -> None:
        super().__init__(4, parent=parent)
        self.set_title(self.tr("Rehearsal"))
        self._words = words
        self.about = WrappedLabel("muted")
        self.about.setText(
            self.tr(
                "What only the file has is imported into a private copy of the database, and the "
                "copy is audited before and after. The database itself is only read."
            )
        )
        self.rehearse_button = button(
            theme,
            self.tr("Rehearse"),
            "mdi6.clipboard-check-outline",
            self.rehearse_wanted.emit,
            tip=self.tr("Import into a private copy alone, and audit that"),
        )
        self.would = WrappedLabel()
        self.verdict = WrappedLabel()
        self.findings = NewFindingsModel(theme, self)
        self.findings_view = SmallTable(theme, self.findings, self.tr("What the audit finds anew"))
        self.findings_view.set_widths((110, 90, 380, 110, 90))
        self.notes = WrappedLabel("muted")
        row = QHBoxLayout()
        row.addWidget(self.rehearse_button)
        row.addStretch(1)
        self.inside.addWidget(self.about)
        self.inside.addLayout(row)
        for part in (self.would, self.verdict, self.findings_view, self.notes):
            self.inside.addWidget(part)
        self.show_run(None)

    def show_run(self, run: MissingRun | None) -> None:
        """Show what the rehearsal says; None for not rehearsed."""
        if run is None:
            self._show_texts("", "", "")
            self._show_findings(())
            return
        result = run.result
        is_asked = result.state != "nothing_missing"
        self._show_texts(
            self._words.would(result) if is_asked else self._words.done(run),
            self._words.verdict(result) if is_asked else "",
            self._words.rehearsal_notes(result),
        )
        # What is unknown is not told in the colour of what is well.
        is_well = not (result.findings or result.unchecked)
        stops = any(finding.stops for finding in result.findings)
        set_state(self.verdict, "bad" if stops else "ok" if is_well else "")
        set_state(self.would, "warn" if result.written.refusals else "")
        self._show_findings(result.findings)
        state: State = "bad" if result.state == "stopped" else "ok" if is_well else "warn"
        self.show_state(self._words.outcome(result), state)

    def show_problem(self, text: str, word: str, state: State) -> None:
        """Say why there is no verdict."""
        self._show_texts("", text, "")
        self._show_findings(())
        set_state(self.verdict, state)
        self.show_state(word, "warn")

    def _show_texts(self, would: str, verdict: str, notes: str) -> None:
        for label, text in ((self.would, would), (self.verdict, verdict), (self.notes, notes)):
            label.setText(text)
            label.setVisible(bool(text))

    def _show_findings(self, findings: tuple[NewFinding, ...]) -> None:
        self.findings.show_findings(findings)
        self.findings_view.setVisible(bool(findings))


class MissingCard(StepCard):
    """The one button that writes, and what came of it."""

    import_wanted = Signal()
    """What is missing is to be imported."""
    undo_wanted = Signal(str)
    """Carries the batch that is to be taken back."""

    def __init__(self, theme: Theme, words: CompareWords, parent: QWidget | None = None) -> None:
        super().__init__(5, parent=parent)
        self.set_title(self.tr("Import"))
        self._words = words
        self._batch: str | None = None
        self.import_button = button(
            theme,
            self.tr("Import what is missing…"),
            "mdi6.database-import",
            self.import_wanted.emit,
            primary=True,
        )
        self.backup = QCheckBox(self.tr("Make a verified backup first"))
        self.overrule = QCheckBox(self.tr("Import it all the same"))
        self.why = WrappedLabel("muted")
        self.result = WrappedLabel()
        self.details = WrappedLabel("muted")
        self.undo_button = button(
            theme, self.tr("Take it back…"), "mdi6.undo-variant", self._on_undo
        )
        row = QHBoxLayout()
        row.setSpacing(3 * SPACE)
        row.addWidget(self.import_button)
        row.addWidget(self.backup)
        row.addStretch(1)
        self.inside.addLayout(row)
        for label in (self.overrule, self.why, self.result, self.details):
            self.inside.addWidget(label)
        foot = QHBoxLayout()
        foot.addWidget(self.undo_button)
        foot.addStretch(1)
        self.inside.addLayout(foot)
        self.show_result("", "")

    def show_ready(self, *, ready: bool, why: str) -> None:
        """Say whether it can be imported, and if not, why."""
        self.import_button.setEnabled(ready)
        self.why.setText(why)
        self.why.setVisible(bool(why))

    def show_run(self, run: MissingRun) -> None:
        """Show what came of an import."""
        result = run.result
        is_whole = result.state == "imported" and not result.written.refusals
        word = self.tr("done")
        state: State = "ok" if is_whole else "warn"
        if result.state == "stopped":
            word, state = self.tr("stopped by the audit"), "bad"
        self.show_result(
            self._words.done(run), state, self._words.details(run), batch=result.batch_id
        )
        self.show_state(word, state)

    def show_result(
        self, text: str, state: State, details: str = "", *, batch: str | None = None
    ) -> None:
        """Show what came of it; "" for nothing yet."""
        self._batch = batch
        for label, told in ((self.result, text), (self.details, details)):
            label.setText(told)
            label.setVisible(bool(told))
        set_state(self.result, state)
        self.undo_button.setVisible(batch is not None)
        if not text:
            self.show_state("")

    def _on_undo(self) -> None:
        if self._batch is not None:
            self.undo_wanted.emit(self._batch)
