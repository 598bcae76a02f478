"""Trades of a file and of the database beside it, as a list of all and as one pair in detail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from PySide6.QtCore import QObject, Qt

from cts_console.reconcile import NewFinding
from cts_console.transfer.trades import ComparedTrade
from cts_console.ui.bulk.compare_jobs import CompareRow, Group
from cts_console.ui.bulk.compare_words import CompareWords
from cts_console.ui.bulk.small_models import TableModel
from cts_console.ui.clock import Clock
from cts_console.ui.colors import Token
from cts_console.ui.models.findings import severity_icon
from cts_console.ui.models.listed import NOWHERE, Index, ListedModel, Role
from cts_console.ui.text import one_line, tip_text
from cts_console.ui.theme import Theme

LOOKS: Final[dict[Group, tuple[str, Token]]] = {
    "only_in_file": ("mdi6.file-plus-outline", "warn"),
    "only_in_database": ("mdi6.database-plus-outline", "info"),
    "different": ("mdi6.not-equal-variant", "bad"),
    "same": ("mdi6.equal", "ok"),
    "not_compared": ("mdi6.file-question-outline", "muted"),
}
_LONGEST_CELL: Final = 120
# Which field stands in which column.
_FIELD_COLUMNS: Final = {
    "executed_at": 3,
    "side": 5,
    "price": 6,
    "amount": 7,
    "fee": 8,
    "exchange_trade_id": 9,
}
_NUMBERS: Final = (1, 2, 6, 7, 8)
# What would be empty, or the same in every row.
_HIDDEN: Final[dict[Group, tuple[int, ...]]] = {
    "only_in_file": (0, 2),
    "only_in_database": (0, 1, 10),
    "different": (0,),
    "same": (0, 10),
    "not_compared": (0, 2, 3, 5, 6, 7, 8, 9),
}


def _of(read: Callable[[ComparedTrade], Any], otherwise: Any) -> Callable[[CompareRow], Any]:
    return lambda row: otherwise if row.trade is None else read(row.trade)


_KEYS: Final[tuple[Callable[[CompareRow], Any], ...]] = (
    lambda row: row.number,
    lambda row: row.line or 0,
    lambda row: row.database.where if row.database else 0,
    _of(lambda trade: trade.at_ms, 0),
    lambda row: row.pair.lower(),
    _of(lambda trade: trade.side, ""),
    _of(lambda trade: Decimal(trade.price), Decimal(0)),
    _of(lambda trade: Decimal(trade.amount), Decimal(0)),
    _of(lambda trade: Decimal(trade.fee or 0), Decimal(0)),
    _of(lambda trade: trade.exchange_trade_id or "", ""),
    lambda row: row.fields or (row.reason,),
)


class TradesModel(ListedModel[CompareRow]):
    """Serves what was compared: one group, or all of them."""

    def __init__(
        self, theme: Theme, clock: Clock, words: CompareWords, parent: QObject | None = None
    ) -> None:
        titles = (
            self.tr("What"),
            self.tr("Line"),
            self.tr("Row id"),
            self.tr("Executed"),
            self.tr("Pair"),
            self.tr("Side"),
            self.tr("Price"),
            self.tr("Amount"),
            self.tr("Fee"),
            self.tr("Id at the exchange"),
            self.tr("Why"),
        )
        super().__init__(titles, _KEYS, parent)
        self._theme, self._clock, self._words = theme, clock, words
        self._group: Group | None = None
        clock.changed.connect(self._on_look)
        theme.changed.connect(self._on_look)

    @property
    def group(self) -> Group | None:
        """The group that is shown alone; None for all."""
        return self._group

    def set_rows(self, rows: Sequence[CompareRow], group: Group | None) -> None:
        """Show these rows in place of the ones before."""
        self._every, self._group = list(rows), group
        self._arrange()

    def hidden_columns(self) -> frozenset[int]:
        """Return the columns that say nothing about what is shown."""
        if self._group is None:
            return frozenset()
        has_why = any(self._words.why(row) for row in self._shown)
        return frozenset((*_HIDDEN[self._group], *(() if has_why else (len(_KEYS) - 1,))))

    def set_group(self, group: Group | None) -> None:
        """Show one group alone, or with None all."""
        if group != self._group:
            self._group = group
            self._arrange()

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        row = self.item(index.row()) if index.isValid() else None
        if row is None:
            return None
        column = index.column()
        if role == Role.DisplayRole:
            return one_line(self._text(row, column), _LONGEST_CELL)
        if role == Role.ToolTipRole:
            return tip_text(self._tip(row, column))
        if role == Role.TextAlignmentRole:
            return self._alignment(column)
        if role == Role.DecorationRole and column == 0:
            icon, token = LOOKS[row.group]
            return self._theme.icon(icon, token)
        if role == Role.ForegroundRole and _is_different(row, column):
            return self._theme.color("bad")
        is_figure = 0 < column < len(self._titles) - 1
        return self._theme.mono_font() if role == Role.FontRole and is_figure else None

    def _text(self, row: CompareRow, column: int) -> str:
        if column == 0:
            return self._words.group(row.group)
        if column == 1:
            return "" if row.line is None else f"{row.line:,}"
        if column == 2:
            return "" if row.database is None else str(row.database.where)
        if column == 4:
            return row.pair
        if column == len(self._titles) - 1:
            return self._words.why(row)
        told = [self._value(trade, column) for trade in (row.file, row.database) if trade]
        # Both only where they differ: what is the same may be written in another way.
        return " ≠ ".join(told) if _is_different(row, column) else "".join(told[:1])

    def _tip(self, row: CompareRow, column: int) -> str:
        text = self._text(row, column)
        if column != _FIELD_COLUMNS["exchange_trade_id"] or row.trade is None:
            return text
        return f"{text}\n{self._words.field('exchange_order_id')}: {order_text(row.trade)}"

    def _value(self, trade: ComparedTrade, column: int) -> str:
        return {
            3: self._clock.text(trade.at_ms),
            5: trade.side,
            6: trade.price,
            7: trade.amount,
            8: fee_text(trade),
            9: trade.exchange_trade_id or "–",
        }[column]

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        is_number = column in _NUMBERS
        side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def _name(self, item: CompareRow) -> str:
        return str(item.number)

    def _matching(self) -> list[CompareRow]:
        return [row for row in self._every if self._group in (None, row.group)]

    def _on_look(self) -> None:
        if self._shown:
            last = self.index(len(self._shown) - 1, len(self._titles) - 1)
            self.dataChanged.emit(self.index(0, 0), last)


class SidesModel(TableModel):
    """One trade, as the file and as the database tell it."""

    def __init__(
        self, theme: Theme, clock: Clock, words: CompareWords, parent: QObject | None = None
    ) -> None:
        super().__init__(theme, parent)
        self._titles = ("", self.tr("In the file"), self.tr("In the database"))
        self._clock, self._words = clock, words
        self._row: CompareRow | None = None
        self._lines: tuple[tuple[str, str, str, bool], ...] = ()
        clock.changed.connect(self._fill)

    def show_row(self, row: CompareRow | None) -> None:
        """Show another trade; nothing of what one side alone has, which the list tells whole."""
        self._row = row if row is not None and row.file and row.database else None
        self._fill()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return how many facts are shown."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line, column = self._lines[index.row()], index.column()
        text = line[column]
        if role == Role.DisplayRole:
            return one_line(str(text), _LONGEST_CELL)
        if role == Role.ToolTipRole:
            return tip_text(str(text))
        if role == Role.ForegroundRole and (column == 0 or line[3]):
            return self._theme.color("muted" if column == 0 else "bad")
        return self._theme.mono_font() if role == Role.FontRole and column else None

    def _fill(self) -> None:
        self.beginResetModel()
        row = self._row
        self._lines = () if row is None else tuple(self._facts(row))
        self.endResetModel()

    def _facts(self, row: CompareRow) -> list[tuple[str, str, str, bool]]:
        assert row.file is not None, "both sides are shown"
        assert row.database is not None, "both sides are shown"
        where = (self._words.line(row.file), self._words.row_id(row.database))
        facts = [(self.tr("Where"), *where, False)]
        for name, read in (
            ("executed_at", lambda trade: self._clock.text(trade.at_ms)),
            ("pair", lambda trade: trade.pair),
            ("side", lambda trade: trade.side),
            ("price", lambda trade: trade.price),
            ("amount", lambda trade: trade.amount),
            ("fee", fee_text),
            ("exchange_trade_id", lambda trade: trade.exchange_trade_id or "–"),
            ("exchange_order_id", order_text),
        ):
            told = (read(row.file), read(row.database))
            facts.append((self._words.field(name), *told, name in row.fields))
        return facts


class NewFindingsModel(TableModel):
    """What the audit of a copy finds since the rehearsal."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(theme, parent)
        self._titles = (
            self.tr("Severity"),
            self.tr("Rule"),
            self.tr("What is new"),
            self.tr("Rows before"),
            self.tr("Rows now"),
            self.tr("What to do"),
        )
        self._findings: tuple[NewFinding, ...] = ()

    def show_findings(self, findings: tuple[NewFinding, ...]) -> None:
        """Show these findings."""
        self.beginResetModel()
        self._findings = findings
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return how many there are."""
        return 0 if parent.isValid() else len(self._findings)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid() or index.row() >= len(self._findings):
            return None
        new, column = self._findings[index.row()], index.column()
        found = new.finding
        text = (
            found.severity,
            found.rule,
            found.title,
            f"{new.before:,}",
            f"{found.evidence.total:,}",
            found.recommendation,
        )[column]
        if role == Role.DisplayRole:
            return one_line(text, _LONGEST_CELL)
        if role == Role.ToolTipRole:
            return tip_text(f"{text}\n{found.detail}" if column == 2 else text)
        if role == Role.TextAlignmentRole:
            return self._alignment(column)
        if role == Role.DecorationRole and column == 0:
            icon, token = severity_icon(found.severity)
            return self._theme.icon(icon, token)
        return self._theme.mono_font() if role == Role.FontRole and column in (1, 3, 4) else None

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column in (3, 4) else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


def fee_text(trade: ComparedTrade) -> str:
    """Return a fee with its currency; a dash where it is not known."""
    return "–" if trade.fee is None else f"{trade.fee} {trade.fee_currency or ''}".strip()


def order_text(trade: ComparedTrade) -> str:
    """Return the exchange's name of the trade's order; a dash where it is not known."""
    return trade.exchange_order_id or "–"


def _is_different(row: CompareRow, column: int) -> bool:
    return any(_FIELD_COLUMNS.get(name) == column for name in row.fields)
