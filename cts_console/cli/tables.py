"""How documents look on a terminal: plain tables, sizes and times that people read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console, JustifyMethod

_UNITS = ("bytes", "KB", "MB", "GB", "TB")


def visible(text: str) -> str:
    """Return `text` with every character that is not printable as its escape: \\x1b, \\n, \\u202e.

    A name in a database of unknown origin could otherwise drive the terminal, or forge a line.
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


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
    """Return a duration for people: 12 ms, 3.4 s; "unknown" for None."""
    if duration_ms is None:
        return "unknown"
    return f"{duration_ms:.0f} ms" if duration_ms < 1000 else f"{duration_ms / 1000:.1f} s"


def print_table(
    console: Console, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = ""
) -> None:
    """Print rows under headings; numbers to the right, everything as plain text."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    body = [list(row) for row in rows]
    # Text, not str: a name with square brackets is a name, not markup.
    heading = Text(visible(title)) if title else None
    table = Table(box=box.SIMPLE_HEAD, title=heading, title_justify="left", pad_edge=False)
    for index, column in enumerate(columns):
        numeric = bool(body) and all(isinstance(row[index], int | float) for row in body)
        justify: JustifyMethod = "right" if numeric else "left"
        table.add_column(Text(visible(column)), justify=justify, overflow="fold")
    for row in body:
        table.add_row(*(Text(_cell_text(cell)) for cell in row))
    console.print(table)


def print_facts(console: Console, facts: Iterable[tuple[str, object]]) -> None:
    """Print names and values, one pair a line, values under each other."""
    from rich.text import Text

    pairs = [(visible(name), _cell_text(value)) for name, value in facts]
    width = max((len(name) for name, _ in pairs), default=0)
    for name, value in pairs:
        console.print(Text(f"{name:<{width}}  {value}"), soft_wrap=True)


def print_line(console: Console, text: str, style: str = "") -> None:
    """Print exactly one line, in a pipe however long it is; a name in it is never markup."""
    from rich.text import Text

    console.print(Text(visible(text), style=style), soft_wrap=True)


def _cell_text(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return visible(str(value))
