"""What an import of missing trades answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from cts_console.audit import Finding
from cts_console.transfer.trades import Comparison

ImportState = Literal["nothing_missing", "stopped", "rehearsed", "imported"]


@dataclass(frozen=True, slots=True)
class NewFinding:
    """What the audit of the copy found after the import and not before it, or less of it."""

    finding: Finding
    """The finding after the import."""
    before: int
    """How many rows were behind it before."""

    @property
    def stops(self) -> bool:
        """Whether it stops the import: all but what is told for information."""
        return self.finding.severity != "info"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Missing trades that were not imported, because of their order."""

    line: int
    """The first of their lines in the file."""
    trades: int
    """How many they are."""
    reason: str
    """Why."""


@dataclass(slots=True)
class Written:
    """What has been written so far."""

    trades: int = 0
    """Trades."""
    orders_made: int = 0
    """Orders that were made up for trades without one."""
    orders_used: int = 0
    """Orders that were there, and got trades."""
    already_there: int = 0
    """Trades that somebody else had written meanwhile."""
    refusals: list[Refusal] = field(default_factory=list)
    """What was not written."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of the missing trades."""

    comparison: Comparison
    """What was missing."""
    state: ImportState
    """`stopped`: new findings, nothing written. `rehearsed`: a dry run."""
    written: Written
    """What was written; of a rehearsal and a stop, what would have been."""
    findings: tuple[NewFinding, ...]
    """What is new in the audit of the copy."""
    rules_asked: int
    """Rules of the audit."""
    unchecked: tuple[str, ...]
    """Rules that gave no answer about the copy, each with the reason."""
    batch_id: str | None
    """The batch, by which all of it can be taken back."""
    slice_seconds: tuple[float, ...]
    """For how long each transaction held the write lock."""
    notes: tuple[str, ...]
    """What a person should know."""

    @property
    def is_equal_now(self) -> bool:
        """Whether both sides tell the same after it."""
        told, written = self.comparison, self.written
        missing = told.only_in_file.total
        if self.state == "imported":
            missing -= written.trades + written.already_there
        others = (told.only_in_database, told.different, told.unreadable)
        return not (missing or told.unknown_pairs or any(part.total for part in others))
