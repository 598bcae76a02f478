"""Where the bytes are: a bar per table, its data and its indexes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from cts_console.overview import TableWeight
from cts_console.ui.text import one_line, size_text, tip_text
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, Card, ElidedLabel, button, plain_label

MOST_SHOWN: Final = 8
_BAR_PX: Final = 8
_LEAST_NAME_PX: Final = 110
_INDEX_ALPHA: Final = 110


class ByteBar(QWidget):
    """Two lengths in one bar: data in the accent, indexes in a paler one."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shares = (0.0, 0.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_shares(self, data: float, indexes: float) -> None:
        """Show both as shares of the longest bar, 0 to 1 together."""
        self._shares = (data, indexes)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of a bar."""
        return QSize(self._theme.px(120), self._theme.px(_BAR_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground and the two parts."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self.height() / 2
        data, indexes = (share * self.width() for share in self._shares)
        whole = QRectF(0, 0, data + indexes, self.height())
        accent = self._theme.color("accent")
        for area, color in (
            (QRectF(self.rect()), self._theme.color("raised")),
            (whole, QColor(accent.red(), accent.green(), accent.blue(), _INDEX_ALPHA)),
        ):
            painter.setBrush(color)
            painter.drawRoundedRect(area, radius, radius)
        painter.setClipRect(QRectF(0, 0, data, self.height()))
        painter.setBrush(accent)
        painter.drawRoundedRect(whole, radius, radius)
        painter.end()


class BytesCard(Card):
    """The heaviest tables, and the rest as one."""

    def __init__(
        self, theme: Theme, measure: Callable[[], object], parent: QWidget | None = None
    ) -> None:
        super().__init__("", parent)
        self._theme = theme
        self.title.setText(self.tr("Where the bytes are"))
        self.title.setVisible(True)
        self.scope = ElidedLabel(self.tr("data + indexes"), role="muted")
        self.header.insertWidget(1, self.scope, 1)
        self.message = plain_label(role="muted")
        self.message.setWordWrap(True)
        self.measure_button = button(theme, self.tr("Measure"), on_click=measure)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(3 * SPACE)
        self._grid.setVerticalSpacing(2 * SPACE)
        self._grid.setColumnStretch(1, 1)
        self.rows = [self._add_row(number) for number in range(MOST_SHOWN + 1)]
        self.body.addWidget(self.message)
        self.body.addWidget(self.measure_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addLayout(self._grid)
        self.body.addStretch(1)
        theme.changed.connect(self._dress)
        self._dress()
        self.show_message("")

    def show_message(self, text: str, *, can_measure: bool = False) -> None:
        """Say why there is nothing to see (yet)."""
        self._show_rows(0)
        self.message.setText(text)
        self.message.setVisible(bool(text))
        self.measure_button.setVisible(can_measure)

    def show_weights(self, weights: Sequence[TableWeight]) -> None:
        """Show the tables, the heaviest first."""
        self.show_message("" if weights else self.tr("The file has no table."))
        shown = list(weights[:MOST_SHOWN])
        rest = weights[MOST_SHOWN:]
        if rest:
            other = self.tr("{0} other tables").format(f"{len(rest):,}")
            data = sum(weight.table_bytes for weight in rest)
            shown.append(TableWeight(other, data, sum(weight.index_bytes for weight in rest)))
        longest = max((weight.bytes for weight in shown), default=1) or 1
        for weight, (name, bar, size) in zip(shown, self.rows, strict=False):
            name.setText(one_line(weight.table, 60))
            bar.show_shares(weight.table_bytes / longest, weight.index_bytes / longest)
            size.setText(size_text(weight.bytes))
            tip = self.tr("{0}: data {1}, indexes {2}").format(
                one_line(weight.table),
                size_text(weight.table_bytes),
                size_text(weight.index_bytes),
            )
            for part in (name, bar, size):
                part.setToolTip(tip_text(tip))
            bar.setAccessibleName(tip)
        self._show_rows(len(shown))

    def _show_rows(self, count: int) -> None:
        for number, row in enumerate(self.rows):
            for part in row:
                part.setVisible(number < count)

    def _add_row(self, number: int) -> tuple[ElidedLabel, ByteBar, QLabel]:
        name, bar, size = ElidedLabel(), ByteBar(self._theme), plain_label(role="muted")
        size.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column, part in enumerate((name, bar, size)):
            self._grid.addWidget(part, number, column)
        return name, bar, size

    def _dress(self) -> None:
        for name, _bar, _size in self.rows:
            name.setFixedWidth(self._theme.px(_LEAST_NAME_PX))
