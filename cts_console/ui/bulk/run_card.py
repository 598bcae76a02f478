"""Step 4 of an import: run it, watch it, and read what it did."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from cts_console.progress import Progress
from cts_console.ui.bulk.import_jobs import ImportRun
from cts_console.ui.bulk.parts import StepCard
from cts_console.ui.bulk.rate_graph import RateGraph
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, State, WrappedLabel, button, set_state


class RunCard(StepCard):
    """The one button that writes, and what came of it."""

    run_wanted = Signal()
    """The import is to be run."""
    undo_wanted = Signal(str)
    """Carries the batch that is to be taken back."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(4, parent=parent)
        self.set_title(self.tr("Run"))
        self._run: ImportRun | None = None
        self.backup = QCheckBox(self.tr("Make a verified backup first"))
        self.overrule = QCheckBox(self.tr("Write all the same: others wait meanwhile"))
        self.overrule.hide()
        self.run_button = button(
            theme, self.tr("Import"), "mdi6.database-import", self.run_wanted.emit, primary=True
        )
        self.why = WrappedLabel("muted")
        self.graph = RateGraph(theme)
        self.graph.hide()
        self.result = WrappedLabel()
        self.details = WrappedLabel("muted")
        self.undo_button = button(
            theme, self.tr("Take it back…"), "mdi6.undo-variant", self._on_undo
        )
        self.rejects_button = button(
            theme, self.tr("Open the refused rows"), "mdi6.file-alert-outline", self._on_rejects
        )
        self._lay_out()
        self.show_result("", "")

    def show_ready(self, *, ready: bool, why: str) -> None:
        """Say whether it can be run, and if not, why."""
        self.run_button.setEnabled(ready)
        self.why.setText(why)
        self.why.setVisible(bool(why))

    def show_running(self) -> None:
        """The import runs now."""
        self.show_result("", "")
        self.graph.begin()
        self.graph.show()
        self.show_progress(Progress(0, None, ""))

    def show_progress(self, progress: Progress) -> None:
        """Show how far it is: its rows in the graph, its bytes beside the title."""
        self.graph.add(progress)
        told = progress.bytes_text or self.tr("running")
        self.show_state(self.tr("{0}; Stop is in the status bar").format(told), "info")

    def show_result(
        self, text: str, state: State, run: ImportRun | None = None, details: str = ""
    ) -> None:
        """Show what came of it; "" for nothing yet."""
        self.details.setText(details)
        self.details.setVisible(bool(details))
        self._run = run
        self.result.setText(text)
        self.result.setVisible(bool(text))
        set_state(self.result, state)
        self.undo_button.setVisible(run is not None and run.result.batch_id is not None)
        self.rejects_button.setVisible(run is not None and run.result.rejects_file is not None)
        if not text:
            self.show_state("")
        # A run of less than a second leaves nothing to draw.
        self.graph.setVisible(bool(text) and len(self.graph.points) > 1)

    def _on_undo(self) -> None:
        if self._run is not None and self._run.result.batch_id is not None:
            self.undo_wanted.emit(self._run.result.batch_id)

    def _on_rejects(self) -> None:
        if self._run is not None and self._run.result.rejects_file is not None:
            url = QUrl.fromLocalFile(str(self._run.result.rejects_file))
            QDesktopServices.openUrl(url)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(3 * SPACE)
        row.addWidget(self.run_button)
        row.addWidget(self.backup)
        row.addWidget(self.overrule)
        row.addStretch(1)
        self.inside.addLayout(row)
        for part in (self.why, self.graph, self.result, self.details):
            self.inside.addWidget(part)
        foot = QHBoxLayout()
        foot.setSpacing(2 * SPACE)
        foot.addWidget(self.undo_button)
        foot.addWidget(self.rejects_button)
        foot.addStretch(1)
        self.inside.addLayout(foot)
