"""The report of an audit as PDF."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from cts_console.audit.report import PAPER, PIECE, render_report, style_sheet, write_report_file
from cts_console.audit.report.texts import moment_of, shown
from cts_console.printing.pages import print_pages

_NAME_CHARACTERS = 60


def write_pdf_report(document: dict[str, Any], path: str | os.PathLike[str]) -> Path:
    """Write the report of an audit's document as PDF and return its absolute path.

    Works without a display. The first call of a program must come from its main thread, unless
    that has made Qt's application object. Raises `CtsError`: what `write_html_report` raises, and
    not_found where the system has no font.
    """
    name = shown(Path(document["database"]).name, _NAME_CHARACTERS)
    head = f"Audit of {name}, {moment_of(document['started_at'])}"
    pieces = render_report(document, PAPER).split(PIECE)
    pages = print_pages(pieces, style_sheet(PAPER), head)
    return write_report_file(document, path, "pdf", pages)
