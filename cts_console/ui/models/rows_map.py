"""Which row of the view is which row of the table: places, the keys known so far, and guesses.

The view has a fixed number of rows, and a table tells no row by its number. So:

- a page that was read leaves its first and last key as an anchor; what is near an anchor is found
  from it by passing over some rows, and lies exactly where it is shown;
- a jump far from every anchor goes to the rowid that probably lies there. The rows are real, only
  their number is a guess; the old anchors are forgotten, because they count from another start;
- where the guess meets an end of the table, rows are added or removed above or below, so that the
  first and the last row are the true ones.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from cts_console.schema.browse import RowSlice
from cts_console.schema.browse_cells import Cells
from cts_console.schema.browse_estimate import RowidMap
from cts_console.schema.browse_source import RowSource, Seek
from cts_console.sqlite import Row

NEAR_ROWS: Final = 20_000
"""So many rows are passed over rather than guessed: some milliseconds."""
MOST_POSITIONAL_ROWS: Final = 100_000
"""So far a view or a virtual table is shown: each page computes all rows before it again."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """One reading of neighbouring pages."""

    first_page: int
    """The first page wanted."""
    last_page: int
    """The last page wanted."""
    seek: Seek
    """Where to begin."""
    limit: int
    """How many rows to read."""
    edge: int
    """The row at which the reading starts once it has skipped: the first, backward the last + 1."""
    is_fresh: bool = False
    """Whether the places of the rows are not tied to the pages known so far."""
    is_exact: bool = True
    """Whether the rows lie exactly where they are shown, if those known so far do."""


@dataclass(frozen=True, slots=True)
class PageRows:
    """The rows of one page."""

    rows: tuple[Cells, ...]
    """Cells of each row."""
    keys: tuple[Row, ...]
    """Key of each row."""


@dataclass(frozen=True, slots=True)
class Placement:
    """What a reading changes in the view."""

    pages: dict[int, PageRows] = field(default_factory=dict)
    """The pages that were read."""
    forgets: bool = False
    """Whether pages kept so far no longer lie where they did."""
    removed_above: int = 0
    """Rows to remove before the first."""
    inserted_above: int = 0
    """Rows to insert before the first; a multiple of the page."""
    total: int = 0
    """How many rows the view has after that."""


class RowMap:
    """Places of rows. It knows neither SQL nor Qt."""

    def __init__(
        self,
        source: RowSource,
        page_rows: int,
        *,
        rowids: RowidMap | None = None,
        estimated_rows: int | None = None,
        most_rows: int,
    ) -> None:
        self.source = source
        self.page_rows = page_rows
        self._rowids = rowids if rowids is not None and rowids.spans else None
        self._most_rows = most_rows
        self.total = 0
        self._estimated = estimated_rows
        self.is_total_exact = False
        self.is_exact = True
        """Whether rows lie where they are shown."""
        self._anchors: dict[int, tuple[Row, Row]] = {}
        self._anchored: list[int] = []

    @property
    def is_total_known(self) -> bool:
        """Whether the total is at least an estimate, not only what was seen so far."""
        return self.is_total_exact or self._estimated is not None

    def open_with(self, first: RowSlice) -> Placement:
        """Place the first rows of the source; the total becomes what they and the estimate say."""
        self._remember(0, first, whole=first.is_end)
        self._set_total_behind(0, first)
        if not self.is_total_exact and self._estimated is not None:
            self.total = self._capped(max(self.total, self._estimated))
        return Placement(self._cut(0, first, whole=first.is_end), total=self.total)

    def set_counted(self, rows: int) -> Placement:
        """Take an exact count."""
        self.total, self.is_total_exact = self._capped(rows), True
        self._estimated = rows
        return Placement(total=self.total)

    def plan(self, first_page: int, last_page: int) -> Fetch:
        """Return how to read these pages."""
        start, end = first_page * self.page_rows, (last_page + 1) * self.page_rows
        limit = end - start
        if self.source.is_positional:
            return Fetch(first_page, last_page, Seek(skip=start), limit, start)
        near = min(self._near(first_page, last_page), key=_cost, default=None)
        is_leap_to_end = end >= self.total and not self.is_total_exact
        if near is not None and _cost(near) <= (0 if is_leap_to_end else NEAR_ROWS):
            return near
        top = Fetch(first_page, last_page, Seek(skip=start), limit, start, not self.is_exact)
        if start <= NEAR_ROWS and not is_leap_to_end:
            return top
        bottom = self._from_bottom(first_page, last_page)
        if end >= self.total:
            return bottom
        if self._rowids is not None:
            return self._guess(first_page, last_page, limit)
        choices = [top, *([near] if near is not None else [])]
        if self.is_total_exact:
            choices.append(bottom)
        return min(choices, key=_cost)

    def place(self, fetch: Fetch, found: RowSlice) -> Placement:
        """Take what was read and return what changes."""
        if fetch.is_fresh:
            self._forget()
            self.is_exact = fetch.is_exact
        if found.skipped < fetch.seek.skip:
            return self._place_nothing(fetch, found)
        if fetch.seek.backward:
            return self._place_backward(fetch, found)
        self._remember(fetch.first_page, found, whole=found.is_end)
        self._set_total_behind(fetch.first_page * self.page_rows, found)
        pages = self._cut(fetch.first_page, found, whole=found.is_end)
        return Placement(pages, fetch.is_fresh, total=self.total)

    def seek_row(self, row: int) -> Seek:
        """Return a seek that begins at `row`, from the nearest anchor."""
        page, rest = divmod(row, self.page_rows)
        fetch = self.plan(page, page)
        if fetch.seek.backward:
            key = self._anchors.get(page)
            return Seek(key[0], True, skip=rest) if key is not None else Seek(skip=row)
        seek = fetch.seek
        return Seek(seek.key, seek.inclusive, False, seek.skip + rest)

    # Where to read from

    def _near(self, first_page: int, last_page: int) -> Iterator[Fetch]:
        rows = self.page_rows
        limit = (last_page - first_page + 1) * rows
        place = bisect.bisect_right(self._anchored, first_page)
        if place:
            page = self._anchored[place - 1]
            first, last = self._anchors[page]
            skip = (first_page - page - 1) * rows
            seek = Seek(first, inclusive=True) if page == first_page else Seek(last, skip=skip)
            edge = first_page * rows
            yield Fetch(first_page, last_page, seek, limit, edge, is_exact=self.is_exact)
        place = bisect.bisect_right(self._anchored, last_page)
        if place < len(self._anchored):
            page = self._anchored[place]
            skip = (page - 1 - last_page) * rows
            seek = Seek(self._anchors[page][0], backward=True, skip=skip)
            edge = (last_page + 1) * rows
            yield Fetch(first_page, last_page, seek, limit, edge, is_exact=self.is_exact)

    def _from_bottom(self, first_page: int, last_page: int) -> Fetch:
        start = first_page * self.page_rows
        end = min((last_page + 1) * self.page_rows, self.total)
        is_exact = self.is_total_exact and self.total < self._most_rows
        seek = Seek(backward=True, skip=self.total - end)
        fresh = not (is_exact and self.is_exact)
        return Fetch(first_page, last_page, seek, end - start, end, fresh, is_exact)

    def _guess(self, first_page: int, last_page: int, limit: int) -> Fetch:
        assert self._rowids is not None
        start = first_page * self.page_rows
        down = self.source.key[0].descending
        rowid = self._rowids.rowid_at(start, self.total, descending=down)
        # As many rows as rowids: then each lies where it must.
        dense = self.is_total_exact and self.total == self._rowids.length
        seek = Seek((rowid,), inclusive=True)
        fresh = not (dense and self.is_exact)
        return Fetch(first_page, last_page, seek, limit, start, fresh, dense)

    # What was read

    def _place_backward(self, fetch: Fetch, found: RowSlice) -> Placement:
        start = fetch.edge - len(found.rows)
        if found.is_end and start > 0:
            # The table begins here: there is nothing above.
            self._forget()
            self.is_exact = True
            self.is_total_exact = fetch.seek == Seek(backward=True)
            self.total -= start
            whole = len(found.rows) == self.total
            self._remember(0, found, whole=whole)
            pages = self._cut(0, found, whole=whole)
            return Placement(pages, True, removed_above=start, total=self.total)
        inserted = 0
        if start == 0 and found.is_end:
            self.is_exact = True
        elif start == 0:
            inserted = self._insert_above(found)
        first_page = fetch.first_page + inserted // self.page_rows
        self._remember(first_page, found, whole=True)
        pages = self._cut(first_page, found, whole=True)
        return Placement(pages, fetch.is_fresh, inserted_above=inserted, total=self.total)

    def _place_nothing(self, fetch: Fetch, found: RowSlice) -> Placement:
        """The rows ended while some were passed over."""
        missing = fetch.seek.skip - found.skipped
        if fetch.seek.backward:
            removed = min(fetch.edge + missing, self.total)
            self._forget()
            self.is_exact = True
            self.total -= removed
            return Placement({}, True, removed_above=removed, total=self.total)
        self.total = max(fetch.edge - missing, 0)
        self.is_total_exact = self.is_exact
        return Placement({}, fetch.is_fresh, total=self.total)

    def _insert_above(self, found: RowSlice) -> int:
        above = self.page_rows
        key = found.keys[0] if found.keys else ()
        if self._rowids is not None and key and isinstance(key[0], int):
            above = self._rowids.rows_before(key[0])
            if self.source.key[0].descending:
                above = max(self._rowids.rows - above - 1, 1)
        pages = min(
            -(-max(above, 1) // self.page_rows), (self._most_rows - self.total) // self.page_rows
        )
        self._anchors = {page + pages: keys for page, keys in self._anchors.items()}
        self._anchored = [page + pages for page in self._anchored]
        self.is_exact = False
        self.total += pages * self.page_rows
        return pages * self.page_rows

    def _set_total_behind(self, start: int, found: RowSlice) -> None:
        """Take note that the rows from `start` on were read, and whether they end there."""
        end = start + len(found.rows)
        if found.is_end:
            self.total = self._capped(end)
            # Beyond the end OFFSET gives nothing and does not say by how much.
            was_seen = bool(found.rows) or start == 0
            self.is_total_exact = self.is_exact and (was_seen or not self.source.is_positional)
        elif end >= self.total:
            self.total = self._capped(end + self.page_rows)
            self.is_total_exact = False

    def _capped(self, rows: int) -> int:
        return min(rows, self._most_rows)

    def _remember(self, first_page: int, found: RowSlice, *, whole: bool) -> None:
        if self.source.is_positional:
            return
        for offset in range(0, len(found.keys), self.page_rows):
            keys = found.keys[offset : offset + self.page_rows]
            page = first_page + offset // self.page_rows
            if len(keys) == self.page_rows or whole:
                if page not in self._anchors:
                    bisect.insort(self._anchored, page)
                self._anchors[page] = (keys[0], keys[-1])

    def _cut(self, first_page: int, found: RowSlice, *, whole: bool) -> dict[int, PageRows]:
        """Return the rows by pages; a part of a page only where it is the last of all."""
        pages = {}
        for offset in range(0, len(found.rows), self.page_rows):
            rows = found.rows[offset : offset + self.page_rows]
            if len(rows) == self.page_rows or whole:
                keys = found.keys[offset : offset + self.page_rows]
                pages[first_page + offset // self.page_rows] = PageRows(rows, keys)
        return pages

    def _forget(self) -> None:
        self._anchors.clear()
        self._anchored.clear()


def _cost(fetch: Fetch) -> int:
    return fetch.seek.skip
