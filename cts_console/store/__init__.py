"""The console's own memory, in a side database of the user's data folder.

What the console remembers about a database (audits, failures, sizes) is kept here and never in
the database itself. Every call can fail with `CtsError` while the work it accompanies went well:
the caller says "the audit could not be kept: …" and goes on.
"""

from __future__ import annotations

from cts_console.store.identity import DatabaseIdentity, identify
from cts_console.store.place import rename_damaged_store, store_path
from cts_console.store.records import (
    Acceptance,
    AuditLine,
    Failure,
    SealedDatabase,
    Sighting,
    SizeSample,
    StoredAudit,
    StoredBlock,
    StoredDatabase,
    StoredFix,
    StoredImport,
    StoredLook,
    StoredQuery,
    StoredSeal,
)
from cts_console.store.samples import RESOLUTIONS_S, KeptSample, merge_samples
from cts_console.store.store import Store, open_store

__all__ = [
    "RESOLUTIONS_S",
    "Acceptance",
    "AuditLine",
    "DatabaseIdentity",
    "Failure",
    "KeptSample",
    "SealedDatabase",
    "Sighting",
    "SizeSample",
    "Store",
    "StoredAudit",
    "StoredBlock",
    "StoredDatabase",
    "StoredFix",
    "StoredImport",
    "StoredLook",
    "StoredQuery",
    "StoredSeal",
    "identify",
    "merge_samples",
    "open_store",
    "rename_damaged_store",
    "store_path",
]
