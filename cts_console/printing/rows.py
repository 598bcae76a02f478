"""A long table as lines of text on as many pages as it needs.

Qt's own tables take a millisecond and 20 KB a row; lines take a tenth of the time and no memory, so
that a month of 100,000 trades can be printed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Final, Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPagedPaintDevice, QPainter

from cts_console.audit.report.texts import Cell

Line = tuple[str, tuple[Cell, ...]]
"""The name of the group that a row belongs to, and its values."""
_Kind = Literal["columns", "group", "row"]
_Item = tuple[int, float, _Kind, Sequence[Sequence[str]]]
"""Page, how far down it, what it is, and of each value its lines."""

_POINTS: Final = 7
_LEADING: Final = 1.3
_GAP: Final = 1.2
"""Between two columns, in heights of a line."""
_LEAST_LINES: Final = 6
_GROUP_COLOR: Final = "#f1f3f5"


@dataclass(frozen=True, slots=True)
class Rows:
    """A table to be printed behind the pieces before it."""

    columns: tuple[Cell, ...]
    """The headings; a number stands at the right."""
    read: Callable[[], Iterable[Line]]
    """Gives the rows in their order, as often as it is asked, so that nobody need hold them."""


class PlacedRows:
    """Rows that have their place: widths of columns, and the pages from first to last."""

    def __init__(
        self, rows: Rows, writer: QPagedPaintDevice, size: tuple[float, float], font: QFont
    ) -> None:
        self._rows = rows
        self._width, self._height = size
        font.setPointSizeF(_POINTS)
        self._font, self._bold = font, QFont(font)
        self._bold.setBold(True)
        self._metrics = QFontMetricsF(self._font, writer)
        self._bold_metrics = QFontMetricsF(self._bold, writer)
        self._line = self._bold_metrics.height() * _LEADING
        self._widths, self._needs_breaks = self._measure()
        self.first_page = self.last_page = 0
        self.bottom = self._top = 0.0
        self._pages: Iterator[tuple[int, Iterator[_Item]]] = iter(())

    def place(self, page: int, used: float) -> None:
        """Begin on `page` under what is `used` of it, or on the next where little room is left."""
        if used + _LEAST_LINES * self._line > self._height:
            page, used = page + 1, 0.0
        self.first_page = self.last_page = page
        self._top = self.bottom = used
        for number, top, _, texts in self._flow():
            self.last_page, self.bottom = number, top + self._line * _most_lines(texts)
        self._pages = groupby(self._flow(), key=itemgetter(0))

    def paint(self, painter: QPainter, page: int) -> None:
        """Paint what stands on `page`; the pages must be asked for in their order, each once."""
        number, items = next(self._pages, (page, iter(())))
        assert number == page
        for _, top, kind, texts in items:
            self._paint(painter, top, kind, texts)

    def _measure(self) -> tuple[list[float], bool]:
        """Return the widths of the columns, and whether a value is wider than its column."""
        natural = [self._bold_metrics.horizontalAdvance(cell.text) for cell in self._rows.columns]
        advance = self._metrics.horizontalAdvance
        for _, cells in self._rows.read():
            for place, cell in enumerate(cells):
                natural[place] = max(natural[place], advance(cell.text))
        room = self._width - (len(natural) - 1) * _GAP * self._line
        spare = (room - sum(natural)) / len(natural)
        if spare >= 0:
            return [width + spare for width in natural], False
        widest = _widest(natural, room)
        return [min(width, widest) for width in natural], True

    def _flow(self) -> Iterator[_Item]:
        page, top, group = self.first_page, self._top, ""
        needs_heads = True
        for name, cells in self._rows.read():
            texts = [self._lines(place, cell.text) for place, cell in enumerate(cells)]
            height = _most_lines(texts) * self._line
            heads = 2 if needs_heads else int(name != group)
            if top + heads * self._line + height > self._height:
                page, top, needs_heads = page + 1, 0.0, True
            if needs_heads:
                yield page, top, "columns", [(column.text,) for column in self._rows.columns]
                top += self._line
            if needs_heads or name != group:
                yield page, top, "group", ((name,),)
                top += self._line
            yield page, top, "row", texts
            group, needs_heads = name, False
            top += height

    def _lines(self, place: int, text: str) -> Sequence[str]:
        width = self._widths[place]
        advance = self._metrics.horizontalAdvance
        if not self._needs_breaks or advance(text) <= width:
            return (text,)
        lines = []
        while text:
            lengths = range(1, len(text) + 1)
            fits = max(1, bisect_right(lengths, width, key=lambda n: advance(text[:n])))
            lines.append(text[:fits])
            text = text[fits:]
        return lines

    def _paint(
        self, painter: QPainter, top: float, kind: _Kind, texts: Sequence[Sequence[str]]
    ) -> None:
        if kind == "group":
            area = QRectF(0, top, self._width, self._line)
            painter.fillRect(area, QColor(_GROUP_COLOR))
        metrics = self._metrics if kind == "row" else self._bold_metrics
        painter.setFont(self._font if kind == "row" else self._bold)
        left = 0.0
        for column, width, lines in zip(self._rows.columns, self._widths, texts, strict=False):
            y = top + (self._line + metrics.ascent() - metrics.descent()) / 2
            for text in lines:
                is_right = column.is_number and kind != "group"
                x = left + width - metrics.horizontalAdvance(text) if is_right else left
                painter.drawText(QPointF(x, y), text)
                y += self._line
            left += width + _GAP * self._line


def _most_lines(texts: Sequence[Sequence[str]]) -> int:
    return max(len(lines) for lines in texts)


def _widest(natural: Sequence[float], room: float) -> float:
    """Return how wide a column may be, so that all fit: the narrow ones as they are."""
    left = room
    for place, width in enumerate(sorted(natural)):
        share = left / (len(natural) - place)
        if width > share:
            return share
        left -= width
    return left
