"""Fix a finding of the shown audit: a job plans, a dialog asks, a job applies and looks again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from cts_console.audit import mark_accepted_now
from cts_console.audit.fixing import (
    FixPlan,
    FixResult,
    export_fix,
    merge_answer,
    plan_fix,
    run_fix,
)
from cts_console.errors import CtsError
from cts_console.sqlite import Connection
from cts_console.ui.audit.fix_dialog import FixDialog
from cts_console.ui.audit.fix_words import FixWords
from cts_console.ui.audit.job import ShownAudit, with_unsettled
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.models.findings import FindingItem
from cts_console.worker import Errand, Job


@dataclass(frozen=True, slots=True)
class AppliedFix:
    """A fix that was applied, and the audit as it is to be shown now."""

    result: FixResult
    """What was done."""
    shown: ShownAudit
    """The audit with the rule's fresh answer."""


class FindingFixer(QObject):
    """The one command of the Audit tab that writes to the file."""

    changed = Signal(object)
    """Carries the `ShownAudit` with what the rule says after the fix."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._parent = parent
        self._words = FixWords(self)
        self._path: Path | None = None
        self.dialog: FixDialog | None = None
        self.file_dialog: QFileDialog | None = None

    def set_database(self, database: OpenDatabase | None) -> None:
        """Another file is open, or none, or it is locked or unlocked: an open dialog goes by it."""
        if self.dialog is None:
            return
        if database is None or database.path != self._path:
            self.dialog.reject()
        else:
            self.dialog.set_writable(database.writable)

    def ask(self, database: OpenDatabase, shown: ShownAudit, item: FindingItem) -> None:
        """Look whether `item` is still there, show what would end it, and ask."""
        self._path = database.path
        self.dialog = FixDialog(
            self._context.theme, item, writable=database.writable, parent=self._parent
        )
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog.apply_wanted.connect(partial(self._apply, shown))
        self.dialog.save_wanted.connect(self._choose_file)
        self.dialog.finished.connect(self._on_closed)
        self.dialog.open()
        work = partial(plan_work, path=database.path, fingerprint=item.fingerprint, rule=item.rule)
        job = Job(self.tr("Looking at a finding again"), work)
        self._context.operations.submit(job, self, self._on_plan, self._on_no_plan, key="plan")

    def _on_plan(self, plan: FixPlan) -> None:
        if self.dialog is not None:
            self.dialog.show_plan(plan)

    def _on_no_plan(self, error: CtsError) -> None:
        if self.dialog is not None:
            self.dialog.show_error(error)

    def _on_closed(self) -> None:
        self.dialog = None
        self._context.operations.withdraw(self, "plan")

    def _apply(self, shown: ShownAudit, plan: FixPlan, backup: bool, overrule: bool) -> None:
        work = partial(fix_work, plan=plan, backup=backup, overrule=overrule, shown=shown)
        self._context.operations.submit(
            Job(self.tr("Fixing a finding"), work, releases_file=True),
            self,
            self._on_done,
            self._context.navigator.error_raised.emit,
        )

    def _on_done(self, applied: AppliedFix) -> None:
        navigator = self._context.navigator
        navigator.file_changed.emit()
        self.changed.emit(applied.shown)
        navigator.notice_raised.emit(self._words.done(applied.result))

    def _choose_file(self, plan: FixPlan) -> None:
        dialog = QFileDialog(self._parent, self.tr("Save the fix as SQL"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # Nothing is ever written over, so there is nothing to confirm.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setNameFilters([self.tr("SQL (*.sql)")])
        dialog.setDefaultSuffix("sql")
        dialog.setDirectory(str(plan.path.parent))
        dialog.selectFile(f"{plan.path.stem}.fix-{plan.rule.lower()}-{plan.fingerprint[:6]}.sql")
        dialog.fileSelected.connect(partial(self.save, plan))
        dialog.finished.connect(self._on_file_closed)
        self.file_dialog = dialog
        dialog.open()

    def save(self, plan: FixPlan, path: str) -> None:
        """Write the statements of `plan` into the new file `path`."""
        navigator = self._context.navigator
        work = partial(export_work, plan=plan, path=Path(path))
        self._context.browse.submit(
            Job(self.tr("Saving a fix as SQL"), work, quiet=True),
            self,
            navigator.file_saved.emit,
            navigator.error_raised.emit,
        )

    def _on_file_closed(self) -> None:
        self.file_dialog = None


def plan_work(
    _connection: Connection | None, errand: Errand, *, path: Path, fingerprint: str, rule: str
) -> FixPlan:
    """Plan the fix of a finding; nothing is changed."""
    return plan_fix(
        path, fingerprint, rule=rule, on_progress=errand.on_progress, cancel=errand.cancel
    )


def fix_work(
    _connection: Connection | None,
    errand: Errand,
    *,
    plan: FixPlan,
    backup: bool,
    overrule: bool,
    shown: ShownAudit,
) -> AppliedFix:
    """Apply a fix and put the rule's answer of afterwards into the shown audit."""
    result = run_fix(
        plan.path,
        plan,
        backup=backup,
        overrule=overrule,
        on_progress=errand.on_progress,
        cancel=errand.cancel,
    )
    shown = with_unsettled(shown, plan.path)
    if result.answer is None:
        return AppliedFix(result, shown)
    document = merge_answer(shown.document, result.answer)
    if result.kept["error"] is None:
        # Somebody may have accepted findings meanwhile. Records that fail are told with the result.
        document = mark_accepted_now(plan.path, document)
    return AppliedFix(result, shown.with_document(document))


def export_work(
    _connection: Connection | None, errand: Errand, *, plan: FixPlan, path: Path
) -> Path:
    """Save a fix as SQL."""
    errand.cancel.raise_if_cancelled()
    return export_fix(plan, path)
