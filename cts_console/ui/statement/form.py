"""What a statement is to be over: period, time zone, method, rates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QDate, Qt, QTimeZone
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QFormLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from cts_console.ui.audit.flow_layout import FlowLayout
from cts_console.ui.context import WindowContext
from cts_console.ui.statement.job import StatementWish
from cts_console.ui.widgets.basics import SPACE, WrappedLabel, plain_label

_MONTHS: Final = 24
_RATES_PX: Final = 72
_FIRST_DAY: Final = QDate(1970, 1, 2)
_LAST_DAY: Final = QDate(9998, 12, 30)


@dataclass(frozen=True, slots=True)
class Month:
    """A month to choose."""

    name: str
    """Its name and year."""
    first: QDate
    """Its first day."""
    last: QDate
    """Its last day."""


def list_months(today: QDate, count: int = _MONTHS) -> list[Month]:
    """Return the last whole months before the one of `today`, the latest first."""
    begin = QDate(today.year(), today.month(), 1)
    firsts = [begin.addMonths(-number) for number in range(1, count + 1)]
    return [
        Month(first.toString("MMMM yyyy"), first, first.addMonths(1).addDays(-1))
        for first in firsts
    ]


class StatementForm(QWidget):
    """The fields; nothing is checked here, so that the core's own words are what a person reads."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.months = list_months(QDate.currentDate())
        self.period = QComboBox()
        self.period.setAccessibleName(self.tr("Period"))
        for month in self.months:
            self.period.addItem(month.name, month)
        self.period.addItem(self.tr("Custom …"), None)
        self.first = self._day(self.months[0].first, self.tr("First day"))
        self.last = self._day(self.months[0].last, self.tr("Last day"))
        self.zone = QComboBox()
        self.zone.setAccessibleName(self.tr("Time zone"))
        self.zone.setEditable(True)
        self.zone.setToolTip(
            self.tr("In which days begin and times are told. Any name: Europe/Berlin, Asia/Tokyo …")
        )
        self._fill_zones(is_local=context.clock.zone == "local")
        self.method = QComboBox()
        self.method.setAccessibleName(self.tr("Method"))
        self.method.addItem(self.tr("Average cost"), "average")
        self.method.addItem(self.tr("First in, first out"), "fifo")
        self.rates = QPlainTextEdit()
        self.rates.setAccessibleName(self.tr("Rates for fees in a third currency, one per line"))
        self.rates.setPlaceholderText("BNB=USDT:312.5")
        self.rates.setTabChangesFocus(True)
        self.rates.setFixedHeight(context.theme.px(_RATES_PX))
        self.csv = QCheckBox(self.tr("Also save the trades as CSV"))
        self._custom = QWidget()
        self.period.currentIndexChanged.connect(self._show_period)
        self._lay_out()
        self._show_period()

    def wish(self, path: Path) -> StatementWish:
        """Return what is asked for."""
        # The period ends before the day after its last.
        days = self.first.date(), self.last.date().addDays(1)
        start, end = (day.toString(Qt.DateFormat.ISODate) for day in days)
        lines = self.rates.toPlainText().splitlines()
        return StatementWish(
            path=path,
            start=start,
            end=end,
            zone=self._zone_name(),
            method=str(self.method.currentData()),
            rates=tuple(line.strip() for line in lines if line.strip()),
        )

    def _zone_name(self) -> str:
        text = self.zone.currentText().strip()
        place = self.zone.findText(text)
        return text if place < 0 else str(self.zone.itemData(place))

    def _fill_zones(self, *, is_local: bool) -> None:
        local = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
        if local not in ("", "UTC"):
            self.zone.addItem(self.tr("Local: {0}").format(local), local)
        self.zone.addItem("UTC", "UTC")
        self.zone.setCurrentIndex(0 if is_local else self.zone.count() - 1)

    def _day(self, date: QDate, name: str) -> QDateEdit:
        edit = QDateEdit(date)
        edit.setTimeZone(QTimeZone.utc())
        edit.setDisplayFormat("yyyy-MM-dd")
        edit.setDateRange(_FIRST_DAY, _LAST_DAY)
        edit.setAccessibleName(name)
        return edit

    def _show_period(self) -> None:
        month = self.period.currentData()
        self._custom.setVisible(month is None)
        if month is not None:
            self.first.setDate(month.first)
            self.last.setDate(month.last)

    def _lay_out(self) -> None:
        custom = FlowLayout(2 * SPACE, self._custom)
        for part in (self.first, plain_label(self.tr("up to and including")), self.last):
            custom.addWidget(part)
        note = WrappedLabel("muted")
        note.setText(
            self.tr(
                "A rate counts fees that were paid in a third currency; without one they are "
                "listed and the statement is incomplete. One per line: CURRENCY=QUOTE:PRICE."
            )
        )
        form = QFormLayout()
        form.setSpacing(2 * SPACE)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow(self.tr("&Period"), self.period)
        form.addRow("", self._custom)
        form.addRow(self.tr("Time &zone"), self.zone)
        form.addRow(self.tr("&Method"), self.method)
        form.addRow(self.tr("&Rates"), self.rates)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addLayout(form)
        layout.addWidget(note)
        layout.addWidget(self.csv)
        layout.addStretch(1)
