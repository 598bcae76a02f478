"""How long ago something was."""

from __future__ import annotations

from typing import Final

from cts_console.ui.clock import age_text

_JUST_NOW_S: Final = 10
_YEAR_S: Final = 365.25 * 86_400


def long_age_text(seconds: float) -> str:
    """Return an age; of several years in years, so that it can be read in a card."""
    years = seconds / _YEAR_S
    return f"{years:.0f} years" if years >= 2 else age_text(seconds)


def ago_text(seconds: float) -> str:
    """Return "just now", "4 min ago"."""
    return "just now" if seconds < _JUST_NOW_S else f"{long_age_text(seconds)} ago"
