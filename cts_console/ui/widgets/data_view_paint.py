"""How the cells of a data view are painted."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from cts_console.ui.models.cells import PENDING, CellLook, value_font
from cts_console.ui.theme import Theme

FONT_PX: Final = 12
_PADDING_PX: Final = 8
ARROW: Final = "↗"


class CellPainter:
    """Paints cells. A delegate would be asked, styled and handed an index for each of them."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.dress()

    @property
    def character_px(self) -> float:
        """Width of one character of the face in which cells are written."""
        return self._character_px

    def arrow_rect(self, cell: QRect) -> QRect:
        """Return where the arrow of a link can be clicked."""
        side = self._theme.px(20)
        return QRect(cell.right() - side, cell.top(), side, cell.height())

    def begin(self, painter: QPainter) -> None:
        """Start on a viewport."""
        self._is_italic = False
        painter.setFont(self._font)

    def paint_ground(self, painter: QPainter, rect: QRect) -> None:
        """Paint the ground of what is selected."""
        painter.fillRect(rect, self._selection)

    def paint_line(self, painter: QPainter, left: int, right: int, bottom: int) -> None:
        """Paint the line under a row."""
        painter.setPen(self._line)
        painter.drawLine(left, bottom, right, bottom)

    def paint_focus(self, painter: QPainter, rect: QRect) -> None:
        """Paint the frame of the current cell."""
        painter.setPen(self._accent)
        painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def paint(self, painter: QPainter, rect: QRect, look: CellLook, *, is_link: bool) -> None:
        """Paint the text of a cell, and the arrow of a link."""
        left, right = rect.left() + self._padding, rect.right() - self._padding
        baseline = rect.top() + (rect.height() + self._rise_px) // 2
        if look.italic != self._is_italic:
            self._is_italic = look.italic
            painter.setFont(self._italic if look.italic else self._font)
        if is_link and look.tone == "text":
            painter.setPen(self._accent)
            painter.drawText(right - self._arrow_px // 2, baseline, ARROW)
            right -= self._arrow_px
        else:
            painter.setPen(self._muted if look.tone == "muted" else self._text)
        text, width_px = self._fitted(look.text, right - left)
        painter.drawText(right - width_px if look.is_number else left, baseline, text)

    def dress(self) -> None:
        """Take fonts and colours anew."""
        self._font = value_font(self._theme, FONT_PX)
        self._italic = value_font(self._theme, FONT_PX)
        self._italic.setItalic(True)
        self._is_italic = False
        self._metrics = QFontMetrics(self._font)
        self._character_px = self._metrics.horizontalAdvance("0" * 16) / 16
        self._padding = self._theme.px(_PADDING_PX)
        self._arrow_px = self._theme.px(14)
        self._rise_px = self._metrics.ascent() - self._metrics.descent()
        self._text = self._theme.color("text")
        self._muted = self._theme.color("muted")
        self._accent = self._theme.color("accent")
        self._line = self._theme.color("raised")
        self._selection = QColor(self._theme.colors.selection)

    def _fitted(self, text: str, room_px: int) -> tuple[str, int]:
        """Return `text`, cut where it does not fit, and its width.

        The face is monospaced: for most texts nothing has to be measured.
        """
        if text != PENDING and not text.isascii():
            width_px = self._metrics.horizontalAdvance(text)
            if width_px > room_px:
                text = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room_px)
                width_px = self._metrics.horizontalAdvance(text)
            return text, width_px
        if len(text) * self._character_px > room_px + 1:
            text = f"{text[: max(int(room_px / self._character_px) - 1, 0)]}…"
        return text, round(len(text) * self._character_px)
