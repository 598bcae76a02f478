"""The dialect of a CSV, from its first lines: delimiter, header, decimal comma."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cts_console.transfer.model import ReadOptions, usage

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

_DELIMITERS: Final = (",", ";", "\t", "|")
# What a person writes for a character that is hard to type, or for none.
_SPELLED: Final = {"\\t": "\t", "tab": "\t", "none": ""}
_NAMES: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SAMPLE_LINES: Final = 200
_MOST_LINES_BEFORE: Final = 5
_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9.,' ]*(?:[eE][+-]?[0-9]+)?")
_COMMA_NUMBER: Final = re.compile(r"[+-]?[0-9]+,[0-9]+")
_POINT_NUMBER: Final = re.compile(r"[+-]?[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV is written."""

    delimiter: str
    """Between fields."""
    quote: str
    """Around fields; a doubled one stands for itself. "" where quotes mean nothing."""
    has_header: bool
    """Whether the first row names the columns."""
    decimal_comma: bool
    """Whether numbers are written as 1,5."""
    skip_lines: int
    """Lines before the first row."""
    reasons: tuple[str, ...]
    """Why."""


def find_dialect(text: str, *, is_whole: bool, options: ReadOptions) -> Dialect:
    """Return the dialect of the CSV that begins with `text`, as ordered or as found.

    Raises `CtsError("usage")` for an ordered delimiter or quote that is not one character, and for
    one that is both.
    """
    quote = _ordered(options.quote, "quote", may_be_none=True)
    quote = '"' if quote is None else quote
    delimiter = _ordered(options.delimiter, "delimiter", may_be_none=False)
    reasons: list[str] = []
    if delimiter is None:
        delimiter, why = _find_delimiter(text, quote, is_whole=is_whole)
        reasons.append(why)
    if delimiter == quote:
        raise usage(
            "One character for two things",
            f"{quote!r} cannot stand between fields and around them as well.",
            "Name another delimiter, or another quote.",
        )
    rows = _read_sample(text, delimiter, quote, is_whole=is_whole)
    skip = options.skip_lines
    if skip is None:
        skip = _lines_before(rows)
        if skip:
            reasons.append(f"{skip} lines before the table are passed over")
    rows = [row for row in rows[skip:] if row]
    has_header = options.has_header
    if has_header is None:
        has_header, why = _find_header(rows)
        reasons.append(why)
    comma = options.decimal_comma
    if comma is None:
        comma = delimiter != "," and _has_decimal_comma(rows[has_header:])
        if comma:
            reasons.append("numbers are written with a decimal comma")
    return Dialect(delimiter, quote, has_header, comma, skip, tuple(reasons))


def read_csv(
    lines: Iterable[str], delimiter: str, quote: str, *, strict: bool = False
) -> CsvReader:
    """Return a reader of the rows; with `strict` it refuses what is no CSV."""
    return csv.reader(
        lines,
        delimiter=delimiter,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        strict=strict,
    )


def _ordered(text: str | None, what: str, *, may_be_none: bool) -> str | None:
    if text is None:
        return None
    text = _SPELLED.get(text, text)
    if not text and may_be_none:
        return text
    if len(text) != 1 or text in "\r\n\0":
        raise usage("Not one character", f"The {what} {text!r} is not one character of a line.")
    return text


def _read_sample(text: str, delimiter: str, quote: str, *, is_whole: bool) -> list[list[str]]:
    rows: list[list[str]] = []
    lines = text.splitlines(keepends=True)
    if not is_whole and len(lines) > 1:
        lines.pop()
    try:
        for row in read_csv(lines, delimiter, quote):
            rows.append(row)
            if len(rows) == _SAMPLE_LINES:
                break
    except csv.Error:
        # The reader proper tells where; for the dialect the rows before it are enough.
        pass
    return rows


def _find_delimiter(text: str, quote: str, *, is_whole: bool) -> tuple[str, str]:
    """Return the delimiter by which most lines have the same number of fields, more than one."""
    possible = [mark for mark in _DELIMITERS if mark != quote]
    best, best_score = possible[0], (0.0, 0)
    for delimiter in possible:
        rows = [row for row in _read_sample(text, delimiter, quote, is_whole=is_whole) if row]
        widths = Counter(map(len, rows))
        if not widths:
            continue
        width, count = widths.most_common(1)[0]
        score = (round(count / len(rows), 1), width) if width > 1 else (0.0, 0)
        if score > best_score:
            best, best_score = delimiter, score
    if not best_score[1]:
        return best, "no delimiter divides its lines: one column"
    return best, f"{_NAMES[best]} divide its lines into {best_score[1]} fields"


def _lines_before(rows: Sequence[Sequence[str]]) -> int:
    """Return how many lines of one field stand before rows of several, such as a source's name."""
    for number, row in enumerate(rows[: _MOST_LINES_BEFORE + 1]):
        if len(row) > 1:
            after = [len(other) for other in rows[number:] if other]
            is_table = len(after) > 1 and after.count(len(row)) * 2 > len(after)
            return number if is_table else 0
    return 0


def _find_header(rows: Sequence[Sequence[str]]) -> tuple[bool, str]:
    if not rows:
        return False, "there is no row"
    first = [cell.strip() for cell in rows[0]]
    if any(_NUMBER.fullmatch(cell) or _DATE.match(cell) for cell in first):
        return False, "its first row holds numbers or dates: no header"
    if not any(first):
        return False, "its first row names nothing: no header"
    return True, "its first row holds names: a header"


def _has_decimal_comma(rows: Sequence[Sequence[str]]) -> bool:
    cells = [cell.strip() for row in rows for cell in row]
    return any(map(_COMMA_NUMBER.fullmatch, cells)) and not any(map(_POINT_NUMBER.fullmatch, cells))
