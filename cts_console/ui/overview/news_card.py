"""Since you last looked: what was traded, closed and earned, or what was appended."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cts_console.overview import Appended, Overview, Profit, TradingNews
from cts_console.overview.news import MOST_COUNTED
from cts_console.ui.audit.ages import ago_text
from cts_console.ui.audit.even_grid import EvenGrid
from cts_console.ui.context import WindowContext
from cts_console.ui.text import one_line, size_text, tip_text
from cts_console.ui.widgets.basics import (
    Card,
    ElidedLabel,
    State,
    button,
    plain_label,
    set_state,
)

_LEAST_PX: Final = 130
_FIGURES: Final = 6


class NewsFigure(QWidget):
    """One small figure."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = ElidedLabel(role="muted")
        self.value = ElidedLabel(role="title")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.label)
        layout.addWidget(self.value)

    def show_figure(self, label: str, value: str, state: State = "", tip: str = "") -> None:
        """Show what it is and its value."""
        self.label.setText(label)
        self.value.setText(value)
        set_state(self.value, state)
        self.setToolTip(tip_text(tip or f"{label}: {value}"))
        self.setAccessibleName(f"{label}: {value}")


class NewsCard(Card):
    """The card at the top."""

    seen = Signal()
    """The person has seen it: count from now on."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._context = context
        self.title.setText(self.tr("Since you last looked"))
        self.title.setVisible(True)
        self.since = ElidedLabel(role="muted")
        self.header.insertWidget(1, self.since, 1)
        self.seen_button = button(
            context.theme,
            self.tr("Mark as seen"),
            "mdi6.check",
            self.seen.emit,
            tip=self.tr("Count from now on"),
        )
        self.seen_button.setProperty("flat", True)
        self.header.addWidget(self.seen_button)
        self.figures = [NewsFigure() for _ in range(_FIGURES)]
        self._grid = EvenGrid(context.theme, self.figures, _LEAST_PX)
        self.body.addWidget(self._grid)
        self.nothing = plain_label(role="muted")
        self.nothing.setWordWrap(True)
        self.body.addWidget(self.nothing)
        self._grid.hide()

    def show_news(self, look: Overview) -> None:
        """Show what is new."""
        self._show_since(look)
        figures = self._trading(look.trading) if look.trading is not None else self._growth(look)
        self._grid.setVisible(bool(figures))
        self.nothing.setVisible(not figures)
        if not figures:
            self.nothing.setText(
                self.tr(
                    "This is the first look at this file. From now on: how much it grew, and how "
                    "many rows were appended to which table."
                )
            )
        for part in self.figures:
            part.setVisible(False)
        for part, (label, value, state, tip) in zip(self.figures, figures, strict=False):
            part.show_figure(label, value, state, tip)
            part.setVisible(True)
        self._grid.arrange()

    def _show_since(self, look: Overview) -> None:
        at = self._context.clock.text(look.since_ms // 1000 * 1000)
        age = ago_text(time.time() - look.since_ms / 1000)
        self.seen_button.setVisible(not look.is_first)
        if not look.is_first:
            self.since.setText(f"{age}, {at}")
        elif look.trading is not None:
            self.since.setText(self.tr("first look at this file: the last 24 hours"))
        else:
            self.since.setText("")
        self.since.setToolTip(self.since.text())

    def _trading(self, news: TradingNews) -> list[tuple[str, str, State, str]]:
        closed = None if news.profits is None else sum(row.positions for row in news.profits)
        errors: State = "bad" if news.errors else ""
        stops: State = "warn" if news.engine_stops else ""
        return [
            (self.tr("Trades"), self._count(news.trades), "", ""),
            (self.tr("Positions closed"), self._count(closed), "", ""),
            self._profit(news.profits),
            (self.tr("Open positions now"), self._count(news.open_positions), "", ""),
            (
                self.tr("Errors in logs"),
                self._count(news.errors),
                errors,
                self.tr("Entries of the levels error and critical in site_logs and trade_logs"),
            ),
            (
                self.tr("Engine stops"),
                self._count(news.engine_stops),
                stops,
                self.tr("Engines that stopped; each remembers its last stop alone"),
            ),
        ]

    def _profit(self, profits: tuple[Profit, ...] | None) -> tuple[str, str, State, str]:
        label = self.tr("Realized PnL")
        if profits is None:
            return label, self.tr("unknown"), "", ""
        if not profits:
            return label, "0", "", self.tr("No position was closed")
        amounts = [f"{row.realized_pnl:+,.6g} {one_line(row.currency, 12)}" for row in profits]
        signs = {row.realized_pnl >= 0 for row in profits}
        state: State = "" if len(signs) > 1 else ("ok" if signs == {True} else "bad")
        lines = [
            self.tr("{0} from {1} positions").format(amount, f"{row.positions:,}")
            for amount, row in zip(amounts, profits, strict=True)
        ]
        tip = self.tr("Net of fees and funding, by quote currency")
        return label, ", ".join(amounts), state, "\n".join([tip, *lines])

    def _growth(self, look: Overview) -> list[tuple[str, str, State, str]]:
        if look.appended is None or look.grown_bytes is None:
            return []
        sign = "+" if look.grown_bytes >= 0 else "−"
        size = f"{sign}{size_text(abs(look.grown_bytes))}" if look.grown_bytes else "0 bytes"
        total = sum(row.rows for row in look.appended)
        at_least = any(row.rows >= MOST_COUNTED for row in look.appended)
        tip = self.tr("Rows at the end of the tables; updates and deletions are not seen")
        found: list[tuple[str, str, State, str]] = [
            (self.tr("File size"), size, "", ""),
            (self.tr("Rows appended"), f"{total:,}{'+' if at_least else ''}", "", tip),
        ]
        found += [self._table(row) for row in look.appended[: _FIGURES - len(found)]]
        return found

    def _table(self, row: Appended) -> tuple[str, str, State, str]:
        more = "+" if row.rows >= MOST_COUNTED else ""
        return one_line(row.table, 40), f"+{row.rows:,}{more}", "", ""

    def _count(self, count: int | None) -> str:
        if count is None:
            return self.tr("unknown")
        return f"{count:,}+" if count >= MOST_COUNTED else f"{count:,}"
