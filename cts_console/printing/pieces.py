"""Where each piece of a text stands: below the one before where it fits, else on the next page.

Each is a document of its own: Qt's layout does not keep a heading with what it heads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSizeF
from PySide6.QtGui import QFont, QPdfWriter, QTextDocument, QTextOption

from cts_console.printing.rows import PlacedRows, Rows

_TEXT_POINTS: Final = 9


@dataclass(frozen=True, slots=True)
class Paper:
    """What pieces are laid out for."""

    writer: QPdfWriter
    """The device."""
    width: float
    """Of a page without its margins, in the dots of the device."""
    height: float
    """The same without the head line."""
    gap: float
    """Between two pieces."""
    style_sheet: str
    """How the text looks."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece that has its place."""

    document: QTextDocument
    """Its text, laid out from the top of a page."""
    first_page: int
    """Number of the page on which it begins, from 0."""
    last_page: int
    """Number of the page on which it ends."""
    top: float
    """How far down the first page it begins; 0 where it fills more than one."""
    bottom: float
    """How far down the last page it ends."""


def place_pieces(pieces: Iterable[str], paper: Paper) -> tuple[list[Placed], int]:
    """Return the pieces with their places, and how many pages they fill."""
    placed: list[Placed] = []
    page, used = 0, 0.0
    for markup in pieces:
        document = _lay_out(markup, paper)
        layout = document.documentLayout()
        bottom = layout.blockBoundingRect(document.lastBlock()).bottom()
        if placed and used + bottom > paper.height:
            page, used = page + 1, 0.0
        more_pages, rest = divmod(used + bottom, paper.height)
        last_page = page + int(more_pages)
        placed.append(Placed(document, page, last_page, used, rest))
        page, used = last_page, rest + paper.gap
    return placed, page + 1


def place_rows(rows: Rows, behind: Sequence[Placed], paper: Paper) -> PlacedRows:
    """Return rows with their place behind the pieces."""
    placed = PlacedRows(rows, paper.writer, (paper.width, paper.height), _make_font())
    page, used = (behind[-1].last_page, behind[-1].bottom + paper.gap) if behind else (0, 0.0)
    placed.place(page, used)
    return placed


def _lay_out(markup: str, paper: Paper) -> QTextDocument:
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.documentLayout().setPaintDevice(paper.writer)
    document.setDefaultFont(_make_font())
    document.setDefaultStyleSheet(paper.style_sheet)
    document.setDocumentMargin(0)
    # A hash or a path has no place to break a line at, and must not leave the page.
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(option)
    document.setPageSize(QSizeF(paper.width, paper.height))
    document.setHtml(f"<body>{markup}</body>")
    return document


def _make_font() -> QFont:
    font = QFont("sans-serif", _TEXT_POINTS)
    # Who searches for config in the file would not find it where "fi" is one letter.
    font.setFeature(QFont.Tag("liga"), 0)
    return font
