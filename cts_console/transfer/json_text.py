"""JSON values with their numbers as they are written, and rows made of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from cts_console.transfer.model import usage
from cts_console.transfer.source import BadRow, Chunk, unique_names

_NAME_ROWS: Final = 1_000


class JsonNumber(str):
    """A number, as the file writes it."""

    __slots__ = ()

    def native(self) -> int | float:
        """Return it as Python's own number."""
        return int(self) if self.lstrip("-").isdigit() else float(self)


class _NotJsonError(ValueError):
    """An object that names something twice."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _NotJsonError(f"{twice!r} is named twice in one object")
    return made


def _constant(name: str) -> Any:
    raise _NotJsonError(f"{name} is no value of JSON")


def make_decoder() -> json.JSONDecoder:
    """Return a decoder that keeps numbers as text and refuses what JSON does not have."""
    return json.JSONDecoder(
        object_pairs_hook=_object,
        parse_float=JsonNumber,
        parse_int=JsonNumber,
        parse_constant=_constant,
    )


def dump(value: Any) -> str:
    """Return a nested value as JSON text, its numbers as they were written."""
    if isinstance(value, JsonNumber):
        return str(value)
    if isinstance(value, list):
        return f"[{','.join(map(dump, value))}]"
    if isinstance(value, dict):
        return f"{{{','.join(f'{json.dumps(k)}:{dump(v)}' for k, v in value.items())}}}"
    return json.dumps(value, ensure_ascii=False)


class JsonRows:
    """Rows out of a stream of (line, value): objects by their names, arrays by their places."""

    def __init__(
        self, values: Iterator[tuple[int, Any]], *, has_header: bool | None, name: str
    ) -> None:
        self._values = values
        self._ahead = list(islice(values, _NAME_ROWS))
        if not self._ahead:
            raise usage("A file without rows", f"{name} holds no row.", "Name another file.")
        first = next((v for _, v in self._ahead if isinstance(v, (dict, list))), None)
        if not first:
            raise usage(
                "No rows", f"{name} holds values that are neither objects nor arrays of fields."
            )
        self._is_object = isinstance(first, dict)
        self.notes: list[str] = []
        """What a person should know of the names."""
        self.has_header: bool | None = None
        """Whether the first array names the columns; None for objects."""
        if self._is_object:
            rows = (value for _, value in self._ahead if isinstance(value, dict))
            self.columns = tuple({str(name): None for row in rows for name in row})
        else:
            self._name_places(list(first), has_header)

    def chunks(self, rows: int) -> Iterator[Chunk]:
        """Yield the rows."""
        ahead, self._ahead = self._ahead, []
        for start in range(0, len(ahead), rows):
            yield self._chunk(ahead[start : start + rows])
        while read := list(islice(self._values, rows)):
            yield self._chunk(read)

    def _name_places(self, first: Sequence[Any], has_header: bool | None) -> None:
        names_itself = all(type(cell) is str for cell in first) and self._ahead[0][1] == first
        self.has_header = names_itself if has_header is None else has_header
        if self.has_header:
            self.columns, self.notes = unique_names([str(cell) for cell in first])
            self._ahead.pop(0)
        else:
            self.columns = tuple(f"column {number}" for number in range(1, len(first) + 1))

    def _chunk(self, read: list[tuple[int, Any]]) -> Chunk:
        chunk = Chunk([], [])
        lines: list[int] = []
        known = set(self.columns)
        for line, value in read:
            reason = self._fault(value, known)
            if reason:
                chunk.bad.append(BadRow(line, [dump(value)], reason))
                continue
            cells = map(value.get, self.columns) if self._is_object else value
            chunk.rows.append(
                [dump(cell) if isinstance(cell, (dict, list)) else cell for cell in cells]
            )
            lines.append(line)
        chunk.lines = lines
        return chunk

    def _fault(self, value: Any, known: set[str]) -> str:
        if isinstance(value, dict) and self._is_object:
            unknown = [name for name in value if name not in known]
            return f"names {unknown[0]!r}, which no row before has" if unknown else ""
        if isinstance(value, list) and not self._is_object:
            width = len(self.columns)
            return "" if len(value) == width else f"{len(value):,} fields instead of {width:,}"
        return "no " + ("object" if self._is_object else "array") + ", as the others are"
