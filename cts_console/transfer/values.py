"""Values on their way into a column: what fits without loss goes in, everything else is named.

A converter is chosen once for each column and gets a chunk of cells at a time. The usual case is
decided for all cells at once, without a look at each: text of digits goes to SQLite as it is, whose
affinity makes the whole number of it; decimals go through `float`, which rounds correctly. SQLite
does so as well for decimals of up to 15 characters (640,000 random ones, exponents included: all
equal), and not always for longer ones (2 of 300,000 differed in the last bit).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any, Final, Literal

from cts_console.schema import Column, Table
from cts_console.transfer.json_text import JsonNumber
from cts_console.transfer.times import ISO, PER_SECOND, CountedUnit, iso_to_us, unit_of_number

Affinity = Literal["integer", "real", "numeric", "text", "none"]
_DIGITS: Final = b"0123456789"
_NUMBER_CHARACTERS: Final = b"0123456789.+-eE"
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?")
_LEADING_ZERO: Final = re.compile(r"[+-]?0[0-9]")
_LEADING_ZERO_IN_LIST: Final = re.compile(r",0[0-9]")
_THOUSANDS: Final = re.compile(r"[+-]?[0-9]{1,3}(?:[,.' _\u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?")
_TRUTH: Final = {"true": 1, "false": 0}
_MOST_DIGITS: Final = 18
EXACT_CHARACTERS: Final = 15
_INT64: Final = 2**63


class UnfitError(ValueError):
    """A value that does not fit; the message says why."""


def affinity_of(table: Table, column: Column) -> Affinity:
    """Return the column's affinity (https://sqlite.org/datatype3.html, 3.1)."""
    words = column.type.upper()
    if "INT" in words:
        return "integer"
    if any(word in words for word in ("CHAR", "CLOB", "TEXT")):
        return "text"
    if not words or "BLOB" in words or (words == "ANY" and table.strict):
        return "none"
    return "real" if any(word in words for word in ("REAL", "FLOA", "DOUB")) else "numeric"


