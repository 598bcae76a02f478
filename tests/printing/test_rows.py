"""A long table on paper: every row stands on some page, whole and within its edges."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QPointF
from PySide6.QtGui import QFont, QFontMetricsF, QPdfWriter
from PySide6.QtWidgets import QApplication

from cts_console.audit.report.texts import Cell
from cts_console.printing.rows import PlacedRows, Rows

SIZE = (2_000.0, 3_000.0)
USED = 1_900.0
COLUMNS = (Cell("time"), Cell("trade"), Cell("amount", is_number=True))
LONG = "x" * 60


class Recorder:
    """Keeps what is painted on a page, in the place of a QPainter."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, QPointF, QFont]] = []
        self._font = QFont()

    def setFont(self, font: QFont) -> None:  # noqa: N802 - Qt's name
        self._font = font

    def fillRect(self, *_ignored: object) -> None:  # noqa: N802 - Qt's name
        pass

    def drawText(self, at: QPointF, text: str) -> None:  # noqa: N802 - Qt's name
        self.texts.append((text, at, self._font))


def painted(rows: Rows, writer: QPdfWriter, used: float) -> list[list[tuple[str, QPointF, QFont]]]:
    """Return what stands on each page."""
    placed = PlacedRows(rows, writer, SIZE, QFont("sans-serif"))
    placed.place(0, used)
    pages = []
    for page in range(placed.first_page, placed.last_page + 1):
        recorder: Any = Recorder()
        placed.paint(recorder, page)
        pages.append(recorder.texts)
    assert 0 < placed.bottom <= SIZE[1]
    return pages


@pytest.fixture
def writer(qapp: QApplication) -> QPdfWriter:
    buffer = QBuffer(qapp)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    made = QPdfWriter(buffer)
    made.setResolution(300)
    return made


@pytest.mark.parametrize("name", ["{}", "{}-" + LONG])
def test_every_row_is_there_in_its_order_and_within_the_page(writer: QPdfWriter, name: str):
    lines = [
        (f"book {n // 120}", (Cell(f"t{n}"), Cell(name.format(n)), Cell(f"{n}.5", is_number=True)))
        for n in range(300)
    ]
    pages = painted(Rows(COLUMNS, lambda: lines), writer, USED)
    assert len(pages) > 3
    everything = "".join(text for page in pages for text, _, _ in page)
    at = 0
    for _, cells in lines:
        for cell in cells:  # a long value is broken, and nothing of it is lost
            at = everything.index(cell.text, at) + len(cell.text)
    assert at == len(everything)
    for number, page in enumerate(pages):
        assert [text for text, _, _ in page[:3]] == ["time", "trade", "amount"]
        assert page[3][0].startswith("book ")
        for text, point, font in page:
            assert USED * (number == 0) <= point.y() <= SIZE[1]
            right = point.x() + QFontMetricsF(font, writer).horizontalAdvance(text)
            assert -1 <= point.x() <= right <= SIZE[0] + 1


def test_a_table_does_not_begin_at_the_foot_of_a_page(writer: QPdfWriter):
    rows = Rows(COLUMNS, lambda: [("book", (Cell("t"), Cell("1"), Cell("2")))])
    placed = PlacedRows(rows, writer, SIZE, QFont("sans-serif"))
    placed.place(4, SIZE[1] - 10)
    assert (placed.first_page, placed.last_page) == (5, 5)
