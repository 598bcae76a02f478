"""Migrations: numbered SQL files, each applied whole and recorded in the database it changed."""

from __future__ import annotations

from cts_console.migrate.expected import (
    SchemaCounts,
    find_differences,
    read_counts,
    read_expected_schema,
    read_schema_after,
)
from cts_console.migrate.failures import read_failed_files
from cts_console.migrate.files import MigrationFile, read_migration_files
from cts_console.migrate.identity import Purpose, read_setting
from cts_console.migrate.preflight import PreflightItem, run_preflight
from cts_console.migrate.runner import (
    AppliedMigration,
    MigrationFailure,
    MigrationRun,
    check_is_ours,
    holds_rows,
    run_migrations,
)
from cts_console.migrate.status import (
    MigrationItem,
    MigrationStatus,
    check_not_too_new,
    read_migration_status,
)

__all__ = [
    "AppliedMigration",
    "MigrationFailure",
    "MigrationFile",
    "MigrationItem",
    "MigrationRun",
    "MigrationStatus",
    "PreflightItem",
    "Purpose",
    "SchemaCounts",
    "check_is_ours",
    "check_not_too_new",
    "find_differences",
    "holds_rows",
    "read_counts",
    "read_expected_schema",
    "read_failed_files",
    "read_migration_files",
    "read_migration_status",
    "read_schema_after",
    "read_setting",
    "run_migrations",
    "run_preflight",
]
