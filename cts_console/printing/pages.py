"""Marked-up text as the pages of a PDF, each with a head line and its number."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final, TypeVar

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)

from cts_console.errors import CtsError
from cts_console.printing.pieces import Paper, Placed, place_pieces, place_rows
from cts_console.printing.rows import Rows
from cts_console.progress import CancelToken, Progress, ProgressCallback

T = TypeVar("T")

_DOTS_PER_INCH: Final = 300
_MARGIN_MM: Final = 16.0
_HEAD_MM: Final = 9.0
_GAP_MM: Final = 5.0
_HEAD_POINTS: Final = 8
_HEAD_COLOR: Final = "#5b6470"


def print_pages(
    pieces: Sequence[str],
    style_sheet: str,
    head: str,
    *,
    rows: Rows | None = None,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> bytes:
    """Return a PDF of A4 pages under `head`.

    `pieces` are in the subset of HTML that Qt knows; one that fits on a page is never cut by its
    end. `rows` follow them. Raises `CtsError`: not_found where there are no fonts, cancelled.
    """
    _ensure_application()
    if not QFontDatabase.families():
        raise CtsError(
            "not_found",
            "No font to print with",
            "The system has no font, and a PDF without letters would be empty pages.",
            "Install one, for example the package fonts-dejavu-core, or ask for HTML.",
        )
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = _make_writer(buffer, head)
    height = writer.height() - _pixels(_HEAD_MM)
    paper = Paper(writer, writer.width(), height, _pixels(_GAP_MM), style_sheet)
    stop = cancel or CancelToken()
    placed, count = place_pieces(_until(stop, pieces), paper)
    table = None if rows is None else place_rows(rows, placed, paper)
    count = count if table is None else table.last_page + 1
    painter = QPainter(writer)
    try:
        for number in _until(stop, range(count)):
            if number:
                writer.newPage()
            if on_progress is not None:
                on_progress(Progress(number, count, "pages", "printing"))
            _paint_head(painter, writer, head, f"{number + 1} / {count}")
            for piece in placed:
                if piece.first_page <= number <= piece.last_page:
                    _paint_piece(painter, paper, piece, number)
            if table is not None and number >= table.first_page:
                painter.save()
                painter.translate(0, _pixels(_HEAD_MM))
                table.paint(painter, number)
                painter.restore()
    finally:
        # Whatever happens, Qt must not find the painter at work on a writer that is gone.
        painter.end()
    return bytes(buffer.data().data())


def _until(stop: CancelToken, items: Iterable[T]) -> Iterator[T]:
    for item in items:
        stop.raise_if_cancelled()
        yield item


def _make_writer(buffer: QBuffer, head: str) -> QPdfWriter:
    writer = QPdfWriter(buffer)
    writer.setResolution(_DOTS_PER_INCH)
    writer.setTitle(head)
    writer.setCreator("CTS Console")
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    return writer


def _paint_piece(painter: QPainter, paper: Paper, piece: Placed, number: int) -> None:
    top = (number - piece.first_page) * paper.height
    painter.save()
    painter.translate(0, _pixels(_HEAD_MM) + piece.top - top)
    piece.document.drawContents(painter, QRectF(0, top, paper.width, paper.height))
    painter.restore()


def _paint_head(painter: QPainter, writer: QPdfWriter, left: str, right: str) -> None:
    painter.save()
    painter.setFont(QFont("sans-serif", _HEAD_POINTS))
    painter.setPen(QColor(_HEAD_COLOR))
    line = QRectF(0, 0, writer.width(), _pixels(_HEAD_MM))
    # A long name must not run into the number of the page.
    metrics = QFontMetricsF(painter.font(), writer)
    room = writer.width() - metrics.horizontalAdvance(right) - _pixels(_GAP_MM)
    left = metrics.elidedText(left, Qt.TextElideMode.ElideMiddle, room)
    for text, side in ((left, Qt.AlignmentFlag.AlignLeft), (right, Qt.AlignmentFlag.AlignRight)):
        painter.drawText(line, int(side | Qt.AlignmentFlag.AlignTop), text)
    painter.restore()


def _pixels(millimetres: float) -> float:
    return millimetres / 25.4 * _DOTS_PER_INCH


@cache
def _ensure_application() -> QGuiApplication | None:
    """Make Qt's application object where the program has none; it lives as long as the program."""
    if QGuiApplication.instance() is not None:
        return None
    platform = ["-platform", "offscreen"] if sys.platform.startswith("linux") else []
    return QGuiApplication(["cts-console", *platform])
