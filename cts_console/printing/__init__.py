"""The printing room: an audit's report and a statement as PDF, with Qt's own text layout alone.

It is the only room below the window that knows Qt, so it is imported when a PDF is asked for.
"""

from __future__ import annotations

from cts_console.printing.report import write_pdf_report
from cts_console.printing.statement import write_pdf_statement

__all__ = ["write_pdf_report", "write_pdf_statement"]
