"""How a report writes names, values, sizes and times. Everything from a file is hostile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cts_console.audit.instants import is_instant

_UNITS: Final = ("bytes", "KB", "MB", "GB", "TB")


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a table."""

    text: str
    """What is shown."""
    raw: str = ""
    """The value as the file has it, where `text` says it in other words."""
    is_number: bool = False
    """Whether it stands at the right."""


def shown(text: str, longest: int) -> str:
    """Return `text` on one line, cut, with what cannot be printed as its escape.

    A name in a file of unknown origin may hold control characters and marks that turn the
    direction of what follows.
    """
    head = text[:longest]
    if not head.isprintable():
        head = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in head)
    return head if len(text) <= longest else f"{head}…"


def shown_lines(text: str, longest: int) -> str:
    """Return a text that may have several lines like `shown`, its lines kept."""
    head = text[:longest].replace("\r\n", "\n").replace("\t", "    ")
    lines = "\n".join(shown(line, longest) for line in head.split("\n"))
    return lines if len(text) <= longest else f"{lines}…"


def cell(value: object, column: str, longest: int) -> Cell:
    """Return a value of a document's evidence; an instant as UTC with the number behind it."""
    if value is None:
        return Cell("NULL")
    if is_instant(value, column):
        return Cell(moment(value), str(value), is_number=True)
    if isinstance(value, int | float):
        return Cell(str(value), is_number=not isinstance(value, bool))
    return Cell(shown(str(value), longest))


def moment(milliseconds: int) -> str:
    """Return milliseconds since the epoch as a time of day in UTC, which it says."""
    at = datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(" ", "milliseconds")
    return f"{at.removesuffix('+00:00').removesuffix('.000')} UTC"


def moment_of(instant: str) -> str:
    """Return an ISO 8601 instant of a document as a time of day in UTC."""
    return moment(milliseconds_of(instant))


def milliseconds_of(instant: str) -> int:
    """Return an ISO 8601 instant of a document in milliseconds since the epoch, UTC."""
    return round(datetime.fromisoformat(instant).timestamp() * 1000)


def size(size_bytes: int | None) -> str:
    """Return a size: 48.2 MB (1 MB = 1,000,000 bytes); "not measured" for None."""
    if size_bytes is None:
        return "not measured"
    amount = float(size_bytes)
    for unit in _UNITS[:-1]:
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} {_UNITS[-1]}"


def duration(duration_ms: float) -> str:
    """Return a duration: 12 ms, 3.4 s, 2 min 5 s."""
    if duration_ms < 1000:
        return f"{duration_ms:.0f} ms"
    if duration_ms < 60_000:
        return f"{duration_ms / 1000:.1f} s"
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    return f"{minutes} min {seconds} s"


def words(name: str | None) -> str:
    """Return an identifier of a document as words: not_checked is "not checked"."""
    return (name or "").replace("_", " ")
