"""The dialog of a trace: the summary on top, the events, and what the selected one says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from cts_console.errors import CtsError
from cts_console.sqlite import Connection
from cts_console.statement import decimal_text
from cts_console.trace import PositionHead, Trace, TraceEvent, TraceSubject, compared_text, trace_on
from cts_console.ui.context import OpenDatabase, RowsWanted, WindowContext
from cts_console.ui.text import one_line
from cts_console.ui.trace.model import TraceModel
from cts_console.ui.trace.view import TraceView
from cts_console.ui.widgets.basics import SPACE, WrappedLabel, button, set_state
from cts_console.ui.widgets.state_stack import StateStack
from cts_console.worker import Errand, Job

_SIZE_PX: Final = (1_080, 620)
_LEAST_PX: Final = (480, 320)
_LONGEST_ID: Final = 60
_LONGEST_LINE: Final = 300


def trace_work(connection: Connection | None, errand: Errand, *, subject: TraceSubject) -> Trace:
    """Read a trace on the thread's own connection."""
    assert connection is not None
    return trace_on(connection, subject, cancel=errand.cancel, on_progress=errand.on_progress)


class TraceDialog(QDialog):
    """Reads one trace and shows it; beside the window, which stays in use."""

    save_asked = Signal(object)
    """Carries the `Trace` to be saved as CSV."""

    def __init__(
        self,
        context: WindowContext,
        database: OpenDatabase,
        subject: TraceSubject,
        note: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._database = database
        self._subject = subject
        self._note = note
        self.trace: Trace | None = None
        name = one_line(str(subject.id), _LONGEST_ID)
        title = self.tr("Trace of order {0}")
        if subject.kind == "position":
            title = self.tr("Trace of position {0}")
        self.setWindowTitle(title.format(name))
        theme = context.theme
        self.summary = WrappedLabel("title")
        self.times = WrappedLabel("muted")
        self.verdict = WrappedLabel()
        self.remarks = WrappedLabel("muted")
        self.event_text = WrappedLabel("muted")
        self.model = TraceModel(theme, context.clock, self)
        self.view = TraceView(theme, self.model)
        self.stack = StateStack(theme, self._content())
        self._lay_out()
        self._connect()
        self.setMinimumSize(theme.px(_LEAST_PX[0]), theme.px(_LEAST_PX[1]))
        self.resize(self._fitting_size())
        self.read()

    def read(self) -> None:
        """Read the trace, or read it again."""
        self._offer(None)
        self.stack.show_content()
        self.stack.show_loading()
        work = partial(trace_work, subject=self._subject)
        job = Job(self.windowTitle(), work, self._database.target(), quiet=True)
        self._context.browse.submit(job, self, self._on_trace, self._on_failed, key="trace")

    def copy(self) -> None:
        """Copy the summary and all events as text with tabs."""
        if self.trace is not None:
            heads = (self.summary, self.times, self.verdict, self.remarks)
            parts = [head.text() for head in heads if head.text()]
            parts += [self.model.heading_text(), self.view.rows_text(range(self.model.rowCount()))]
            QGuiApplication.clipboard().setText("\n".join(parts))

    def show_row(self) -> None:
        """Show the row of the current event in the Schema tab."""
        event = self.view.current_event
        if event is not None:
            wanted = RowsWanted(event.table, event.key_column, (event.key,), event.text)
            self._context.navigator.rows_wanted.emit(wanted)

    def _on_trace(self, trace: Trace) -> None:
        self.stack.show_content()
        self.model.set_trace(trace)
        self.view.fit()
        self.summary.setText(self._summary(trace))
        self._show(self.times, self._times(trace))
        self.verdict.setText(self._verdict(trace))
        set_state(self.verdict, "ok" if trace.first_difference is None else "bad")
        if not trace.compared:
            set_state(self.verdict, "warn")
        remarks = [self._note, *trace.remarks]
        if trace.is_cut:
            remarks.append(self.tr("There are more rows than are shown."))
        self._show(
            self.remarks, "\n".join(one_line(each, _LONGEST_LINE) for each in remarks if each)
        )
        self._offer(trace)
        self.view.go_to(trace.first_difference or 0)
        self.view.setFocus()

    def _on_failed(self, error: CtsError) -> None:
        self.stack.show_error(error, self.read)

    def _offer(self, trace: Trace | None) -> None:
        """Offer what can be done with a trace; None while there is none."""
        self.trace = trace
        for each in (self.copy_button, self.save_button):
            each.setEnabled(trace is not None)
        self._on_event(self.view.current_event if trace is not None else None)

    def _on_event(self, event: TraceEvent | None) -> None:
        self.row_button.setEnabled(event is not None)
        if event is None:
            self._show(self.event_text, "")
            return
        lines = [event.text, *(compared_text(each) for each in event.compared)]
        parts = [one_line(line, _LONGEST_LINE) for line in lines]
        parts[1:] = [
            self.tr("{0} (differs)").format(part) if each.differs else part
            for part, each in zip(parts[1:], event.compared, strict=True)
        ]
        self._show(self.event_text, "\n".join(parts))

    def _summary(self, trace: Trace) -> str:
        words = []
        order, position = trace.order, trace.position
        if order is not None:
            words = [self.tr("Order {0}").format(order.id), order.order_type, order.side]
            words.append(order.status)
        if position is not None:
            words += [self.tr("Position {0}").format(position.id), position.side, position.status]
        words.insert(1, trace.symbol)
        return " · ".join(one_line(str(word), _LONGEST_ID) for word in words if word)

    def _times(self, trace: Trace) -> str:
        clock, position, order = self._context.clock, trace.position, trace.order
        moments = []
        if order is not None and order.created_at_ms is not None:
            moments.append(self.tr("placed {0}").format(clock.text(order.created_at_ms)))
        if position is not None and position.opened_at_ms is not None:
            moments.append(self.tr("opened {0}").format(clock.text(position.opened_at_ms)))
        if position is not None and position.closed_at_ms is not None:
            moments.append(self.tr("closed {0}").format(clock.text(position.closed_at_ms)))
        return " · ".join(moments)

    def _verdict(self, trace: Trace) -> str:
        first, parts = trace.first_difference, []
        if trace.order is None and trace.position is not None:
            parts.append(self._pnl(trace.position, trace.quote))
        elif trace.order is not None:
            told = self.tr("Filled: stored {0}, computed {1}.")
            order = trace.order
            parts.append(told.format(_known(order.stored_filled), _known(order.computed_filled)))
        if first is not None:
            told = self.tr("The stored and the computed story part at row {0} of {1}.")
            parts.append(told.format(f"{first + 1:,}", f"{len(trace.events):,}"))
        elif trace.compared:
            told = self.tr("{0} stored values compared: the stories agree.")
            parts.append(told.format(f"{trace.compared:,}"))
        else:
            parts.append(self.tr("Nothing that is stored could be compared."))
        return " ".join(parts)

    def _pnl(self, position: PositionHead, quote: str | None) -> str:
        told = self.tr("PnL{0}: stored {1}, computed {2}.")
        unit = "" if quote is None else f" ({one_line(quote, 12)})"
        stored, computed = _known(position.stored_pnl), _known(position.computed_pnl)
        return told.format(unit, stored, computed)

    def _show(self, label: WrappedLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))

    def _on_clock(self) -> None:
        if self.trace is not None:
            self._show(self.times, self._times(self.trace))

    def _on_save(self) -> None:
        if self.trace is not None:
            self.save_asked.emit(self.trace)

    def _fitting_size(self) -> QSize:
        """Return the size that is wished for, as far as the screen has it."""
        wished = QSize(self._context.theme.px(_SIZE_PX[0]), self._context.theme.px(_SIZE_PX[1]))
        return wished.boundedTo(self.screen().availableSize())

    def _content(self) -> QWidget:
        content = QWidget()
        body = QVBoxLayout(content)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(2 * SPACE)
        for label in (self.summary, self.times, self.verdict, self.remarks):
            body.addWidget(label)
        body.addWidget(self.view, 1)
        body.addWidget(self.event_text)
        return content

    def _lay_out(self) -> None:
        theme = self._context.theme
        self.copy_button = button(
            theme,
            self.tr("Copy"),
            "mdi6.content-copy",
            self.copy,
            tip=self.tr("Copy the summary and all events"),
        )
        self.save_button = button(
            theme, self.tr("Save as CSV …"), "mdi6.content-save-outline", self._on_save
        )
        self.row_button = button(
            theme,
            self.tr("Show the row"),
            "mdi6.table-eye",
            self.show_row,
            tip=self.tr("Show the row of the selected event in the Schema tab (Enter)"),
        )
        self.close_button = button(theme, self.tr("Close"), on_click=self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(2 * SPACE)
        for each in (self.row_button, self.copy_button, self.save_button):
            each.setAutoDefault(False)
            foot.addWidget(each)
        foot.addStretch(1)
        self.close_button.setAutoDefault(False)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(self.stack, 1)
        layout.addLayout(foot)

    def _connect(self) -> None:
        self.view.event_changed.connect(self._on_event)
        self.view.rows_asked.connect(self.show_row)
        self._context.clock.changed.connect(self._on_clock)


def _known(amount: Decimal | None) -> str:
    return "unknown" if amount is None else decimal_text(amount)
