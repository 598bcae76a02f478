"""How much a report holds: ten thousand findings must still be one file that opens at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one kind of report."""

    evidence_rows: tuple[tuple[int, int], ...]
    """Up to so many findings, so many rows of evidence for each; the last pair holds for more."""
    value_characters: int
    """Longest value of the evidence, longest name."""
    text_characters: int
    """Longest text of a finding, longest SQL."""
    full_bytes: int
    """Markup of the findings that are shown in full: the worst come first."""
    line_bytes: int
    """Markup of the findings that get one line each."""
    table_rows: int
    """Rows of the lists of tables, indexes and settings."""

    def rows_each(self, findings: int) -> int:
        """Return how many rows of evidence each of `findings` findings shows."""
        for most, rows in self.evidence_rows:
            if findings <= most:
                return rows
        return self.evidence_rows[-1][1]


HTML_LIMITS: Final = Limits(
    ((50, 100), (300, 20), (301, 5)), 300, 2_000, 2_200_000, 2_000_000, 2_000
)
# Nobody scrolls paper: a PDF of a thousand pages helps nobody.
PAPER_LIMITS: Final = Limits(((20, 20), (150, 8), (151, 3)), 120, 1_200, 700_000, 200_000, 500)
