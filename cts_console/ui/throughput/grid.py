"""Where the charts stand: wide ones and bars above, the others below, as many as fit in a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from cts_console.ui.charts.card import ChartCard
from cts_console.ui.charts.picture import BarsChart
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE

_COLUMNS: Final = 12
_WIDE_SPAN: Final = 8
_NARROW_PX: Final = 900


class ChartGrid(QScrollArea):
    """Lays out charts; where there is too little room for them, it scrolls."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._cards: tuple[ChartCard, ...] = ()
        self._is_narrow = False
        self.picture = QWidget()
        """What holds the charts: what is saved as a picture."""
        self._grid = QGridLayout(self.picture)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(3 * SPACE)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)
        self.setWidget(self.picture)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_cards(self, cards: Sequence[ChartCard]) -> None:
        """Show these charts and no others."""
        if tuple(cards) != self._cards:
            for card in self._cards:
                card.hide()
            self._cards = tuple(cards)
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put fewer charts into a line where it is short."""
        super().resizeEvent(event)
        is_narrow = self.width() < self._theme.px(_NARROW_PX)
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self._arrange()

    def _arrange(self) -> None:
        while self._grid.takeAt(0) is not None:
            pass
        line = 0
        for line, cards in enumerate(self._lines()):
            spans = _spans(cards)
            column = 0
            for card, span in zip(cards, spans, strict=True):
                self._grid.addWidget(card, line, column, 1, span)
                card.show()
                card.forget()
                column += span
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 0 if row > line else 3 if row == 0 and line else 2)

    def _lines(self) -> list[list[ChartCard]]:
        first = [card for card in self._cards if _is_first(card)]
        if self._is_narrow:
            first = first[:1]
        others = [card for card in self._cards if card not in first]
        in_a_line = 2 if self._is_narrow else 4
        lines = [others[at : at + in_a_line] for at in range(0, len(others), in_a_line)]
        return [first, *lines] if first else lines


def _is_first(card: ChartCard) -> bool:
    return isinstance(card.chart, BarsChart) or card.chart.is_wide


def _spans(cards: Sequence[ChartCard]) -> list[int]:
    if len(cards) == 2 and all(map(_is_first, cards)):
        return [_WIDE_SPAN, _COLUMNS - _WIDE_SPAN]
    return [_COLUMNS // len(cards)] * len(cards)
