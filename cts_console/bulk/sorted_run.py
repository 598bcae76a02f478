"""The part of an insert in which rows are set aside and written in the order of their key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import compress
from typing import Final

from cts_console.bulk.model import Rejection, RejectSink
from cts_console.bulk.rows import Chunk
from cts_console.bulk.sorting import SetAside, SortKey, open_set_aside
from cts_console.bulk.writing import Writer, shown_values
from cts_console.progress import CancelToken

_PIECE_ROWS: Final = 5_000

WriteChunk = Callable[[Chunk], None]


@dataclass(slots=True)
class SortedRun:
    """Writes what is left of a stream. Every row is told by its number in the input."""

    writer: Writer
    """Writes into the table."""
    write: WriteChunk
    """Writes some rows by it, and looks after progress and stop meanwhile."""
    aside_told: Callable[[int], None]
    """Is told how many rows were set aside, at each chunk; may raise the stop."""
    rejects: RejectSink | None
    """Takes refused rows, in the order of the input."""

    def run(self, chunks: Iterator[Chunk], key: SortKey, cancel: CancelToken | None) -> None:
        """Write all rows. Raises as `Writer.write` does, for the first refused row of the input."""
        with open_set_aside(key, len(self.writer.columns), cancel) as aside:
            for chunk in chunks:
                if not aside.add(chunk, self.writer.read + aside.rows + 1):
                    # It holds what is no value of SQLite's; it is refused in the usual way.
                    self._bring(aside)
                    self.write(chunk)
                elif aside.is_full:
                    self._bring(aside)
                self.aside_told(aside.rows)
            self._bring(aside)

    def _bring(self, aside: SetAside) -> None:
        """Write what was set aside, and tell of refused rows in the order of the input."""
        if not aside.rows:
            return
        refused = _Refused(aside, keep=self.rejects is not None)
        self.writer.rejects = refused
        try:
            for numbers, rows in aside.read_sorted(_PIECE_ROWS):
                # Of an input that fails only what comes before the first refused row matters.
                wanted = [refused.first is None or number < refused.first for number in numbers]
                self.writer.numbers = list(compress(numbers, wanted))
                self.write(list(compress(rows, wanted)))
        finally:
            self.writer.rejects = self.rejects
        self._tell_refused(aside, refused)
        self.writer.numbers = ()
        aside.clear()

    def _tell_refused(self, aside: SetAside, refused: _Refused) -> None:
        if self.rejects is not None:
            for number, reason, values in aside.read_refused():
                shown = shown_values(self.writer.columns, values)
                self.rejects.append(Rejection(number, shown, reason))
        elif refused.first is not None:
            self.writer.rejected -= refused.count
            self.writer.numbers = [refused.first]
            self.writer.write([aside.read_row(refused.first)])
            raise AssertionError(f"row {refused.first} was refused and then was not")


class _Refused:
    """Rows that the table refused, in the order of the key."""

    def __init__(self, aside: SetAside, *, keep: bool) -> None:
        self._aside = aside
        self._keep = keep
        self.count = 0
        self.first: int | None = None
        """Where nobody takes refused rows, the one that comes first in the input."""

    def append(self, rejection: Rejection, /) -> None:
        self.count += 1
        if self._keep:
            self._aside.refuse(rejection.row, rejection.reason)
        elif self.first is None or rejection.row < self.first:
            self.first = rejection.row
