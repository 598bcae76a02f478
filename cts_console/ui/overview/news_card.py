"""Since you last looked: what was traded, closed and earned, or what was appended."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cts_console.errors import CtsError
from cts_console.overview import Appended, FindingNews, Overview, Profit, TradingNews
from cts_console.overview.news import MOST_COUNTED
from cts_console.ui.audit.ages import ago_text
from cts_console.ui.audit.even_grid import EvenGrid
from cts_console.ui.context import WindowContext
from cts_console.ui.looks import Looks
from cts_console.ui.text import one_line, size_text, tip_text
from cts_console.ui.widgets.basics import (
    SPACE,
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
    findings_asked = Signal()
    """Show the new findings."""

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
        self._icon = QLabel()
        self.findings = ElidedLabel()
        self.findings_button = button(
            context.theme,
            self.tr("Show them"),
            on_click=self.findings_asked.emit,
            tip=self.tr("Show these findings in the Audit tab"),
        )
        self._line = QWidget()
        self._lay_out_line()
        self.problem = ElidedLabel(role="muted")
        self.body.addWidget(self._line)
        self.body.addWidget(self.problem)
        self._line.hide()
        self.problem.hide()
        context.theme.changed.connect(self._dress)
        self._dress()

    def show_news(self, look: Overview, looks: Looks) -> None:
        """Show what is new in the file and in what audits found."""
        self._show_since(look)
        self._show_findings(looks.news)
        self._show_problem(looks.problem)
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

    def _show_findings(self, news: FindingNews | None) -> None:
        """Say how many findings are new; nothing where there are none or nobody knows."""
        new = came_back = worse = 0
        if news is not None:
            new, came_back = len(news.new or ()), len(news.came_back or ())
            worse = news.worse or 0
        parts = [
            told.format(f"{count:,}")
            for count, told in (
                (new, self.tr("1 new finding") if new == 1 else self.tr("{0} new findings")),
                (worse, self.tr("{0} worse")),
                (came_back, self.tr("{0} no longer accepted: the date is over")),
            )
            if count
        ]
        self.findings.setText(" · ".join(parts))
        self.findings_button.setVisible(bool(new or came_back))
        self._line.setVisible(bool(parts))

    def _show_problem(self, problem: CtsError | None) -> None:
        if problem is not None:
            told = self.tr("What was seen last cannot be read or kept: {0}")
            self.problem.setText(told.format(one_line(problem.message, 600)))
            self.problem.setToolTip(tip_text(f"{problem.message} {problem.hint}"))
        self.problem.setVisible(problem is not None)

    def _show_since(self, look: Overview) -> None:
        at = self._context.clock.text(look.since_ms // 1000 * 1000)
        age = ago_text(time.time() - look.since_ms / 1000)
        self.seen_button.setVisible(not look.is_first)
        if look.is_set_back:
            self.since.setText(self.tr("the clock was set back since: the last 24 hours"))
        elif not look.is_first:
            self.since.setText(f"{age}, {at}")
        elif look.trading is not None:
            self.since.setText(self.tr("first look at this file: the last 24 hours"))
        else:
            self.since.setText("")
        self.since.setToolTip(self.since.text())

    def _lay_out_line(self) -> None:
        line = QHBoxLayout(self._line)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2 * SPACE)
        line.addWidget(self._icon)
        line.addWidget(self.findings, 1)
        line.addWidget(self.findings_button)

    def _dress(self) -> None:
        icon = self._context.theme.icon("mdi6.new-box", "warn")
        self._icon.setPixmap(icon.pixmap(self._context.theme.icon_size))

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
