"""The trace room: what happened to one position or order, and where the file's story parts."""

from __future__ import annotations

from cts_console.trace.document import compared_text, trace_document
from cts_console.trace.export import write_trace_csv
from cts_console.trace.model import (
    Compared,
    OrderHead,
    PositionHead,
    Trace,
    TraceEvent,
    TraceSubject,
)
from cts_console.trace.run import read_trace, trace_on
from cts_console.trace.subject import FoundSubject, find_subject, subject_of_evidence

__all__ = [
    "Compared",
    "FoundSubject",
    "OrderHead",
    "PositionHead",
    "Trace",
    "TraceEvent",
    "TraceSubject",
    "compared_text",
    "find_subject",
    "read_trace",
    "subject_of_evidence",
    "trace_document",
    "trace_on",
    "write_trace_csv",
]
