"""How names, sizes and times are written in the window."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Final

_UNITS: Final = ("bytes", "KB", "MB", "GB", "TB")
_LONGEST_NAME: Final = 200
_LONGEST_TEXT: Final = 4_000


def one_line(text: str, longest: int = _LONGEST_NAME) -> str:
    """Return `text` on one line, cut, with what cannot be printed made visible.

    A name in a database of unknown origin may hold newlines and marks that turn the direction.
    """
    head = text[: longest + 1]
    if not head.isprintable():
        head = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in head)
    return head if len(head) <= longest else f"{head[: longest - 1]}…"


def visible_text(text: str) -> str:
    """Return a text of several lines with what cannot be printed made visible."""
    lines = text[:_LONGEST_TEXT].replace("\r\n", "\n").replace("\t", "    ").split("\n")
    shown = "\n".join(one_line(line, _LONGEST_TEXT) for line in lines)
    return shown if len(text) <= _LONGEST_TEXT else f"{shown}…"


def tip_text(text: str) -> str:
    """Return a tool tip that shows markup as the plain text it is."""
    shown = visible_text(text)
    if "<" not in shown and "&" not in shown:
        return shown
    # Qt takes for markup what looks like it, unless it is told that it is.
    return f"<p>{escape(shown)}</p>".replace("\n", "<br>")


def size_text(size_bytes: float | None) -> str:
    """Return a size for people: 48.2 MB (1 MB = 1,000,000 bytes); "unknown" for None."""
    if size_bytes is None:
        return "unknown"
    amount = float(size_bytes)
    for unit in _UNITS[:-1]:
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} {_UNITS[-1]}"


def duration_text(duration_ms: float | None) -> str:
    """Return a duration for people: 12 ms, 3.4 s, 2 min 5 s; "unknown" for None."""
    if duration_ms is None:
        return "unknown"
    if duration_ms < 1000:
        return f"{duration_ms:.0f} ms"
    if duration_ms < 60_000:
        return f"{duration_ms / 1000:.1f} s"
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    return f"{minutes} min {seconds} s"


def short_path(path: Path) -> str:
    """Return the last folder and the name: enough to tell two files apart at a glance."""
    parent = path.parent.name
    return one_line(f"{parent}/{path.name}" if parent else path.name, 60)
