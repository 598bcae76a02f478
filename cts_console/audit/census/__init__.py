"""The census: what the rules over every column of every table need, read once per table.

Each rule brings an `Inquiry`: which columns it asks about, and which aggregates it wants of them.
The census puts the aggregates of all inquiries into one SELECT per table, so that a table is read
once however many rules ask. The aggregates only tell where something is suspicious; a rule then
runs its own query, over that table alone, for counts and rows.
"""

from __future__ import annotations

from cts_console.audit.census.inquiry import ColumnCensus, Inquiry
from cts_console.audit.census.reading import CENSUS, asked, raise_for
from cts_console.audit.census.samples import count_where, sample
from cts_console.audit.census.subject import Subject, affinity, read_subjects

__all__ = [
    "CENSUS",
    "ColumnCensus",
    "Inquiry",
    "Subject",
    "affinity",
    "asked",
    "count_where",
    "raise_for",
    "read_subjects",
    "sample",
]
