"""The printing room: an audit's report as PDF, with Qt's own text layout and nothing else.

It is the only room below the window that knows Qt, so it is imported when a PDF is asked for.
"""

from __future__ import annotations

from cts_console.printing.report import write_pdf_report

__all__ = ["write_pdf_report"]
