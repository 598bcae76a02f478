"""The reconcile room: what a database lacks of an exchange's trades, imported and audited first."""

from __future__ import annotations

from cts_console.reconcile.batches import finish_batch, take_back_batch
from cts_console.reconcile.document import batch_document, reconcile_document
from cts_console.reconcile.model import ImportResult, NewFinding
from cts_console.reconcile.run import import_missing, resume_import

__all__ = [
    "ImportResult",
    "NewFinding",
    "batch_document",
    "finish_batch",
    "import_missing",
    "reconcile_document",
    "resume_import",
    "take_back_batch",
]
