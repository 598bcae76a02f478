"""What a measurement of the old claims leaves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ClaimResult:
    """One claim, and what was measured."""

    name: str
    """What was measured, in a few words."""
    claim: str
    """What the old documents say; "" where they give no figure."""
    measured: float | None
    """The median of several runs; None where it could not be measured."""
    unit: str
    """Of `measured`: "ms", "times faster", "% faster", "%"."""
    holds: bool | None
    """Whether what was measured bears the claim out; None where there is no figure on one side."""
    note: str
    """How it was measured, or why not."""


@dataclass(frozen=True, slots=True)
class BenchResult:
    """All claims on one file."""

    database: Path
    """The file that was copied; it was only read."""
    table: str | None
    """The table that was worked on; None where the file has none."""
    results: tuple[ClaimResult, ...]
    """One per claim, in a fixed order."""
    notes: tuple[str, ...]
    """What applies to all of them."""
    duration_ms: float
    """How long it took, the copy included."""


def measured(
    name: str, claim: str, value: float, unit: str, note: str, *, at_least: float | None = None
) -> ClaimResult:
    """Return a result that holds where `value` is at least so much; without a figure: unknown."""
    holds = None if at_least is None else value >= at_least
    return ClaimResult(name, claim, round(value, 2), unit, holds, note)


def unknown(name: str, claim: str, unit: str, why: str) -> ClaimResult:
    """Return a result for what could not be measured."""
    return ClaimResult(name, claim, None, unit, None, f"Not measured: {why}")
