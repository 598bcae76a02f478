"""The events of a trace as a table."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from cts_console.statement import decimal_text, rounded_text
from cts_console.trace import Trace, TraceEvent, compared_text
from cts_console.ui.clock import Clock
from cts_console.ui.text import one_line, tip_text
from cts_console.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

TIME, WHAT, PRICE, AMOUNT, FEE, QUANTITY, AVERAGE, PNL, PARTS = range(9)
_NOWHERE: Final = QModelIndex()
_NUMBERS: Final = {
    PRICE: "price",
    AMOUNT: "amount",
    FEE: "fee",
    QUANTITY: "quantity",
    AVERAGE: "average",
    PNL: "pnl",
}
_MOST_DECIMALS: Final = 8
_LONGEST_TEXT: Final = 300
_FONT_PX: Final = 12
_GROUND_ALPHA: Final = 46


class TraceModel(QAbstractTableModel):
    """Serves the events of one trace; the first that parts is marked by icon, word and ground."""

    def __init__(self, theme: Theme, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self._events: tuple[TraceEvent, ...] = ()
        self._first: int | None = None
        self._quote: str | None = None
        self._decimals: dict[int, int] = {}
        clock.changed.connect(self._on_look)
        theme.changed.connect(self._on_look)

    def set_trace(self, trace: Trace | None) -> None:
        """Show the events of a trace, or none."""
        self.beginResetModel()
        self._events = () if trace is None else trace.events
        self._first = None if trace is None else trace.first_difference
        self._quote = None if trace is None else trace.quote
        self._decimals = {column: self._needed_decimals(name) for column, name in _NUMBERS.items()}
        self.endResetModel()

    def event_at(self, row: int) -> TraceEvent | None:
        """Return the event in a row."""
        return self._events[row] if 0 <= row < len(self._events) else None

    def text_of(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        event = self._events[row]
        if column == TIME:
            return self.tr("unknown") if event.at_ms is None else self._moment(event.at_ms)
        if column == WHAT:
            return self._what(row, event)
        if column == PARTS:
            told = "; ".join(map(compared_text, event.differs))
            return one_line(told, _LONGEST_TEXT)
        value = getattr(event, _NUMBERS[column])
        if value is None:
            return ""
        shown = rounded_text(value, self._decimals[column])
        # Amounts of money are in the quote currency, unless they say so.
        if column == FEE and event.fee_currency not in (None, self._quote):
            return f"{shown} {one_line(event.fee_currency or '', 12)}"
        return shown

    def heading_text(self) -> str:
        """Return the names of the columns, apart by tabs."""
        return "\t".join(self._titles())

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of events."""
        return 0 if parent.isValid() else len(self._events)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else PARTS + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Return a column's name."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section <= PARTS:
            return None
        if role == Role.DisplayRole:
            return self._titles()[section]
        return self._alignment(section) if role == Role.TextAlignmentRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid() or index.row() >= len(self._events):
            return None
        row, column = index.row(), index.column()
        event = self._events[row]
        if role == Role.DisplayRole:
            return self.text_of(row, column)
        if role == Role.ToolTipRole:
            return self._tip(event, column)
        if role == Role.TextAlignmentRole:
            return self._alignment(column)
        if role == Role.FontRole and column in (TIME, *_NUMBERS):
            return self._theme.mono_font(_FONT_PX)
        return self._mark(row, event, column, role)

    def _mark(self, row: int, event: TraceEvent, column: int, role: int) -> Any:
        """Return what an event is marked with."""
        if role == Role.ForegroundRole:
            if column == PARTS:
                return self._theme.color("bad")
            return self._theme.color("muted") if event.kind == "log" else None
        if not event.differs:
            return None
        if role == Role.DecorationRole and column == WHAT:
            name = "mdi6.alert-octagon" if row == self._first else "mdi6.not-equal-variant"
            return self._theme.icon(name, "bad")
        if role == Role.BackgroundRole and row == self._first:
            ground = self._theme.color("bad")
            ground.setAlpha(_GROUND_ALPHA)
            return ground
        return None

    def _what(self, row: int, event: TraceEvent) -> str:
        words = "{0}"
        if event.differs:
            is_first = row == self._first
            words = self.tr("Parts here: {0}") if is_first else self.tr("Differs: {0}")
        return words.format(one_line(event.text, _LONGEST_TEXT))

    def _tip(self, event: TraceEvent, column: int) -> str:
        if column in _NUMBERS:
            value = getattr(event, _NUMBERS[column])
            return "" if value is None else decimal_text(value)
        if column == TIME:
            return "" if event.at_ms is None else self.tr("{0} ms").format(event.at_ms)
        lines = [event.text] if column == WHAT else []
        lines += [compared_text(each) for each in event.compared]
        return tip_text("\n".join(lines))

    def _titles(self) -> tuple[str, ...]:
        zone = "UTC" if self._clock.zone == "utc" else self.tr("local")
        return (
            self.tr("Time ({0})").format(zone),
            self.tr("What"),
            self.tr("Price"),
            self.tr("Amount"),
            self.tr("Fee"),
            self.tr("Quantity"),
            self.tr("Average"),
            self.tr("PnL"),
            self.tr("Stored and computed"),
        )

    def _moment(self, at_ms: int) -> str:
        return self._clock.text(at_ms, with_zone=False)

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        is_number = column in _NUMBERS
        side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def _needed_decimals(self, name: str) -> int:
        """Return how many decimals the numbers of a column are written with."""
        values: list[Decimal] = [
            value for event in self._events if (value := getattr(event, name)) is not None
        ]
        decimals = (len(decimal_text(value).partition(".")[2]) for value in values)
        return min(max(decimals, default=0), _MOST_DECIMALS)

    def _on_look(self) -> None:
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, PARTS)
        if self._events:
            last = self.index(len(self._events) - 1, PARTS)
            self.dataChanged.emit(self.index(0, 0), last)
