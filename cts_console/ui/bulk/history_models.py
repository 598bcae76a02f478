"""Past bulk runs and kept batches as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from PySide6.QtCore import QObject, Qt

from cts_console.bulk import BatchInfo
from cts_console.ui.bulk.history_jobs import PastRun
from cts_console.ui.clock import Clock
from cts_console.ui.models.listed import Index, ListedModel, Role
from cts_console.ui.text import duration_text, one_line, tip_text
from cts_console.ui.theme import Theme


def _order(value: float | None) -> float:
    return -1.0 if value is None else float(value)


_RUN_KEYS: Final[tuple[Callable[[PastRun], Any], ...]] = (
    lambda run: -run.number,
    lambda run: run.operation,
    lambda run: run.table.lower(),
    lambda run: _order(run.written),
    lambda run: _order(run.errors),
    lambda run: _order(run.duration_ms),
    lambda run: _order(run.rows_per_s),
    lambda run: run.status,
)
_BATCH_KEYS: Final[tuple[Callable[[BatchInfo], Any], ...]] = (
    lambda batch: batch.started_at_ms,
    lambda batch: batch.id,
    lambda batch: batch.order.operation,
    lambda batch: batch.order.table.lower(),
    lambda batch: batch.rows_written,
    lambda batch: batch.state,
)


class RunsModel(ListedModel[PastRun]):
    """Serves the runs that the file keeps."""

    def __init__(self, theme: Theme, clock: Clock, parent: QObject | None = None) -> None:
        titles = (
            self.tr("Started"),
            self.tr("Operation"),
            self.tr("Table"),
            self.tr("Rows written"),
            self.tr("Refused"),
            self.tr("Took"),
            self.tr("Rows/s"),
            self.tr("Status"),
        )
        super().__init__(titles, _RUN_KEYS, parent)
        self._order = Qt.SortOrder.DescendingOrder
        self._theme, self._clock = theme, clock
        clock.changed.connect(self._arrange)

    def set_runs(self, runs: Iterable[PastRun]) -> None:
        """Show these runs in place of the ones before."""
        self._every = list(runs)
        self._arrange()

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        run = self.item(index.row()) if index.isValid() else None
        if run is None:
            return None
        text = self._text(run, index.column())
        if role == Role.DisplayRole:
            return one_line(text, 100)
        if role == Role.ToolTipRole:
            return tip_text(text)
        if role == Role.TextAlignmentRole:
            return self._alignment(index.column())
        if role == Role.ForegroundRole and index.column() == len(_RUN_KEYS) - 1:
            states = {"ok": "ok", "partial": "warn", "failed": "bad"}
            return self._theme.color(states.get(run.status, "text"))  # type: ignore[arg-type]  # tokens all
        return None

    def _text(self, run: PastRun, column: int) -> str:
        if column == 0:
            return "–" if run.started_at_ms is None else self._clock.text(run.started_at_ms)
        rate = run.rows_per_s
        return (
            "",
            run.operation,
            run.table or self.tr("(the whole file)"),
            _count(run.written),
            _count(run.errors),
            "–" if run.duration_ms is None else duration_text(run.duration_ms),
            "–" if rate is None else f"{rate:,.0f}",
            run.status,
        )[column]

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if 3 <= column <= 6 else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def _name(self, item: PastRun) -> str:
        return str(item.number)

    def _matching(self) -> list[PastRun]:
        return self._every


class BatchesModel(ListedModel[BatchInfo]):
    """Serves the batches that came in slices."""

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        titles = (
            self.tr("Started"),
            self.tr("Batch"),
            self.tr("Operation"),
            self.tr("Table"),
            self.tr("Rows in the table"),
            self.tr("State"),
        )
        super().__init__(titles, _BATCH_KEYS, parent)
        self._order = Qt.SortOrder.DescendingOrder
        self._clock = clock
        clock.changed.connect(self._arrange)

    def set_batches(self, batches: Iterable[BatchInfo]) -> None:
        """Show these batches in place of the ones before."""
        self._every = list(batches)
        self._arrange()

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        batch = self.item(index.row()) if index.isValid() else None
        if batch is None:
            return None
        text = self._text(batch, index.column())
        if role == Role.DisplayRole:
            return one_line(text, 100)
        if role == Role.ToolTipRole:
            return tip_text(text)
        return self._alignment(index.column()) if role == Role.TextAlignmentRole else None

    def _text(self, batch: BatchInfo, column: int) -> str:
        state = {
            "staging": self.tr("was never begun"),
            "coming": self.tr("not finished"),
            "done": self.tr("done"),
            "undone": self.tr("taken back"),
        }[batch.state]
        return (
            self._clock.text(batch.started_at_ms),
            batch.id,
            batch.order.operation,
            batch.order.table,
            self.tr("{0} of {1}").format(f"{batch.rows_written:,}", f"{batch.rows:,}"),
            self.tr("at work now") if batch.is_running else state,
        )[column]

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column == 4 else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def _name(self, item: BatchInfo) -> str:
        return item.id

    def _matching(self) -> list[BatchInfo]:
        return self._every


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"
