"""The seals of the open file: a dialog shows them, jobs make, verify and carry them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from cts_console.audit.seal import ImportedSeal, Seal, SealList, TableVerdict
from cts_console.errors import CtsError
from cts_console.progress import Progress
from cts_console.ui.audit.seals_dialog import SealsDialog
from cts_console.ui.audit.seals_jobs import (
    Verified,
    export_work,
    import_work,
    list_work,
    seal_work,
    verify_work,
)
from cts_console.ui.context import OpenDatabase, RowsWanted, WindowContext
from cts_console.ui.models.seals_model import SealItem
from cts_console.ui.text import one_line
from cts_console.ui.widgets.basics import State
from cts_console.worker import Job, Ticket

_LONGEST = 800


class SealKeeper(QObject):
    """Writes to the console's own records and to exported files only.

    Work goes on where the dialog is closed meanwhile; what came of it is then told by the window.
    """

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._parent = parent
        self._database: OpenDatabase | None = None
        self._ticket: Ticket | None = None
        # By table and root: a verdict is of one seal, and says nothing of a later one.
        self._verified: dict[tuple[str, str], tuple[TableVerdict, int]] = {}
        self.dialog: SealsDialog | None = None
        self.file_dialog: QFileDialog | None = None
        context.operations.progress_changed.connect(self._on_progress)

    def set_database(self, database: OpenDatabase | None) -> None:
        """Another file is open, or none: nothing is known of its seals."""
        if self.dialog is not None:
            self.dialog.close()
        self._context.operations.withdraw(self)
        self._context.browse.withdraw(self)
        self._ticket = None
        self._verified = {}
        self._database = database

    def open(self) -> None:
        """Show the seals of the open file."""
        if self._database is None or self.dialog is not None:
            return
        dialog = self.dialog = SealsDialog(self._context, self._parent)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.seal_asked.connect(self.seal)
        dialog.anew_asked.connect(self.seal_anew)
        dialog.verify_asked.connect(self.verify)
        dialog.export_asked.connect(self.choose_export)
        dialog.import_asked.connect(self.choose_import)
        dialog.stop_asked.connect(self.stop)
        dialog.rows_asked.connect(self._on_rows)
        dialog.finished.connect(self._on_closed)
        if self._ticket is not None:
            dialog.show_busy(self._ticket.job.title)
        self._list()
        dialog.open()

    def seal(self, names: tuple[str, ...], *, anew: bool = False) -> None:
        """Seal tables, or extend their seals."""
        work = partial(seal_work, names=names, anew=anew)
        self._submit(self.tr("Sealing"), work, self._on_sealed)

    def seal_anew(self, names: tuple[str, ...]) -> None:
        """Seal tables whatever was sealed before."""
        self.seal(names, anew=True)

    def verify(self, names: tuple[str, ...]) -> None:
        """Compare tables with their seals."""
        work = partial(verify_work, names=names)
        self._submit(self.tr("Verifying seals"), work, self._on_verified)

    def choose_export(self, names: tuple[str, ...]) -> None:
        """Ask where to write seals to."""
        if self._database is not None:
            dialog = self._choose(self.tr("Export seals"), QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix("seal")
            dialog.selectFile(f"{self._database.path.stem}.seal")
            # A file is never written over, so there is nothing to confirm.
            dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
            dialog.fileSelected.connect(partial(self.export, names))
            dialog.open()

    def export(self, names: tuple[str, ...], target: str) -> None:
        """Write seals into a new file."""
        work = partial(export_work, names=names, target=Path(target))
        self._submit(self.tr("Exporting seals"), work, self._on_exported)

    def choose_import(self) -> None:
        """Ask for a file of seals."""
        dialog = self._choose(self.tr("Import seals"), QFileDialog.AcceptMode.AcceptOpen)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.import_file)
        dialog.open()

    def import_file(self, file: str, *, replaces: bool = False) -> None:
        """Keep the seals of a file."""
        work = partial(import_work, file=Path(file), replaces=replaces)
        failed = partial(self._on_not_imported, file)
        self._submit(self.tr("Importing seals"), work, self._on_imported, failed)

    def stop(self) -> None:
        """Stop what runs; the kept seals stay as they are."""
        if self._ticket is not None:
            self._ticket.errand.cancel.cancel()
            if self.dialog is not None:
                self.dialog.foot.show_stopping()

    def _submit(
        self,
        title: str,
        work: Callable[..., Any],
        done: Callable[[Any], None],
        failed: Callable[[CtsError], None] | None = None,
    ) -> None:
        if self._database is None or self._ticket is not None:
            return
        job = Job(title, partial(work, path=self._database.path))
        failed = failed or self._on_failed
        self._ticket = self._context.operations.submit(
            job, self, partial(self._on_ended, done), partial(self._on_ended, failed)
        )
        if self.dialog is not None:
            self.dialog.show_busy(title)

    def _on_ended(self, then: Callable[[Any], None], answer: Any) -> None:
        self._ticket = None
        if self.dialog is not None:
            self.dialog.show_idle()
        then(answer)
        self._list()

    def _on_progress(self, ticket: Ticket, progress: Progress) -> None:
        if self.dialog is not None and self._ticket is not None and ticket is self._ticket:
            self.dialog.foot.show_progress(progress)

    def _list(self) -> None:
        if self._database is not None and self.dialog is not None:
            work = partial(list_work, path=self._database.path)
            job = Job(self.tr("Reading seals"), work, self._database.target(), quiet=True)
            self._context.browse.submit(
                job, self, self._on_listed, self._on_not_listed, key="seals"
            )

    def _on_listed(self, listed: SealList) -> None:
        if self.dialog is not None:
            items = []
            for sealed in listed.tables:
                root = sealed.seal.root if sealed.seal is not None else ""
                verdict, at_ms = self._verified.get((sealed.table, root), (None, 0))
                items.append(SealItem(sealed, verdict, at_ms))
            origin = "" if listed.origin is None else listed.origin.describe()
            self.dialog.show_list(items, listed.others, origin)

    def _on_not_listed(self, error: CtsError) -> None:
        if self.dialog is not None and error.code != "cancelled":
            self.dialog.show_list([], [])
            self.dialog.foot.say(_told(error), "bad")

    def _on_sealed(self, seals: list[Seal]) -> None:
        told = [f"{one_line(s.table)}: {s.rows:,}" for s in seals]
        self._tell(self.tr("Sealed rows: {0}").format("; ".join(told)), "ok")

    def _on_verified(self, verified: Verified) -> None:
        for verdict in verified.verdicts:
            self._verified[verdict.table, verdict.root] = (verdict, verified.at_ms)
        bad = [one_line(v.table) for v in verified.verdicts if not v.is_true]
        if bad:
            self._tell(self.tr("NOT as sealed: {0}").format(", ".join(bad)), "bad")
        else:
            good = ", ".join(one_line(v.table) for v in verified.verdicts)
            self._tell(self.tr("As sealed: {0}").format(good), "ok")

    def _on_exported(self, path: Path) -> None:
        self._context.navigator.file_saved.emit(path)
        self._tell(self.tr("Written: {0}").format(one_line(str(path), _LONGEST)), "ok")

    def _on_imported(self, imported: list[ImportedSeal]) -> None:
        words = {
            "new": self.tr("imported"),
            "extended": self.tr("imported, it covers more rows than the kept one"),
            "kept": self.tr("the kept seal covers it and stays"),
            "replaced": self.tr("imported in the place of the kept one"),
        }
        told = [f"{one_line(each.seal.table)}: {words[each.result]}" for each in imported]
        self._tell(self.tr("{0}. Not verified yet.").format("; ".join(told)), "info")

    def _on_not_imported(self, file: str, error: CtsError) -> None:
        if error.code == "constraint" and self.dialog is not None:
            told = self.tr("{0} Take the seals of the file in the place of the kept ones?")
            self.dialog.foot.ask(
                told.format(one_line(error.message, _LONGEST)),
                self.tr("Take those of the file"),
                partial(self.import_file, file, replaces=True),
            )
            return
        self._on_failed(error)

    def _on_failed(self, error: CtsError) -> None:
        if error.code == "cancelled":
            self._tell(self.tr("Stopped. The kept seals are as they were."), "warn")
        elif self.dialog is not None:
            self.dialog.foot.say(_told(error), "bad")
        else:
            self._context.navigator.error_raised.emit(error)

    def _tell(self, text: str, state: State) -> None:
        if self.dialog is not None:
            self.dialog.foot.say(text, state)
        else:
            self._context.navigator.notice_raised.emit(text)

    def _choose(self, title: str, mode: QFileDialog.AcceptMode) -> QFileDialog:
        dialog = self.file_dialog = QFileDialog(self.dialog or self._parent, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(mode)
        dialog.setNameFilters([self.tr("Seals (*.seal)"), self.tr("All files (*)")])
        if self._database is not None:
            dialog.setDirectory(str(self._database.path.parent))
        dialog.finished.connect(self._on_file_dialog_closed)
        return dialog

    def _on_rows(self, wanted: RowsWanted) -> None:
        if self.dialog is not None:
            self.dialog.accept()
        self._context.navigator.rows_wanted.emit(wanted)

    def _on_file_dialog_closed(self) -> None:
        self.file_dialog = None

    def _on_closed(self) -> None:
        self.dialog = None
        self._context.browse.withdraw(self)


def _told(error: CtsError) -> str:
    return one_line(" ".join(part for part in (error.message, error.hint) if part), _LONGEST)
