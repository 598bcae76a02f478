"""What the old documents claimed, each figure beside what was measured on a copy of this file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cts_console.bench import BenchResult, ClaimResult, run_bench
from cts_console.errors import CtsError
from cts_console.sqlite import Connection
from cts_console.ui.bulk.parts import StepCard
from cts_console.ui.bulk.words import BulkWords
from cts_console.ui.colors import Token
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.text import duration_text, one_line
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, State, WrappedLabel, button, plain_label, set_state
from cts_console.worker import Errand, Job

_LONGEST: Final = 1_000


class Verdict(QWidget):
    """An icon and a word: holds, does not hold, unknown."""

    def __init__(self, theme: Theme, holds: bool | None) -> None:
        super().__init__()
        self._theme = theme
        state: State
        if holds is None:
            icon, state, text = "mdi6.help-circle-outline", "", self.tr("unknown")
        elif holds:
            icon, state, text = "mdi6.check-circle-outline", "ok", self.tr("holds")
        else:
            icon, state, text = "mdi6.close-circle-outline", "bad", self.tr("does not hold")
        self._icon_name = icon
        self._token: Token = state or "muted"
        self._icon = QLabel()
        self.word = plain_label(text, role="" if state else "muted")
        set_state(self.word, state)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self._icon)
        row.addWidget(self.word)
        row.addStretch(1)
        theme.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        icon = self._theme.icon(self._icon_name, self._token)
        self._icon.setPixmap(icon.pixmap(self._theme.icon_size))


class Line(QWidget):
    """A line between two rows, in the colour that the theme has when it is painted."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedHeight(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("line"))
        painter.end()


class ClaimsPage(QWidget):
    """Measures only when it is asked to: it copies the file and takes up to half a minute."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._database: OpenDatabase | None = None
        self._is_running = False
        self.words = BulkWords(self)
        self.card = StepCard(0, self.tr("What the old documents claimed"))
        self.about = WrappedLabel("muted")
        self.about.setText(
            self.tr(
                "The documents of the old system give figures and no method. They are measured "
                "here on a private copy of this file; the file itself is only read."
            )
        )
        self.measure_button = button(
            context.theme, self.tr("Measure"), "mdi6.speedometer", self.measure, primary=True
        )
        self.notes = WrappedLabel("muted")
        self.problem = WrappedLabel()
        set_state(self.problem, "bad")
        self._table = QWidget()
        self._lay_out()
        self._show_nothing()

    @property
    def is_running(self) -> bool:
        """Whether it is being measured."""
        return self._is_running

    def set_database(self, database: OpenDatabase | None) -> None:
        """Go by another file: what was measured on the one before says nothing of it."""
        before, self._database = self._database, database
        if (before and before.path) != (database and database.path):
            self._context.operations.withdraw(self)
            self._is_running = False
            self._show_nothing()
        self.measure_button.setEnabled(database is not None and not self._is_running)

    def measure(self) -> None:
        """Measure everything."""
        if self._database is None or self._is_running:
            return
        self._is_running = True
        self.measure_button.setEnabled(False)
        self.problem.hide()
        self.card.show_state(self.tr("measuring; Stop is in the status bar"), "info")
        job = Job(self.tr("Measuring claims"), partial(bench_work, path=self._database.path))
        self._context.operations.submit(job, self, self._on_result, self._on_failed)

    def verdicts(self) -> list[str]:
        """Return the words of what is shown."""
        return [verdict.word.text() for verdict in self._table.findChildren(Verdict)]

    def _on_result(self, result: BenchResult) -> None:
        self._end()
        self._show_rows(result.results)
        counted = [row.holds for row in result.results]
        self.card.show_state(
            self.tr("{0} hold, {1} do not, {2} unknown; took {3}").format(
                counted.count(True),
                counted.count(False),
                counted.count(None),
                duration_text(result.duration_ms),
            )
        )
        where = self.tr("Measured on the table {0}.").format(one_line(result.table or "–"))
        self.notes.setText(" ".join((where, *result.notes)))
        self.notes.show()

    def _on_failed(self, error: CtsError) -> None:
        self._end()
        is_stop = error.code == "cancelled"
        self.card.show_state(self.tr("stopped") if is_stop else self.tr("failed"), "warn")
        self.problem.setText("" if is_stop else self.words.error(error))
        self.problem.setVisible(not is_stop)

    def _end(self) -> None:
        self._is_running = False
        self.measure_button.setEnabled(self._database is not None)

    def _show_nothing(self) -> None:
        self._show_rows(())
        self.notes.hide()
        self.problem.hide()
        self.card.show_state(self.tr("not measured"))

    def _show_rows(self, rows: tuple[ClaimResult, ...]) -> None:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4 * SPACE)
        grid.setVerticalSpacing(2 * SPACE)
        heads = (self.tr("What"), self.tr("Claimed"), self.tr("Measured"), self.tr("The claim"))
        for column, head in enumerate(heads):
            grid.addWidget(plain_label(head, role="muted"), 0, column)
        for number, row in enumerate(rows, 1):
            self._add_row(grid, 3 * number, row)
        for column, stretch in enumerate((5, 3, 3, 2)):
            grid.setColumnStretch(column, stretch)
        self.card.inside.replaceWidget(self._table, table)
        self._table.deleteLater()
        self._table = table
        table.setVisible(bool(rows))

    def _add_row(self, grid: QGridLayout, place: int, row: ClaimResult) -> None:
        grid.addWidget(Line(self._context.theme), place, 0, 1, 4)
        found = self.tr("not measured")
        if row.measured is not None:
            found = f"{row.measured:,.4g} {row.unit}"
        for column, text in enumerate((row.name, row.claim or self.tr("no figure"), found)):
            label = WrappedLabel("" if column != 1 or row.claim else "muted")
            label.setText(one_line(text, _LONGEST))
            grid.addWidget(label, place + 1, column)
        grid.addWidget(Verdict(self._context.theme, row.holds), place + 1, 3)
        note = WrappedLabel("muted")
        note.setText(one_line(row.note, _LONGEST))
        grid.addWidget(note, place + 2, 0, 1, 4)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.measure_button)
        row.addStretch(1)
        self.card.inside.addWidget(self.about)
        self.card.inside.addLayout(row)
        for part in (self.problem, self._table, self.notes):
            self.card.inside.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.card)
        layout.addStretch(1)


def bench_work(_connection: Connection | None, errand: Errand, *, path: Path) -> BenchResult:
    """Measure, with the errand's progress and Stop."""
    return run_bench(path, on_progress=errand.on_progress, cancel=errand.cancel)
