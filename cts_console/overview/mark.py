"""How a file was when a person looked at it last, small enough to be kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

# The end of the year 9999, and of SQLite's whole numbers: what lies beyond was not written by us.
_LAST_MS: Final = 253_402_300_800_000
_TOO_LARGE: Final = 2**63


@dataclass(frozen=True, slots=True)
class LookMark:
    """The state with which the next look is compared."""

    at_ms: int
    """When it was taken, milliseconds since the epoch."""
    size_bytes: int
    """The main file then."""
    largest: Mapping[str, int] = field(default_factory=dict)
    """The largest rowid of each table that was looked at; 0 for an empty table."""

    def as_text(self) -> str:
        """Return the mark as JSON."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @staticmethod
    def of_text(text: str) -> LookMark | None:
        """Return the mark that `as_text` wrote; None for anything else."""
        try:
            found = json.loads(text)
            largest = {str(name): int(value) for name, value in found["largest"].items()}
            mark = LookMark(int(found["at_ms"]), int(found["size_bytes"]), largest)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
            return None
        is_possible = 0 <= mark.at_ms < _LAST_MS and all(
            -_TOO_LARGE <= rowid < _TOO_LARGE for rowid in mark.largest.values()
        )
        return mark if is_possible else None
