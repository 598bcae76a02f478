"""A made statement: whether it is complete, its totals, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from cts_console.statement import (
    DECIMALS_SHOWN,
    audit_lines,
    check_text,
    period_text,
    remark_text,
    rounded_text,
    seal_lines,
)
from cts_console.ui.text import one_line, tip_text
from cts_console.ui.widgets.basics import (
    SPACE,
    Card,
    ElidedLabel,
    WrappedLabel,
    badge,
    plain_label,
    set_state,
)

_MOST_TOTALS: Final = 12
_LONGEST_LINE: Final = 2_000


class StatementResult(QWidget):
    """Shows the document of one statement."""

    def __init__(self, document: dict[str, Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        is_complete = document["complete"]
        self.verdict = badge(
            self.tr("COMPLETE") if is_complete else self.tr("INCOMPLETE"),
            "ok" if is_complete else "warn",
        )
        self.period = WrappedLabel("title")
        self.period.setText(one_line(period_text(document["period"]), _LONGEST_LINE))
        self.lines: list[WrappedLabel] = []
        self.quotes: list[ElidedLabel] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2 * SPACE)
        self._lay_out()

    @property
    def text(self) -> str:
        """Everything that is said beside the totals, a line each."""
        return "\n".join(line.text() for line in self.lines)

    def _lay_out(self) -> None:
        document = self.document
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE)
        head.addWidget(self.verdict, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.period, 1)
        self._layout.addLayout(head)
        reasons = [each for each in document["exceptions"] if each["makes_incomplete"]]
        if reasons:
            self._add_title(self.tr("Why it is incomplete"))
        self._add_lines(map(remark_text, reasons), "bad")
        self._add_totals(document["totals"])
        self._add_title(self.tr("Seal and audit"))
        self._add_lines([*seal_lines(document["seal"]), *audit_lines(document)])
        check = check_text(document["position_check"])
        if check:
            self._add_title(self.tr("Compared with the file's own profit"))
            self._add_lines([check])
        others = [each for each in document["exceptions"] if not each["makes_incomplete"]]
        if others or document["notes"]:
            self._add_title(self.tr("Worth knowing"))
            self._add_lines([*map(remark_text, others), *document["notes"]])
        self._add_title(self.tr("Assumed, checked by nobody"))
        self._add_lines(document["assumptions"])
        self._layout.addStretch(1)

    def _add_title(self, text: str) -> None:
        self._layout.addSpacing(SPACE)
        self._layout.addWidget(plain_label(text, role="title"))

    def _add_lines(self, lines: Iterable[str], state: Any = "") -> None:
        for line in lines:
            label = WrappedLabel()
            set_state(label, state)
            label.setText(one_line(line, _LONGEST_LINE))
            self.lines.append(label)
            self._layout.addWidget(label)

    def _add_totals(self, totals: list[dict[str, Any]]) -> None:
        if not totals:
            self._add_lines([self.tr("No trades in this period.")])
        for total in totals[:_MOST_TOTALS]:
            self._layout.addWidget(self._card(total))
        if len(totals) > _MOST_TOTALS:
            more = len(totals) - _MOST_TOTALS
            self._add_lines(
                [self.tr("{0} more currencies are in the JSON document and the PDF.").format(more)]
            )

    def _card(self, total: dict[str, Any]) -> Card:
        quote = total["quote"]
        card = Card()
        # A name of any length must not widen what the card is in.
        name = ElidedLabel(one_line(quote) if quote else self.tr("Currency unknown"), role="title")
        name.setToolTip(tip_text(name.text()))
        self.quotes.append(name)
        card.body.addWidget(name)
        names = (
            ("gross", self.tr("Realised profit before fees")),
            ("fees", self.tr("Fees")),
            ("net", self.tr("Net")),
            ("funding", self.tr("Funding paid, no part of net")),
            ("turnover", self.tr("Turnover")),
        )
        figures = [
            (words, rounded_text(Decimal(total[each]), DECIMALS_SHOWN)) for each, words in names
        ]
        grid = QGridLayout()
        grid.setVerticalSpacing(SPACE)
        grid.setHorizontalSpacing(6 * SPACE)
        for place, (words, figure) in enumerate(
            [*figures, (self.tr("Trades"), f"{total['trades']:,}")]
        ):
            grid.addWidget(plain_label(words, role="muted"), place, 0)
            amount = plain_label(figure, selectable=True)
            grid.addWidget(amount, place, 1, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(2, 1)
        card.body.addLayout(grid)
        return card
