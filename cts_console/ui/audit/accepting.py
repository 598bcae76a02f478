"""Accept a finding of the shown audit, or withdraw that: a dialog asks, a job keeps the answer."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from cts_console.audit import accept_finding, mark_accepted_now, withdraw_acceptance
from cts_console.sqlite import Connection
from cts_console.ui.audit.accept_dialog import AcceptDialog
from cts_console.ui.audit.job import ShownAudit
from cts_console.ui.context import WindowContext
from cts_console.ui.models.findings import FindingItem
from cts_console.worker import Errand, Job


class FindingAccepter(QObject):
    """Writes to the console's own records only; the audited file is opened to know whose it is."""

    changed = Signal(object)
    """Carries the `ShownAudit` with what is accepted now."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._parent = parent
        self.dialog: AcceptDialog | None = None

    def ask(self, shown: ShownAudit, item: FindingItem) -> None:
        """Ask for a reason and accept `item`; one that is accepted already is so no longer."""
        if item.is_accepted:
            self._submit(shown, item.fingerprint, None, None)
            return
        self.dialog = AcceptDialog(self._context.theme, item, self._parent)
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog.accepted.connect(partial(self._on_accepted, shown, item.fingerprint))
        self.dialog.finished.connect(self._on_closed)
        self.dialog.open()

    def _on_accepted(self, shown: ShownAudit, fingerprint: str) -> None:
        if self.dialog is not None:
            self._submit(shown, fingerprint, self.dialog.reason.text(), self.dialog.until)

    def _on_closed(self) -> None:
        self.dialog = None

    def _submit(
        self, shown: ShownAudit, fingerprint: str, reason: str | None, until: str | None
    ) -> None:
        work = partial(
            accept_work, shown=shown, fingerprint=fingerprint, reason=reason, until=until
        )
        title = self.tr("Accepting a finding")
        if reason is None:
            title = self.tr("Withdrawing an acceptance")
        self._context.browse.submit(
            Job(title, work, quiet=True),
            self,
            self.changed.emit,
            self._context.navigator.error_raised.emit,
        )


def accept_work(
    _connection: Connection | None,
    _errand: Errand,
    *,
    shown: ShownAudit,
    fingerprint: str,
    reason: str | None,
    until: str | None,
) -> ShownAudit:
    """Accept a finding (without a reason: no longer) and return the audit with its marks of now."""
    path = Path(shown.document["database"])
    if reason is None:
        withdraw_acceptance(path, fingerprint)
    else:
        accept_finding(path, fingerprint, reason=reason, until=until)
    document = mark_accepted_now(path, shown.document)
    return shown.with_document(document)
