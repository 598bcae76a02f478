"""The PDF of a report: everything on its pages, no page cut, and no display needed."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QFontDatabase, QPageLayout, QPageSize, QPdfWriter
from PySide6.QtWidgets import QApplication

from cts_console.audit.report import PAPER, PIECE, render_report, style_sheet
from cts_console.errors import CtsError
from cts_console.printing import write_pdf_report
from cts_console.printing.pieces import Paper, Placed, place_pieces
from tests.audit.report.documents import make_document
from tests.processes import ROOT


def pages_of(path: Path) -> int:
    return len(re.findall(rb"/Type /Page\b", path.read_bytes()))


@pytest.fixture
def paper(qapp: QApplication):
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(300)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    assert writer.pageLayout().orientation() == QPageLayout.Orientation.Portrait
    return Paper(writer, writer.width(), writer.height() - 100, 50, style_sheet(PAPER))


def height(piece: Placed) -> float:
    document = piece.document
    return float(document.documentLayout().blockBoundingRect(document.lastBlock()).bottom())


def width(piece: Placed) -> float:
    return float(piece.document.documentLayout().documentSize().width())


def test_a_pdf_of_a_hundred_findings_takes_seconds(qapp: QApplication, tmp_path: Path):
    started_s = time.perf_counter()
    path = write_pdf_report(make_document(100), tmp_path / "r.pdf")
    assert time.perf_counter() - started_s < 5
    assert path.read_bytes().startswith(b"%PDF-")
    assert 20 < pages_of(path) < 80
    assert list(tmp_path.iterdir()) == [path]


def test_ten_thousand_findings_are_bounded(qapp: QApplication, tmp_path: Path):
    path = write_pdf_report(make_document(10_000), tmp_path / "r.pdf")
    assert path.stat().st_size < 5_000_000


def test_no_piece_overlaps_another_or_leaves_its_page(paper: Paper):
    pieces = render_report(make_document(30), PAPER).split(PIECE)
    placed, count = place_pieces(pieces, paper)
    assert len(placed) == len(pieces)
    assert placed[-1].last_page == count - 1
    for before, piece in itertools.pairwise(placed):
        if piece.first_page == before.last_page:
            end = (before.top + height(before)) % paper.height
            assert piece.top >= end
        else:
            assert (piece.first_page, piece.top) == (before.last_page + 1, 0)
    for piece in placed:
        if height(piece) <= paper.height:
            assert piece.first_page == piece.last_page
            assert piece.top + height(piece) <= paper.height + 1
        assert width(piece) <= paper.width + 1


def test_a_long_word_stays_on_the_page(paper: Paper):
    document = make_document(1, title="x" * 900, object="y" * 300, sql="z" * 900)
    columns = [f"column_{n}" for n in range(12)]
    evidence = {"columns": columns, "rows": [["w" * 200] * 12], "total": 1}
    document["findings"][0]["evidence"] = evidence
    placed, _ = place_pieces(render_report(document, PAPER).split(PIECE), paper)
    assert max(map(width, placed)) <= paper.width + 1


def test_a_long_table_goes_on_over_pages(paper: Paper):
    rows = "".join(f"<tr><td>row {n}</td></tr>" for n in range(300))
    placed, count = place_pieces(["<h2>A</h2>", f"<table>{rows}</table>", "<h2>B</h2>"], paper)
    assert placed[1].first_page == 1
    assert placed[1].last_page > 2
    assert placed[2].first_page in (placed[1].last_page, placed[1].last_page + 1)
    assert count == placed[2].last_page + 1


def test_without_fonts_it_is_refused(qapp: QApplication, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(QFontDatabase, "families", list)
    with pytest.raises(CtsError) as caught:
        write_pdf_report(make_document(), tmp_path / "r.pdf")
    assert caught.value.code == "not_found"
    assert not list(tmp_path.iterdir())


def test_it_needs_no_display(tmp_path: Path):
    code = (
        "import sys; from cts_console.printing import write_pdf_report;"
        "from tests.audit.report.documents import make_document;"
        "[write_pdf_report(make_document(2), p) for p in sys.argv[1:]];"
        "assert 'PySide6.QtWidgets' not in sys.modules"
    )
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.pdf"), str(tmp_path / "b.pdf")],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in hidden},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert pages_of(tmp_path / "a.pdf") == pages_of(tmp_path / "b.pdf") > 2