@dataclass(slots=True)
class Converter:
    """Converts the cells of one column."""

    column: str
    """The column of the table."""
    affinity: Affinity
    """What it prefers."""
    null_texts: tuple[str, ...] | None = None
    """Texts that mean NULL; None: an empty one, unless the column is TEXT."""
    decimal_comma: bool = False
    """Whether numbers are written as 1,5."""
    unit: CountedUnit | None = None
    """The unit in which the column keeps instants; None for no instants."""
    source_unit: CountedUnit | None = None
    """The unit of the file's numbers; None until known, and where they are no instants."""
    look_up: Callable[[Any], Any] | None = None
    """Replaces every value by another one; raises `UnfitError`."""
    lossy: int = 0
    """Decimals that no REAL can hold to the last digit."""
    naive: int = 0
    """Times without a zone, taken for UTC."""
    cut: int = 0
    """Instants whose digits below the column's unit were left out."""
    refused: list[tuple[int, str]] = field(default_factory=list)
    """Places in the last chunk whose value does not fit, and why."""

    @property
    def nulls(self) -> tuple[str, ...]:
        """Texts that mean NULL here."""
        if self.null_texts is not None:
            return self.null_texts
        return () if self.affinity in ("text", "none") else ("",)

    def convert(self, cells: Sequence[Any]) -> Sequence[Any]:
        """Return the values of a chunk; what does not fit is None there and in `refused`."""
        self.refused = []
        whole = self._convert_whole(cells)
        if whole is not None:
            return whole
        values: list[Any] = []
        for place, cell in enumerate(cells):
            try:
                values.append(self.convert_one(cell))
            except UnfitError as error:
                self.refused.append((place, str(error)))
                values.append(None)
        return values

    def convert_one(self, cell: Any) -> Any:
        """Return one value as the column takes it. Raises `UnfitError`."""
        if cell is None or (isinstance(cell, str) and cell in self.nulls):
            return None
        if self.look_up is not None:
            return self.look_up(cell)
        if self.affinity == "text":
            return _as_text(cell)
        if self.affinity == "none":
            return cell.native() if isinstance(cell, JsonNumber) else cell
        if isinstance(cell, (bytes, bytearray)):
            raise UnfitError("bytes are no number")
        if self.unit is not None:
            return self._instant(cell)
        if self.affinity == "numeric":
            return self._numeric(cell)
        number = self._number(cell)
        return self._integer(number) if self.affinity == "integer" else self._real(number)

    # Whole chunks

    def _convert_whole(self, cells: Sequence[Any]) -> Sequence[Any] | None:
        """Return the values where all cells are of the usual kind, else None."""
        types = set(map(type, cells))
        if self.look_up is not None or not types <= {str, JsonNumber}:
            return None
        if self.null_texts is not None and any(text in cells for text in self.null_texts):
            return None
        if self.affinity == "text":
            return cells if types == {str} else None
        if self.affinity == "integer":
            return self._plain_integers(cells)
        if self.affinity == "real" and self.unit is None and not self.decimal_comma:
            return self._plain_decimals(cells)
        return None

    def _plain_integers(self, cells: Sequence[str]) -> Sequence[Any] | None:
        if "".join(cells).encode().translate(None, _DIGITS):
            return None
        if len(max(cells, key=len)) > _MOST_DIGITS:
            return None
        if _LEADING_ZERO_IN_LIST.search("," + ",".join(cells)):
            return None
        if self.unit is not None:
            # All of one unit that is the column's own: then they have as many digits.
            digits = 9 + len(str(PER_SECOND[self.unit]))
            if self.source_unit != self.unit or set(map(len, cells)) != {digits}:
                return None
        return self._without_empty(cells)

    def _plain_decimals(self, cells: Sequence[str]) -> Sequence[Any] | None:
        # The characters of numbers alone: then `float` takes what is a number, and nothing else.
        if "".join(cells).encode().translate(None, _NUMBER_CHARACTERS):
            return None
        filled = self._without_empty(cells)
        if filled is None:
            return None
        try:
            values = [None if cell is None else float(cell) for cell in filled]
        except ValueError:
            return None
        if not all(map(isfinite, filter(None, values))):
            return None
        if len(max(cells, key=len)) > EXACT_CHARACTERS:
            self.lossy += sum(
                len(cell) > EXACT_CHARACTERS and repr(value) != cell and _differ(value, cell)
                for cell, value in zip(cells, values, strict=True)
            )
        return values

    def _without_empty(self, cells: Sequence[str]) -> Sequence[str | None] | None:
        """Return the cells with None for empty ones; None where an empty one is no NULL."""
        if "" not in cells:
            return cells
        return [cell or None for cell in cells] if "" in self.nulls else None

    # Single values

    def _number(self, cell: Any) -> Decimal | int | float:
        if isinstance(cell, bool):
            return int(cell)
        if isinstance(cell, (int, float)):
            return cell
        text = str(cell).strip(" \t")
        if text.lower() in _TRUTH:
            return _TRUTH[text.lower()]
        if self.decimal_comma and text.count(",") == 1 and "." not in text:
            text = text.replace(",", ".")
        if not _NUMBER.fullmatch(text):
            if _THOUSANDS.fullmatch(text):
                raise UnfitError(f"{_shown(cell)} has separators of thousands")
            raise UnfitError(f"{_shown(cell)} is no number")
        if self.affinity != "real" and _LEADING_ZERO.match(text):
            raise UnfitError(f"{_shown(cell)} would lose its leading zeros")
        try:
            return Decimal(text)
        except InvalidOperation as error:
            raise UnfitError(f"{_shown(cell)} is no number") from error

    def _integer(self, number: Decimal | int | float) -> int:
        if isinstance(number, float):
            if not isfinite(number):
                raise UnfitError(f"{number} is no whole number")
            number = Decimal(number)
        if isinstance(number, Decimal):
            if number.adjusted() > _MOST_DIGITS:
                raise UnfitError(f"{_shown(number)} has more than 64 bits")
            whole = int(number)
            if whole != number:
                raise UnfitError(f"{_shown(number)} is no whole number")
            number = whole
        if not -_INT64 <= number < _INT64:
            raise UnfitError(f"{_shown(number)} has more than 64 bits")
        return number

    def _real(self, number: Decimal | int | float) -> float:
        try:
            value = float(number)
        except OverflowError as error:
            raise UnfitError(f"{_shown(number)} is out of the range of REAL") from error
        if not isfinite(value):
            raise UnfitError(f"{_shown(number)} is out of the range of REAL")
        if not isinstance(number, float) and Decimal(repr(value)) != number:
            self.lossy += 1
        return value

    def _numeric(self, cell: Any) -> Any:
        """Return what a column of type DECIMAL, DATE, BOOLEAN … takes: SQLite converts it or not,
        and loses nothing but leading zeros, on which a person may depend.
        """
        if not isinstance(cell, str):
            return cell
        text = cell.strip(" \t")
        if self.decimal_comma and text.count(",") == 1 and "." not in text:
            text = text.replace(",", ".")
        if not _NUMBER.fullmatch(text):
            return _TRUTH.get(text.lower(), str(cell))
        number = self._number(text)
        if isinstance(number, Decimal) and number == number.to_integral_value():
            try:
                return self._integer(number)
            except UnfitError:
                pass
        return self._real(number)

    def _instant(self, cell: Any) -> int | float:
        assert self.unit is not None
        per_s = PER_SECOND[self.unit]
        if isinstance(cell, str) and ISO.fullmatch(cell):
            try:
                microseconds, is_naive = iso_to_us(cell)
            except ValueError as error:
                raise UnfitError(f"{_shown(cell)} is no date") from error
            self.naive += is_naive
            return self._in_unit(Decimal(microseconds) * per_s / 1_000_000)
        number = Decimal(self._number(cell))
        if not number.is_finite():
            raise UnfitError(f"{_shown(cell)} is no instant")
        if self.source_unit is None:
            return self._integer(number) if self.affinity == "integer" else self._real(number)
        found = unit_of_number(number)
        if found not in (None, self.source_unit):
            raise UnfitError(
                f"{_shown(cell)} would be an instant in {found}, the others are in "
                f"{self.source_unit}"
            )
        return self._in_unit(number * per_s / PER_SECOND[self.source_unit])

    def _in_unit(self, number: Decimal) -> int | float:
        if self.affinity != "integer":
            return float(number)
        whole = int(number.to_integral_value(rounding="ROUND_FLOOR"))
        self.cut += whole != number
        return self._integer(whole)


def _differ(value: float | None, cell: str) -> bool:
    return Decimal(repr(value)) != Decimal(cell)


def _as_text(cell: Any) -> Any:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell) if isinstance(cell, (int, float, JsonNumber)) else cell


def _shown(value: Any) -> str:
    text = repr(str(value))
    return text if len(text) <= 60 else f"{text[:59]}…"
