"""The maintenance room: the write gate, private copies, backup, verify, checkpoint, sizes."""

from __future__ import annotations

from cts_console.maintenance.backup import BackupResult, backup_before, run_backup
from cts_console.maintenance.checkpoint import CHECKPOINT_MODES, CheckpointResult, run_checkpoint
from cts_console.maintenance.copies import open_private_copy
from cts_console.maintenance.estimates import (
    estimate_analyze_s,
    estimate_incremental_vacuum_s,
    estimate_index_build_s,
    estimate_index_drop_s,
    estimate_vacuum_s,
)
from cts_console.maintenance.gate import SLICE_S, GatePass, give_way, is_being_written, pass_gate
from cts_console.maintenance.locks import FileLocks, LockHolder, read_locks
from cts_console.maintenance.look import open_look
from cts_console.maintenance.optimize import (
    OptimizeResult,
    give_pages_back,
    optimize_database,
)
from cts_console.maintenance.private_folders import sweep_copies
from cts_console.maintenance.stats import CacheStats, DatabaseStats, TableStats, read_stats
from cts_console.maintenance.users import FileUsers, Holder, read_users
from cts_console.maintenance.verify import VerifyResult, run_verify

__all__ = [
    "CHECKPOINT_MODES",
    "SLICE_S",
    "BackupResult",
    "CacheStats",
    "CheckpointResult",
    "DatabaseStats",
    "FileLocks",
    "FileUsers",
    "GatePass",
    "Holder",
    "LockHolder",
    "OptimizeResult",
    "TableStats",
    "VerifyResult",
    "backup_before",
    "estimate_analyze_s",
    "estimate_incremental_vacuum_s",
    "estimate_index_build_s",
    "estimate_index_drop_s",
    "estimate_vacuum_s",
    "give_pages_back",
    "give_way",
    "is_being_written",
    "open_look",
    "open_private_copy",
    "optimize_database",
    "pass_gate",
    "read_locks",
    "read_stats",
    "read_users",
    "run_backup",
    "run_checkpoint",
    "run_verify",
    "sweep_copies",
]
