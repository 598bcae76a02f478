"""What a fix is before it runs (`FixPlan`) and afterwards (`FixResult`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from cts_console.maintenance import FileUsers
from cts_console.sqlite import Kind

StepKind = Literal[
    "drop_index",
    "drop_view",
    "drop_trigger",
    "create_index",
    "create_view",
    "create_trigger",
    "limit_analysis",
    "analyze",
    "set_pragma",
    "incremental_vacuum",
    "vacuum",
    "delete_statistics",
]
"""All that a fix may do. None of them changes a row of data."""

Passage = Literal["whole", "slices", "no_transaction"]
"""How the steps reach the file: in one transaction; in several short ones, each of which leaves a
sound file; or one by one, where SQLite allows no transaction around them."""

FixOutcome = Literal["fixed", "still_there", "unknown"]

OUTSIDE_PRAGMAS: Final = ("journal_mode", "auto_vacuum")
"""Settings that silently stay as they are inside a transaction, or want a VACUUM after them."""


@dataclass(frozen=True, slots=True)
class FixStep:
    """One statement of a fix."""

    kind: StepKind
    """What it does."""
    sql: str
    """Its text."""
    name: str
    """The index, view, trigger, setting or table that it is about; "" for the file."""
    table: str = ""
    """The table of a new index; "" for all else."""
    value: str = ""
    """What a setting becomes; "" for all else."""

    @property
    def is_outside(self) -> bool:
        """Whether SQLite takes it in no transaction."""
        return self.kind == "vacuum" or (self.kind == "set_pragma" and self.name in OUTSIDE_PRAGMAS)


@dataclass(frozen=True, slots=True)
class SchemaMark:
    """By what a schema is known again."""

    version: int
    """SQLite's schema cookie: every change of the schema counts it up."""
    digest: str
    """Hash of all definitions, for a file that was put in the place of the other."""


@dataclass(frozen=True, slots=True)
class FixPlan:
    """What applying a fix would do, as the file is at this moment."""

    path: Path
    """The resolved path of the database."""
    kind: Kind
    """Whose database it is."""
    rule: str
    """The rule that found the trouble."""
    fingerprint: str
    """Which of its findings."""
    title: str
    """The finding in one line."""
    object: str | None
    """What the finding is about."""
    table: str | None
    """The table that the object belongs to."""
    steps: tuple[FixStep, ...]
    """The statements in their order."""
    passage: Passage
    """How they would reach the file now."""
    export_reason: str
    """Why it is not applied here and only exported; "" where it is applied here."""
    gate_reason: str
    """Why the write gate would refuse it now unless it is overruled; "" where it would not."""
    hold_s: float
    """For about how many seconds others could not write."""
    users: FileUsers
    """Who else has the file open."""
    backup_bytes: int
    """How large a backup is, about."""
    mark: SchemaMark
    """The schema for which it was made."""


@dataclass(frozen=True, slots=True)
class FixResult:
    """What applying a fix did."""

    plan: FixPlan
    """What was applied."""
    at_ms: int
    """When it was done; milliseconds since the epoch, UTC."""
    duration_ms: float
    """How long it took, backup and second look included."""
    backup: Path | None
    """The verified backup made before; None where it was declined."""
    outcome: FixOutcome
    """What the rule says now; `unknown` where it could not be asked."""
    note: str | None
    """Why it is unknown; None for nothing to say."""
    answer: dict[str, Any] | None
    """The rule's answer of afterwards as an `audit` document; None where it could not be asked."""
    kept: dict[str, Any]
    """`{"id": number | None, "error": error object | None}`: whether it is in the history."""
