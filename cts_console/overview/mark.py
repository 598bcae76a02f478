"""How a file was when a person looked at it last, small enough to be kept among the settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


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
            return LookMark(int(found["at_ms"]), int(found["size_bytes"]), largest)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
