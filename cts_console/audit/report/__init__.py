"""An audit as a file for people and programs, made of its JSON document alone.

A kept audit is reported like one of this moment: nothing here asks the database.
"""

from __future__ import annotations

from cts_console.audit.report.render import (
    HTML,
    PAPER,
    PIECE,
    Layout,
    render_report,
    style_sheet,
)
from cts_console.audit.report.write import (
    check_target,
    report_kind,
    write_html_report,
    write_json_report,
    write_report_file,
)

__all__ = [
    "HTML",
    "PAPER",
    "PIECE",
    "Layout",
    "check_target",
    "render_report",
    "report_kind",
    "style_sheet",
    "write_html_report",
    "write_json_report",
    "write_report_file",
]
