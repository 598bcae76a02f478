"""The bulk room: many rows inserted, changed or deleted, whole or not at all."""

from __future__ import annotations

from cts_console.bulk.insert import insert_batch, upsert_batch
from cts_console.bulk.model import BulkError, BulkResult, Rejection

__all__ = ["BulkError", "BulkResult", "Rejection", "insert_batch", "upsert_batch"]
