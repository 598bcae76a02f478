"""A statement as PDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from cts_console.audit.report.render import PIECE, report_template
from cts_console.audit.report.texts import shown
from cts_console.printing.pages import print_pages
from cts_console.printing.rows import Line, Rows
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.statement import Statement, period_text, statement_document
from cts_console.statement.paper import entry_columns, read_entries, render_statement
from cts_console.transfer.new_file import new_file

_HEAD_CHARACTERS = 400


def write_pdf_statement(
    statement: Statement,
    target: Path,
    *,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> Path:
    """Write the statement into a new PDF and return its absolute path.

    It lists the trades that the statement holds; page one says how many others there are, and
    where. Works without a display; the first call of a program must come from its main thread,
    unless that has made Qt's application object. Raises `CtsError`: usage where the name is taken,
    not_found where its folder or every font is missing, no_permission, read_only, disk_full,
    cancelled.
    """
    report = ProgressSampler(on_progress).report
    stop = cancel or CancelToken()
    report(Progress(0, None, "", "laying out the pages"))
    rows = Rows(entry_columns(), lambda: _until(stop, read_entries(statement)))
    head = f"{statement.database.name}, {period_text(statement_document(statement)['period'])}"
    with new_file(target, "The PDF cannot be written") as file:
        pages = print_pages(
            render_statement(statement).split(PIECE),
            report_template("statement/style.css").render(),
            f"Statement of {shown(head, _HEAD_CHARACTERS)}",
            rows=rows if statement.entries else None,
            on_progress=report,
            cancel=stop,
        )
        file.write(pages)
    return target.parent.resolve() / target.name


def _until(stop: CancelToken, lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        stop.raise_if_cancelled()
        yield line
