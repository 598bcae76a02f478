"""The statement's dialog: asks, has it made in a job, shows it, saves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cts_console.errors import CtsError
from cts_console.progress import Progress
from cts_console.ui.audit.flow_layout import FlowLayout
from cts_console.ui.context import WindowContext
from cts_console.ui.statement.form import StatementForm
from cts_console.ui.statement.job import MadeStatement, StatementWish, make_work, pdf_work
from cts_console.ui.statement.result import StatementResult
from cts_console.ui.text import one_line
from cts_console.ui.widgets.basics import (
    SPACE,
    State,
    ThemedButton,
    WrappedLabel,
    button,
    set_state,
)
from cts_console.worker import Job, Ticket

_SIZE_PX: Final = (720, 600)
_LONGEST_LINE: Final = 1_000


class StatementDialog(QDialog):
    """Stands beside the window, which stays in use while a long statement is made."""

    def __init__(self, context: WindowContext, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.path = path
        self._ticket: Ticket | None = None
        self.made: MadeStatement | None = None
        self.shown: StatementResult | None = None
        self.names: QFileDialog | None = None
        self.setWindowTitle(self.tr("Statement of {0}").format(one_line(path.name)))
        self.form = StatementForm(context)
        self.message = WrappedLabel()
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("A job of this dialog is running"))
        self._make_buttons()
        self._area = QScrollArea()
        self._content = QWidget()
        self._lay_out()
        context.operations.progress_changed.connect(self._on_progress)
        room = context.theme.px(_SIZE_PX[0]), context.theme.px(_SIZE_PX[1])
        self.resize(*map(min, room, _screen_size(self)))
        self._show_state()

    @property
    def is_running(self) -> bool:
        """Whether a job of this dialog runs or waits."""
        return self._ticket is not None

    def done(self, result: int) -> None:
        """Close; what runs is stopped, since nobody would see what comes of it."""
        self._context.operations.withdraw(self)
        super().done(result)

    def make(self) -> None:
        """Have the statement made, and ask for the name of its CSV first where one is wanted."""
        wish = self.form.wish(self.path)
        if self.form.csv.isChecked():
            self._choose_csv(wish)
        else:
            self._submit(wish)

    def change(self) -> None:
        """Go back to the fields."""
        self.made = None
        self._say("")
        self._show_state()

    def save_pdf(self) -> None:
        """Ask for a name and save the shown statement there as PDF."""
        if self.made is not None:
            self._choose(self.tr("Save the statement"), "pdf", partial(self._write_pdf, self.made))

    def save_csv(self) -> None:
        """Ask for a name; the statement is made anew with its CSV, so that the two agree."""
        if self.made is not None:
            self._choose_csv(self.made.wish)

    def copy_json(self) -> None:
        """Copy the document that the command line would print."""
        if self.made is not None:
            QGuiApplication.clipboard().setText(self.made.json_text)
            self._say(self.tr("Copied as JSON."))

    def stop(self) -> None:
        """Stop the job of this dialog."""
        if self._ticket is not None:
            self._ticket.errand.cancel.cancel()

    def _choose_csv(self, wish: StatementWish) -> None:
        self._choose(self.tr("Save the trades"), "csv", partial(self._write_csv, wish))

    def _choose(self, title: str, suffix: str, on_chosen: Callable[[str], object]) -> None:
        wish = self.form.wish(self.path) if self.made is None else self.made.wish
        self.names = QFileDialog(self, title)
        self.names.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.names.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # The work itself refuses a name that is taken, whoever takes it meanwhile.
        self.names.setOption(QFileDialog.Option.DontConfirmOverwrite)
        self.names.setDefaultSuffix(suffix)
        self.names.setNameFilter(f"{suffix.upper()} (*.{suffix})")
        self.names.setDirectory(str(self.path.parent))
        self.names.selectFile(f"{self.path.stem}.statement-{wish.start}.{suffix}")
        self.names.fileSelected.connect(on_chosen)
        self.names.finished.connect(self._on_name_closed)
        self.names.open()

    def _submit(self, wish: StatementWish) -> None:
        job = Job(self.tr("Making the statement"), partial(make_work, wish=wish))
        self._run(job, self._on_made)

    def _write_csv(self, wish: StatementWish, name: str) -> None:
        self._submit(replace(wish, csv=Path(name)))

    def _write_pdf(self, made: MadeStatement, name: str) -> None:
        work = partial(pdf_work, made=made, target=Path(name))
        self._run(Job(self.tr("Printing the statement"), work), self._on_saved)

    def _run(self, job: Job, on_done: Callable[[object], None]) -> None:
        if self._ticket is not None:
            return
        self._say(job.title)
        self._ticket = self._context.operations.submit(job, self, on_done, self._on_failed)
        self._show_state()

    def _on_made(self, made: object) -> None:
        assert isinstance(made, MadeStatement)
        self._ticket = None
        self.made = made
        self._say("")
        if made.wish.csv is not None:
            self._tell_saved(made.wish.csv)
        self._show_state()

    def _on_saved(self, path: object) -> None:
        assert isinstance(path, Path)
        self._ticket = None
        self._tell_saved(path)
        self._show_state()

    def _on_failed(self, error: CtsError) -> None:
        self._ticket = None
        if error.code == "cancelled":
            self._say(self.tr("Stopped; nothing was saved."))
        else:
            self._say(f"{error.message} {error.hint}", "bad")
        self._show_state()

    def _on_progress(self, ticket: Ticket, progress: Progress) -> None:
        if ticket is not self._ticket:
            return
        parts = [progress.note]
        if progress.total:
            parts.append(f"{progress.done:,} / {progress.total:,} {progress.unit}")
        elif progress.done:
            parts.append(f"{progress.done:,} {progress.unit}")
        self._say("  ".join(part for part in parts if part))

    def _on_name_closed(self) -> None:
        self.names = None

    def _tell_saved(self, path: Path) -> None:
        self._say(self.tr("Saved: {0}").format(path), "ok")
        self._context.navigator.file_saved.emit(path)

    def _say(self, text: str, state: State = "") -> None:
        self.message.setText(one_line(text, _LONGEST_LINE))
        set_state(self.message, state)
        self.message.setVisible(bool(text))

    def _show_state(self) -> None:
        runs, made = self.is_running, self.made
        if self.shown is not None and (made is None or self.shown.document is not made.document):
            self.shown.deleteLater()
            self.shown = None
        if made is not None and self.shown is None:
            self.shown = StatementResult(made.document)
            self._column.addWidget(self.shown)
            self._area.verticalScrollBar().setValue(0)
        self.form.setVisible(made is None)
        self.form.setEnabled(not runs)
        self.bar.setVisible(runs)
        self.stop_button.setVisible(runs)
        self.make_button.setVisible(made is None and not runs)
        for each in (self.change_button, self.pdf_button, self.csv_button, self.json_button):
            each.setVisible(made is not None and not runs)

    def _make_buttons(self) -> None:
        theme = self._context.theme

        def make(text: str, icon: str, slot: Callable[[], object], tip: str = "") -> ThemedButton:
            made = button(theme, text, icon, slot, tip=tip)
            made.setAutoDefault(False)
            return made

        self.make_button = button(
            theme,
            self.tr("Make statement"),
            "mdi6.file-table-outline",
            self.make,
            primary=True,
            tip=self.tr("Add up the trades of the period; the file is not changed"),
        )
        self.make_button.setDefault(True)
        self.stop_button = make(self.tr("Stop"), "mdi6.stop", self.stop)
        self.change_button = make(self.tr("Change …"), "mdi6.arrow-left", self.change)
        self.pdf_button = make(
            self.tr("Save as PDF …"), "mdi6.file-document-outline", self.save_pdf
        )
        self.csv_button = make(
            self.tr("Save trades as CSV …"),
            "mdi6.file-delimited-outline",
            self.save_csv,
            self.tr("The statement is made anew with it, so that the two agree"),
        )
        self.json_button = make(self.tr("Copy as JSON"), "mdi6.content-copy", self.copy_json)
        self.close_button = make(self.tr("Close"), "", self.reject)

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(0, 0, 2 * SPACE, 0)
        self._column.addWidget(self.form)
        # At 200 % the fields alone can fill a small window.
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidget(self._content)
        foot = FlowLayout(2 * SPACE)
        for each in (
            self.make_button,
            self.stop_button,
            self.pdf_button,
            self.csv_button,
            self.json_button,
            self.change_button,
            self.close_button,
        ):
            foot.addWidget(each)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(self._area, 1)
        layout.addWidget(self.message)
        layout.addWidget(self.bar)
        layout.addLayout(foot)


def _screen_size(widget: QWidget) -> tuple[int, int]:
    """Return the room that the screen has."""
    size = widget.screen().availableSize()
    return size.width(), size.height()
