"""What the values of a file's columns are: over all rows that were read, never from a few."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from cts_console.transfer.model import Kind, SourceColumn
from cts_console.transfer.times import unit_of_values

_SAMPLES: Final = 3
_SAMPLE_CHARACTERS: Final = 80
_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
_DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)?")
_UNITS: Final[dict[str, Kind]] = {
    "s": "time_s",
    "ms": "time_ms",
    "us": "time_us",
    "iso": "time_iso",
}


class ColumnCensus:
    """What one column held so far."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._kind: Kind = "empty"
        self._samples: list[str] = []
        self._empty = 0

    def add(self, cells: Sequence[Any]) -> None:
        """Look at the cells of a chunk."""
        filled = [cell for cell in cells if cell is not None and cell != ""]
        self._empty += len(cells) - len(filled)
        for cell in filled:
            if len(self._samples) == _SAMPLES:
                break
            text = str(cell)[:_SAMPLE_CHARACTERS]
            if text not in self._samples:
                self._samples.append(text)
        if filled and self._kind != "text":
            self._kind = _common(self._kind, _kind_of(filled))

    def column(self) -> SourceColumn:
        """Return what was found."""
        return SourceColumn(self._name, self._kind, tuple(self._samples), self._empty)


def _kind_of(cells: Sequence[Any]) -> Kind:
    """Return the narrowest kind that all cells are of; leading zeros and `+1` make text."""
    unit = unit_of_values(cells)
    if unit is not None:
        return _UNITS[unit]
    texts = [str(cell) for cell in cells]
    if all(text.lower() in ("true", "false") for text in texts):
        return "boolean"
    if all(map(_INTEGER.fullmatch, texts)):
        return "integer"
    return "decimal" if all(map(_DECIMAL.fullmatch, texts)) else "text"


def _common(one: Kind, other: Kind) -> Kind:
    """Return the narrowest kind that holds both."""
    if one in ("empty", other):
        return other
    wholes = ("integer", "time_s", "time_ms", "time_us")
    if one in wholes and other in wholes:
        return "integer"
    if {one, other} <= {*wholes, "decimal"}:
        return "decimal"
    return "text"
