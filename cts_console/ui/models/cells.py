"""How a value looks in a cell: what it is must be seen before it is read."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from PySide6.QtGui import QFont

from cts_console.schema.browse_cells import Cell, Cut
from cts_console.ui.clock import Clock, looks_like_instant, to_milliseconds, unit_of
from cts_console.ui.text import one_line, size_text
from cts_console.ui.theme import Theme

Format = Literal["auto", "raw", "instant"]
Tone = Literal["text", "muted"]

PENDING: Final = "…"
"""What a cell shows until its page is there."""


class CellLook(NamedTuple):
    """What is painted. A named tuple: one is made for each cell that is painted."""

    text: str
    """One line, everything in it visible."""
    tone: Tone = "text"
    """`muted` is for what stands for a value and is none."""
    italic: bool = False
    """For NULL alone."""
    is_number: bool = False
    """Whether it belongs at the right edge."""


_PENDING: Final = CellLook(PENDING, "muted")
_NULL: Final = CellLook("NULL", "muted", italic=True)
# An empty text must not look like nothing.
_EMPTY: Final = CellLook("''", "muted")


def pending_look() -> CellLook:
    """Return the look of a cell that is not there yet."""
    return _PENDING


def cell_look(cell: Cell, *, as_instant: bool, clock: Clock) -> CellLook:
    """Return how `cell` is shown; integers as instants where the column is one of instants.

    Integers come with all their digits, reals in the shortest form that reads back the same.
    """
    if cell is None:
        return _NULL
    if isinstance(cell, int):
        instant = instant_text(cell, clock, with_zone=False) if as_instant else None
        return CellLook(str(cell), is_number=True) if instant is None else CellLook(instant)
    if isinstance(cell, float):
        return CellLook(repr(cell), is_number=True)
    if isinstance(cell, Cut):
        return _cut_look(cell)
    return CellLook(one_line(cell)) if cell else _EMPTY


def cell_tip(cell: Cell, *, as_instant: bool, clock: Clock) -> str:
    """Return what a tool tip adds to the look; "" for nothing."""
    if isinstance(cell, int) and as_instant:
        instant = instant_text(cell, clock, with_zone=True)
        return f"{instant}\nstored: {cell} ({unit_of(cell)})" if instant is not None else ""
    if isinstance(cell, Cut):
        if cell.kind == "broken":
            return f"Text of {size_text(cell.size_bytes)} with bytes that are no valid text"
        kind = "BLOB" if cell.kind == "blob" else "Text"
        return f"{kind} of {cell.size_bytes:,} bytes; the cell panel (F4) shows it whole"
    return ""


def instant_text(value: int, clock: Clock, *, with_zone: bool) -> str | None:
    """Return an integer as an instant, or None where it would lie outside 2010 to 2100."""
    unit = unit_of(value)
    if unit is None:
        return None
    return clock.text(to_milliseconds(value, unit), with_zone=with_zone)


def looks_like_instants(column: str, cells: list[Cell]) -> bool:
    """Return whether a column's name and all of its values say that it holds instants."""
    values = [cell for cell in cells if cell is not None]
    return (
        bool(values)
        and looks_like_instant(column)
        and all(isinstance(value, int) and unit_of(value) is not None for value in values)
    )


def value_font(theme: Theme, pixels: float = 12) -> QFont:
    """Return the face for values and SQL, a little smaller than body text."""
    return theme.mono_font(pixels)


def is_numeric_type(declared: str) -> bool:
    """Return whether a declared type is one of numbers (https://sqlite.org/datatype3.html)."""
    upper = declared.upper()
    if "INT" in upper:
        return True
    if any(word in upper for word in ("CHAR", "CLOB", "TEXT", "BLOB")):
        return False
    return any(word in upper for word in ("REAL", "FLOA", "DOUB", "NUM", "DEC"))


def _cut_look(cut: Cut) -> CellLook:
    if cut.kind == "blob":
        return CellLook(f"BLOB {size_text(cut.size_bytes)}", "muted")
    if not cut.text:
        return CellLook(f"TEXT {size_text(cut.size_bytes)}", "muted")
    shown = one_line(cut.text)
    return CellLook(shown if cut.kind == "broken" or shown.endswith("…") else f"{shown}…")
