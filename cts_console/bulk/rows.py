"""The input of a bulk operation: any iterable of rows, read as a stream in chunks of tuples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from functools import partial
from itertools import chain, islice
from operator import itemgetter
from typing import Any, Final, Protocol, cast

from cts_console.bulk.model import usage

Chunk = list[tuple[Any, ...]]
CHUNK_BYTES: Final = 16_000_000
"""Memory that a chunk may take, about: fewer rows make one where they are wide."""
_SCALARS: Final = (str, bytes, bytearray, int, float)
_TEXTS: Final = (str, bytes, bytearray)
_KNOWN: Final = (tuple, list)
# By so many rows of a chunk it is told how wide they are.
_SAMPLE_ROWS: Final = 16
# What Python needs for a value besides its text, and for a row besides its values.
_VALUE_BYTES: Final = 48
_ROW_BYTES: Final = 64


class _Array(Protocol):
    """What is used of a numpy array; numpy itself is not needed."""

    dtype: Any
    shape: Any

    def __len__(self) -> int: ...
    def __getitem__(self, part: slice) -> Any: ...


class RowSource:
    """Rows as tuples in the order of `columns`.

    `columns` is None where neither the caller nor the rows name any: then whoever reads sets it
    to the table's own. `total` is None where nobody knows how many rows there are. Memory holds one
    chunk. `row_bytes` is about what a row of the last chunk takes of it.
    """

    def __init__(self, rows: Iterable[Any], columns: Sequence[str] | None) -> None:
        self.columns = None if columns is None else tuple(columns)
        self.total = len(rows) if isinstance(rows, Sized) else None
        self.row_bytes = 0
        self._read: Callable[[int], Iterator[Chunk]]
        self._most_bytes: int | None = None
        if _is_array(rows):
            self._open_array(cast("_Array", rows))
            return
        stream = iter(rows)
        first = next(stream, None)
        if first is None:
            self._read = lambda _size: iter(())
            return
        stream = chain((first,), stream)
        if isinstance(first, Mapping):
            self._open_mappings(first, stream)
        else:
            if isinstance(first, _SCALARS):
                raise usage(
                    "Not rows",
                    f"Row 1 is a {type(first).__name__}: a row is a sequence or a mapping.",
                    "Put each row into a tuple.",
                )
            self._read = lambda size: _read_sequences(partial(self._take, stream, size))

    def chunks(self, chunk_rows: int, most_bytes: int | None = CHUNK_BYTES) -> Iterator[Chunk]:
        """Yield the rows, at most `chunk_rows` at a time; the source can be read once.

        Rows of which so many would take more than `most_bytes` come fewer at a time (None: never).
        Raises `CtsError("usage")` for a row that is none; it names the row's number from 1.
        """
        self._most_bytes = most_bytes
        number = 0
        width = len(self.columns or ())
        for chunk in self._read(chunk_rows):
            _check_widths(chunk, width, number)
            number += len(chunk)
            yield chunk

    def _open_array(self, array: _Array) -> None:
        names = array.dtype.names
        if names is None and self.columns is None and len(getattr(array, "shape", ())) != 2:
            raise usage("Not rows", "The array has neither named fields nor two dimensions.")
        kinds = [array.dtype[name].kind for name in names] if names else [array.dtype.kind]
        if set(kinds) & set("mMcV"):
            raise usage(
                "Values that SQLite does not have",
                "The array holds times, complex numbers or nested fields.",
                "Turn times into whole numbers of the column's unit first.",
            )
        if names and self.columns is None:
            self.columns = tuple(names)
        width = len(kinds) if names else int(array.shape[1])
        self.row_bytes = _ROW_BYTES + width * _VALUE_BYTES + int(array.dtype.itemsize)
        self._read = lambda size: _read_array(array, self._limit(size))

    def _open_mappings(self, first: Mapping[str, Any], stream: Iterator[Any]) -> None:
        # Whoever names columns wants these of what each row holds, and no others.
        exact = self.columns is None
        columns = self.columns = tuple(first) if self.columns is None else self.columns
        if not columns:
            raise usage("No columns", "Row 1 names no column.")
        pick = itemgetter(*columns) if len(columns) > 1 else lambda row: (row[columns[0]],)
        self._read = lambda size: _read_mappings(
            partial(self._take, stream, size), columns, pick, exact=exact
        )

    def _take(self, stream: Iterator[Any], size: int) -> list[Any]:
        """Return the next rows, at most `size`."""
        taken = list(islice(stream, min(self._limit(size), _SAMPLE_ROWS)))
        if taken:
            self.row_bytes = sum(map(_estimate_bytes, taken)) // len(taken)
            taken += islice(stream, max(0, self._limit(size) - len(taken)))
        return taken

    def _limit(self, size: int) -> int:
        if self._most_bytes is None:
            return size
        return max(1, min(size, self._most_bytes // max(1, self.row_bytes)))


def _estimate_bytes(row: Any) -> int:
    """Return about how much memory a row takes; one that can be read once is not read for it."""
    values = row.values() if isinstance(row, Mapping) else row if type(row) in _KNOWN else ()
    texts = sum(len(value) for value in values if isinstance(value, _TEXTS))
    return _ROW_BYTES + _VALUE_BYTES * len(values) + texts


def _is_array(rows: object) -> bool:
    return hasattr(rows, "dtype") and hasattr(rows, "tolist") and isinstance(rows, Sized)


def _read_array(array: _Array, size: int) -> Iterator[Chunk]:
    for start in range(0, len(array), size):
        # `tolist` turns a whole chunk into Python's own numbers, many times faster than one by one.
        yield [tuple(row) for row in array[start : start + size].tolist()]


def _read_sequences(take: Callable[[], list[Any]]) -> Iterator[Chunk]:
    while chunk := take():
        if set(map(type, chunk)) == {tuple}:
            yield chunk
        else:
            yield [row if type(row) is tuple else _as_tuple(row) for row in chunk]


def _as_tuple(row: Any) -> tuple[Any, ...]:
    if isinstance(row, (Mapping, *_SCALARS)) or not isinstance(row, Iterable):
        # Of the wrong width, so that the check of widths names its number.
        return _NOT_A_ROW
    return tuple(row.tolist()) if hasattr(row, "tolist") else tuple(row)


_NOT_A_ROW: Final[tuple[Any, ...]] = ()


def _read_mappings(
    take: Callable[[], list[Any]],
    columns: tuple[str, ...],
    pick: Callable[[Any], tuple[Any, ...]],
    *,
    exact: bool,
) -> Iterator[Chunk]:
    number = 0
    width = len(columns)
    while chunk := take():
        try:
            picked = [pick(row) for row in chunk]
        except (KeyError, TypeError, IndexError):
            raise _missing(chunk, columns, number, exact=exact) from None
        if exact and any(len(row) != width for row in chunk):
            raise _missing(chunk, columns, number, exact=exact)
        yield picked
        number += len(chunk)


def _missing(
    chunk: Sequence[Any], columns: tuple[str, ...], before: int, *, exact: bool
) -> Exception:
    """Return the error for the first row whose names are others than the columns."""
    for number, row in enumerate(chunk, before + 1):
        if not isinstance(row, Mapping):
            return usage("Not a row", f"Row {number:,} is no mapping, as the first one was.")
        missing = [name for name in columns if name not in row]
        unknown = [str(name) for name in row if name not in columns] if exact else []
        if missing or unknown:
            parts = [f"lacks {', '.join(missing)}"] if missing else []
            parts += [f"has also {', '.join(unknown)}"] if unknown else []
            return usage(
                "Rows of different shapes",
                f"Row {number:,} {' and '.join(parts)}.",
                "Give every row the same names, or say with `columns` which ones are meant.",
            )
    raise AssertionError("every row has the columns")


def _check_widths(chunk: Chunk, width: int, before: int) -> None:
    widths = set(map(len, chunk))
    if widths == {width}:
        return
    number, row = next(
        (number, row) for number, row in enumerate(chunk, before + 1) if len(row) != width
    )
    raise usage(
        "Rows of different lengths",
        f"Row {number:,} has {len(row):,} values; {width:,} are expected.",
        "Correct that row.",
    )
