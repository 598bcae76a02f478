"""The bulk room: many rows inserted, changed or deleted, whole or not at all."""

from __future__ import annotations

from cts_console.bulk.batches import BatchInfo, list_batches
from cts_console.bulk.change import count_matching, delete_batch, update_batch
from cts_console.bulk.insert import insert_batch, upsert_batch
from cts_console.bulk.model import BulkError, BulkResult, Rejection
from cts_console.bulk.query import insert_query
from cts_console.bulk.slices import resume_batch, undo_batch
from cts_console.maintenance import (
    CheckpointResult,
    DatabaseStats,
    OptimizeResult,
    optimize_database,
)
from cts_console.maintenance import read_stats as get_database_stats
from cts_console.maintenance import run_checkpoint as checkpoint

__all__ = [
    "BatchInfo",
    "BulkError",
    "BulkResult",
    "CheckpointResult",
    "DatabaseStats",
    "OptimizeResult",
    "Rejection",
    "checkpoint",
    "count_matching",
    "delete_batch",
    "get_database_stats",
    "insert_batch",
    "insert_query",
    "list_batches",
    "optimize_database",
    "resume_batch",
    "undo_batch",
    "update_batch",
    "upsert_batch",
]
