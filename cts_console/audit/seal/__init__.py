"""Seals over append-only tables: what makes later tampering visible."""

from __future__ import annotations

from cts_console.audit.seal.importing import ImportedSeal, ImportResult, import_seals
from cts_console.audit.seal.keeping import (
    compare_seals,
    export_seals,
    read_kept_seals,
    seal_tables,
    verify_seals,
)
from cts_console.audit.seal.listing import SealedTable, SealList, list_seals
from cts_console.audit.seal.model import Seal, SealDamagedError, key_text, seal_document
from cts_console.audit.seal.verifying import (
    BlockDifference,
    TableVerdict,
    verdicts_document,
)

__all__ = [
    "BlockDifference",
    "ImportResult",
    "ImportedSeal",
    "Seal",
    "SealDamagedError",
    "SealList",
    "SealedTable",
    "TableVerdict",
    "compare_seals",
    "export_seals",
    "import_seals",
    "key_text",
    "list_seals",
    "read_kept_seals",
    "seal_document",
    "seal_tables",
    "verdicts_document",
    "verify_seals",
]
