"""The transfer room: tables and queries into files, and files into tables, value by value."""

from __future__ import annotations

from cts_console.transfer.document import import_document
from cts_console.transfer.mapping import propose_mapping
from cts_console.transfer.model import (
    FORMATS,
    Detected,
    ImportRequest,
    ImportResult,
    KnownKeys,
    Preview,
    ReadOptions,
    RejectedRow,
    SourceColumn,
)
from cts_console.transfer.preview import preview_source
from cts_console.transfer.run import run_import

__all__ = [
    "FORMATS",
    "Detected",
    "ImportRequest",
    "ImportResult",
    "KnownKeys",
    "Preview",
    "ReadOptions",
    "RejectedRow",
    "SourceColumn",
    "import_document",
    "preview_source",
    "propose_mapping",
    "run_import",
]
