"""The rows of a file, converted chunk by chunk, on their way to the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from cts_console.transfer.plan import Plan
from cts_console.transfer.rejects import Rejects
from cts_console.transfer.source import Chunk


class RowStream:
    """Yields converted rows; rows that do not fit go to `rejects`."""

    def __init__(
        self,
        plan: Plan,
        chunks: Iterator[Chunk],
        rejects: Rejects,
        check: Callable[[], None] | None = None,
    ) -> None:
        self._check = check
        self._plan = plan
        self._chunks = chunks
        self._rejects = rejects
        self.read = 0
        """Rows of the file that were read."""

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        yield from chain.from_iterable(map(self._convert, self._chunks))
        if self._check is not None:
            # The last moment at which the transaction can still be undone.
            self._check()

    def _convert(self, chunk: Chunk) -> Iterator[tuple[Any, ...]]:
        self.read += len(chunk.rows) + len(chunk.bad)
        refused = [(bad.line, bad.values, bad.reason) for bad in chunk.bad]
        columns, unfit = self._plan.convert(chunk.rows) if chunk.rows else ([], {})
        refused += [(chunk.lines[at], chunk.rows[at], why) for at, why in unfit.items()]
        for line, values, reason in sorted(refused, key=lambda each: each[0]):
            self._rejects.add(line, values, reason)
        if not unfit:
            self._rejects.handed_on(chunk.lines, chunk.rows)
            return zip(*columns, strict=True)
        kept = [place for place in range(len(chunk.rows)) if place not in unfit]
        self._rejects.handed_on(
            [chunk.lines[place] for place in kept], [chunk.rows[place] for place in kept]
        )
        rows = list(zip(*columns, strict=True))
        return iter([rows[place] for place in kept])
