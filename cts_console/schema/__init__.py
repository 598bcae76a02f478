"""The schema room: what a file's tables, indexes, views and triggers are, and what they weigh."""

from __future__ import annotations

from cts_console.schema.clauses import (
    Clause,
    IndexClauses,
    read_index_clauses,
    read_table_clauses,
    read_table_options,
)
from cts_console.schema.objects import (
    Column,
    ForeignKey,
    Index,
    IndexKey,
    Schema,
    Table,
    Trigger,
    View,
)
from cts_console.schema.reader import read_schema
from cts_console.schema.storage import (
    RowCount,
    Weight,
    estimate_row_count,
    read_row_counts,
    read_storage,
    read_weights,
    rowid_name,
)
from cts_console.schema.tokens import Token, group_end, normal_form, read_tokens, split_at_commas

__all__ = [
    "Clause",
    "Column",
    "ForeignKey",
    "Index",
    "IndexClauses",
    "IndexKey",
    "RowCount",
    "Schema",
    "Table",
    "Token",
    "Trigger",
    "View",
    "Weight",
    "estimate_row_count",
    "group_end",
    "normal_form",
    "read_index_clauses",
    "read_row_counts",
    "read_schema",
    "read_storage",
    "read_table_clauses",
    "read_table_options",
    "read_tokens",
    "read_weights",
    "rowid_name",
    "split_at_commas",
]
