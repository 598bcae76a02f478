"""What an audit gives back: every rule's outcome, every finding, and what the file weighs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditProfile
from cts_console.pragmas import PragmaReading
from cts_console.schema import Index, RowCount, Table
from cts_console.sqlite import Kind

STOPPED: Final = "stopped"
"""The note of a check that a stop left unasked."""

CheckStatus = Literal["passed", "found", "not_applicable", "not_checked", "errored"]


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of one rule."""

    rule: str
    """Its identifier."""
    status: CheckStatus
    """`not_checked` is never the same as `passed`; `errored` is a bug of the rule."""
    duration_ms: float
    """How long it took."""
    note: str | None
    """Why it was not checked, or which part was not; None for nothing to say."""


@dataclass(frozen=True, slots=True)
class TableSize:
    """One table and what it holds."""

    table: Table
    """The table."""
    count: RowCount
    """Its rows."""
    bytes: int | None
    """Bytes of its own b-tree, indexes not counted; None where they were not measured."""


@dataclass(frozen=True, slots=True)
class IndexSize:
    """One index and its weight."""

    index: Index
    """The index."""
    bytes: int | None
    """Bytes of its b-tree; None where they were not measured."""


@dataclass(frozen=True, slots=True)
class AuditResult:
    """One audit."""

    path: Path
    """The resolved path of the audited file."""
    profile: AuditProfile
    """How much was asked."""
    started_at_ms: int
    """Milliseconds since the epoch, UTC."""
    duration_ms: float
    """How long it took."""
    size_bytes: int
    """Bytes of the main file at the start."""
    kind: Kind | None
    """Whose database it is; None where the schema cannot be read."""
    note: str
    """What a person should know about how the file was looked at; "" for nothing."""
    checks: tuple[Check, ...]
    """One per rule that was asked, in the order in which they ran."""
    findings: tuple[Finding, ...]
    """What they found, in that order."""
    tables: tuple[TableSize, ...]
    """Tables that are not SQLite's own; empty where the schema cannot be read."""
    indexes: tuple[IndexSize, ...]
    """Their indexes."""
    settings: tuple[PragmaReading, ...]
    """Settings that the file keeps; empty where they cannot be read."""
    is_picked: bool = False
    """Whether somebody picked the rules one by one, so that nobody knows what the others say."""

    @property
    def is_whole(self) -> bool:
        """Whether every rule of the profile had its turn: none picked, none left by a stop."""
        return not self.is_picked and all(check.note != STOPPED for check in self.checks)
