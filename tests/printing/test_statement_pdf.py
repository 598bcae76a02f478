"""The PDF of a statement: what page one holds, and that there is a whole file or none."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter
from PySide6.QtWidgets import QApplication

from cts_console.audit import audit_document, keep_audit, run_audit
from cts_console.audit.report import PIECE
from cts_console.audit.report.render import report_template
from cts_console.audit.seal import seal_tables
from cts_console.errors import CtsError
from cts_console.printing import write_pdf_statement
from cts_console.printing.pieces import Paper, place_pieces
from cts_console.progress import CancelToken
from cts_console.statement import audit_lines, remark_text, statement_document
from cts_console.statement.paper import render_statement
from tests.printing.test_pdf import pages_of
from tests.statement.files import make_file, stated, trade


@pytest.fixture
def paper(qapp: QApplication) -> Paper:
    """The paper of `print_pages`."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(300)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(16, 16, 16, 16), QPageLayout.Unit.Millimeter)
    style = report_template("statement/style.css").render()
    return Paper(writer, writer.width(), writer.height() - 106, 59, style)


@pytest.fixture
def trades(tmp_path: Path) -> Path:
    path = make_file(
        tmp_path / "t.db",
        [*map(trade, range(1, 301)), trade(301, fee_currency="BNB"), trade(302, price="much")],
    )
    seal_tables(path, ["trades"])
    result = run_audit(path, profile="quick")
    keep_audit(result, audit_document(result))
    return path


def page_one(markup: str, paper: Paper) -> str:
    """Return the text whose lines end on the first page."""
    texts = []
    for piece in place_pieces(markup.split(PIECE), paper)[0]:
        layout = piece.document.documentLayout()
        block = piece.document.begin()
        while piece.first_page == 0 and block.isValid():
            if piece.top + layout.blockBoundingRect(block).bottom() <= paper.height:
                texts.append(block.text())
            block = block.next()
    return "\n".join(texts)


def test_page_one_has_what_the_numbers_rest_on(trades: Path, paper: Paper):
    statement = stated(trades, entries=100)
    document = statement_document(statement)
    text = page_one(render_statement(statement), paper)
    (seal,) = document["seal"]
    for line in (
        f"root {seal['root']}, 302 rows",
        "Verified while this statement was made: as sealed.",
        audit_lines(document)[0],
        "INCOMPLETE: the totals lack what is named below.",
        *document["assumptions"],
        *map(remark_text, document["exceptions"]),
    ):
        assert line in text
    assert "t.db" in text


def test_it_is_a_pdf_of_a_few_pages(trades: Path, qapp: QApplication, tmp_path: Path):
    target = tmp_path / "new.pdf"
    assert write_pdf_statement(stated(trades, entries=100), target) == target
    assert target.read_bytes().startswith(b"%PDF-")
    assert 3 <= pages_of(target) <= 6


def test_a_file_that_is_there_is_never_written_over(
    trades: Path, qapp: QApplication, tmp_path: Path
):
    target = tmp_path / "mine.pdf"
    target.write_text("mine")
    with pytest.raises(CtsError) as caught:
        write_pdf_statement(stated(trades), target)
    assert caught.value.code == "usage"
    assert target.read_text() == "mine"


def test_a_stop_leaves_nothing(trades: Path, qapp: QApplication, tmp_path: Path):
    stop = CancelToken()
    with pytest.raises(CtsError) as caught:
        # The stop comes once the pages are begun.
        write_pdf_statement(
            stated(trades), tmp_path / "new.pdf", on_progress=lambda _: stop.cancel(), cancel=stop
        )
    assert caught.value.code == "cancelled"
    assert not list(tmp_path.glob("new*"))


def test_a_full_disk_leaves_nothing(
    trades: Path, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    statement = stated(trades)

    def fail(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    # What was written reaches the disk here, if there is room.
    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(CtsError) as caught:
        write_pdf_statement(statement, tmp_path / "new.pdf")
    assert caught.value.code == "disk_full"
    assert not list(tmp_path.glob("new*"))


def test_names_that_fill_a_line_stay_on_their_page(
    qapp: QApplication, tmp_path: Path, paper: Paper
):
    name = "x" * 200
    path = make_file(
        tmp_path / f"{'n' * 200}.db",
        [trade(1, trading_pair_id=f"{name}/{name}", connection_id=name), trade(2)],
    )
    statement = stated(path, entries=10)
    placed, _ = place_pieces(render_statement(statement).split(PIECE), paper)
    widths = [piece.document.documentLayout().documentSize().width() for piece in placed]
    assert max(widths) <= paper.width + 1
    assert write_pdf_statement(statement, tmp_path / "new.pdf").exists()
