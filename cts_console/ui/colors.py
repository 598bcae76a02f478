"""The two tables of colours; every colour of the window is a token of these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Token = Literal[
    "bg",
    "panel",
    "raised",
    "line",
    "text",
    "muted",
    "accent",
    "selection",
    "on_accent",
    "on_banner",
    "ok",
    "warn",
    "bad",
    "info",
]


@dataclass(frozen=True, slots=True)
class Colors:
    """One theme's colours as `#rrggbb`. Text on its ground keeps a contrast of 4.5 to 1."""

    name: Literal["dark", "light"]
    """Which theme."""
    bg: str
    """The window."""
    panel: str
    """Cards, tables, plots."""
    raised: str
    """Buttons, inputs in cards."""
    line: str
    """Borders of one pixel, grid lines."""
    text: str
    """Body text."""
    muted: str
    """Labels."""
    accent: str
    """The one primary action, focus, the edge of a selection."""
    selection: str
    """Ground of a selected row."""
    on_accent: str
    """Text on the accent."""
    on_banner: str
    """Text on the ground of a warning, as in the bar of a file that may be written."""
    ok: str
    """Good states, always with an icon or a word too."""
    warn: str
    """Warnings, likewise."""
    bad: str
    """Errors, likewise."""
    info: str
    """Remarks, likewise."""
    series: tuple[str, ...]
    """Plot lines, in this order."""

    def of(self, token: Token) -> str:
        """Return the colour of a token."""
        value: str = getattr(self, token)
        return value


DARK: Final = Colors(
    name="dark",
    bg="#0f1419",
    panel="#161c24",
    raised="#1d2530",
    line="#2a3441",
    text="#e6ebf2",
    muted="#8b98a9",
    accent="#4c9ffe",
    selection="#1c3350",
    on_accent="#08111c",
    on_banner="#1d1405",
    ok="#3fb27f",
    warn="#e0a33e",
    bad="#ef5b5b",
    info="#6aa9ff",
    series=("#4c9ffe", "#3fb27f", "#e0a33e", "#b889f4", "#ef7fa2"),
)
LIGHT: Final = Colors(
    name="light",
    bg="#f5f7fa",
    panel="#ffffff",
    raised="#f0f3f7",
    line="#d9e0e8",
    text="#1b2430",
    muted="#5d6b7c",
    accent="#1a68e0",
    selection="#dbe9ff",
    on_accent="#ffffff",
    on_banner="#ffffff",
    ok="#1a7f4f",
    warn="#9c5d00",
    bad="#c62f2f",
    info="#1a68e0",
    series=("#1f6feb", "#1a7f4f", "#a86400", "#7a3ed0", "#c2346b"),
)
