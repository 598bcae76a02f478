"""Marked-up text as the pages of a PDF, each with a head line and its number."""

from __future__ import annotations

import sys
from functools import cache
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextOption,
)

from cts_console.errors import CtsError

_DOTS_PER_INCH: Final = 300
_MARGIN_MM: Final = 16.0
_HEAD_MM: Final = 9.0
_TEXT_POINTS: Final = 9
_HEAD_POINTS: Final = 8
_FIRST_KEPT: Final = 2
_HEAD_COLOR: Final = "#5b6470"


def print_pages(markup: str, head: str) -> bytes:
    """Return `markup` (the subset of HTML that Qt knows) as a PDF of A4 pages under `head`."""
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
    document = _lay_out(markup, writer)
    painter = QPainter(writer)
    try:
        count = document.pageCount()
        for number in range(1, count + 1):
            if number > 1:
                writer.newPage()
            _paint_page(painter, document, number)
            _paint_head(painter, writer, head, f"{number} / {count}")
    finally:
        # Whatever happens, Qt must not find the painter at work on a writer that is gone.
        painter.end()
    return bytes(buffer.data().data())


def _make_writer(buffer: QBuffer, head: str) -> QPdfWriter:
    writer = QPdfWriter(buffer)
    writer.setResolution(_DOTS_PER_INCH)
    writer.setTitle(head)
    writer.setCreator("CTS Console")
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    return writer


def _lay_out(markup: str, writer: QPdfWriter) -> QTextDocument:
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.documentLayout().setPaintDevice(writer)
    document.setDefaultFont(QFont("sans-serif", _TEXT_POINTS))
    document.setDocumentMargin(0)
    # A hash or a path has no place to break a line at, and must not leave the page.
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(option)
    height = writer.height() - _pixels(_HEAD_MM)
    document.setPageSize(QSizeF(writer.width(), height))
    document.setHtml(markup)
    _keep_headings_with_text(document)
    return document


def _keep_headings_with_text(document: QTextDocument) -> None:
    """Begin a new page with each heading that would stand at the foot of one, far from its text."""
    layout, page = document.documentLayout(), document.pageSize().height()
    block = document.begin()
    while block.isValid():
        if block.blockFormat().headingLevel() >= _FIRST_KEPT:
            text = block.next().next()
            bottom = layout.blockBoundingRect(text if text.isValid() else block).bottom()
            top = layout.blockBoundingRect(block).top()
            if int(top // page) != int(bottom // page):
                form = block.blockFormat()
                form.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
                QTextCursor(block).setBlockFormat(form)
        block = block.next()


def _paint_page(painter: QPainter, document: QTextDocument, number: int) -> None:
    size = document.pageSize()
    top = (number - 1) * size.height()
    painter.save()
    painter.translate(0, _pixels(_HEAD_MM) - top)
    document.drawContents(painter, QRectF(0, top, size.width(), size.height()))
    painter.restore()


def _paint_head(painter: QPainter, writer: QPdfWriter, left: str, right: str) -> None:
    painter.save()
    painter.setFont(QFont("sans-serif", _HEAD_POINTS))
    painter.setPen(QColor(_HEAD_COLOR))
    line = QRectF(0, 0, writer.width(), _pixels(_HEAD_MM))
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
