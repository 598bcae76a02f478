"""Seals over append-only tables: what makes later tampering visible."""

from __future__ import annotations

from cts_console.audit.seal.importing import ImportedSeal, ImportResult, import_seals
from cts_console.audit.seal.keeping import (
    Sealed,
    Verified,
    compare_seals,
    export_seals,
    find_kept_seals,
    seal_file,
    seal_tables,
    verify_file,
    verify_seals,
)
from cts_console.audit.seal.listing import SealedTable, SealList, list_seals
from cts_console.audit.seal.matching import KeptSeals, SealOrigin
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
    "KeptSeals",
    "Seal",
    "SealDamagedError",
    "SealList",
    "SealOrigin",
    "Sealed",
    "SealedTable",
    "TableVerdict",
    "Verified",
    "compare_seals",
    "export_seals",
    "find_kept_seals",
    "import_seals",
    "key_text",
    "list_seals",
    "seal_document",
    "seal_file",
    "seal_tables",
    "verdicts_document",
    "verify_file",
    "verify_seals",
]
