"""The virtual model of a table's rows: a fixed number of rows, pages behind it, never a wait."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from cts_console.errors import CtsError
from cts_console.schema.browse import RowSlice
from cts_console.schema.browse_cells import Cell
from cts_console.schema.browse_source import RowSource, Seek
from cts_console.sqlite import Row
from cts_console.ui.clock import Clock
from cts_console.ui.models.cells import (
    CellLook,
    Format,
    cell_look,
    cell_tip,
    looks_like_instants,
    pending_look,
)
from cts_console.ui.models.rows_jobs import Opening, count_all_rows, fetch_rows, open_rows
from cts_console.ui.models.rows_map import MOST_POSITIONAL_ROWS, Fetch, PageRows, Placement, RowMap
from cts_console.ui.models.rows_pages import PageStore
from cts_console.ui.text import tip_text
from cts_console.worker import Client, Job, Target

MOST_ROWS: Final = 50_000_000
"""Qt cannot lay out more than 2^31 pixels; the view lowers this for high rows."""
PAGE_ROWS: Final = 200
PAGE_TIMEOUT_S: Final = 5.0
# A page of a very wide table has fewer rows, so that it takes no longer.
_CELLS_PER_PAGE: Final = 20_000
_FEWEST_PAGE_ROWS: Final = 20

Index = QModelIndex | Any
"""Qt's annotation allows a persistent index as well; callers pass either."""


class Heading(NamedTuple):
    """What stands over a column."""

    text: str
    """Its name and how it is shown and sorted."""
    tip: str
    """Type, key, and what a click does."""
    is_number: bool
    """Whether it stands at the right, over numbers."""


class RowsModel(QAbstractTableModel):
    """Rows of one source. The view says which rows it shows; `data` serves what is there."""

    opened = Signal()
    """The first rows are there."""
    opening_failed = Signal(object)
    """Carries the `CtsError` for which no row can be shown."""
    page_failed = Signal(object)
    """Carries the `CtsError` for which some rows are missing."""
    pages_arrived = Signal()
    """Rows that were asked for are there, or the number of rows changed."""
    shifted = Signal(int)
    """Rows were added (positive) or removed above what is shown: the view follows."""
    counted = Signal()
    """The exact count is there, or was given up."""

    def __init__(self, client: Client, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._clock = clock
        self._target: Target | None = None
        self._pages = PageStore()
        self._fetch: Fetch | None = None
        self._wanted: tuple[int, int] | None = None
        self._is_downward = True
        self.map: RowMap | None = None
        self.source: RowSource | None = None
        self.exact_count: int | None = None
        self.most_rows = MOST_ROWS
        self.timeout_s = PAGE_TIMEOUT_S
        self.formats: list[Format] = []
        self._looks_instant: list[bool] = []
        self.headings: list[Heading] = []
        clock.changed.connect(self._repaint)

    # What the view asks

    def open(
        self, target: Target, source: RowSource, known_rows: int | None, *, quiet: bool = True
    ) -> None:
        """Show another source; what is shown stays until its first rows are there."""
        self.close()
        self._target, self.source = target, source
        page_rows = max(_FEWEST_PAGE_ROWS, min(PAGE_ROWS, _CELLS_PER_PAGE // len(source.columns)))
        work = partial(open_rows, source=source, limit=2 * page_rows, known_rows=known_rows)
        job = Job(f"Rows of {source.name}", work, target, self.timeout_s, quiet)
        done = partial(self._on_opened, source, page_rows)
        self._client.submit(job, self, done, self.opening_failed.emit, key="open")

    def close(self) -> None:
        """Show nothing."""
        self._client.withdraw(self)
        self.beginResetModel()
        self._pages.clear()
        self._fetch = self._wanted = self.map = self.source = self.exact_count = None
        self.formats, self._looks_instant, self.headings = [], [], []
        self.endResetModel()

    def show_rows(self, first: int, last: int) -> None:
        """Have the rows from `first` to `last` read; called whenever the view moves."""
        if self.map is None or not self.map.total:
            return
        page_rows = self.map.page_rows
        last = min(last, self.map.total - 1)
        wanted = (max(first, 0) // page_rows, max(last, 0) // page_rows)
        if self._wanted is not None and wanted != self._wanted:
            self._is_downward = wanted >= self._wanted
        self._wanted = wanted
        self._serve()

    def read_again(self) -> None:
        """Read the pages again from where they are, without moving."""
        self._pages.clear()
        self.exact_count = None
        if self._fetch is not None:
            self._client.withdraw(self, "page")
            self._fetch = None
        self._repaint()
        self._serve()

    def count(self) -> None:
        """Count the rows exactly, as a job that a person sees and can stop."""
        if self._target is None or self.source is None or self.map is None:
            return
        total = self.map.total if self.map.is_total_known else None
        work = partial(count_all_rows, source=self.source, total=total)
        job = Job(f"Count the rows of {self.source.name}", work, self._target)
        self._client.submit(job, self, self._on_counted, self._on_count_failed, key="count")

    # What the view shows

    def cell(self, row: int, column: int) -> tuple[bool, Cell]:
        """Return whether the row is there, and its value."""
        page = self._page_of(row)
        if page is None or self.map is None:
            return False, None
        offset = row % self.map.page_rows
        return (True, page.rows[offset][column]) if offset < len(page.rows) else (False, None)

    def key(self, row: int) -> Row | None:
        """Return the key of a row that is there."""
        page = self._page_of(row)
        if page is None or self.map is None:
            return None
        offset = row % self.map.page_rows
        return page.keys[offset] if offset < len(page.keys) else None

    def seek_of(self, row: int) -> Seek | None:
        """Return how to find one row that is there; None for one that is not."""
        key = self.key(row)
        if key is None:
            return None
        return Seek(key, inclusive=True) if key else Seek(skip=row)

    def look(self, row: int, column: int) -> CellLook:
        """Return how a cell is painted."""
        is_there, cell = self.cell(row, column)
        if not is_there:
            return pending_look()
        return cell_look(cell, as_instant=self.is_instant(column), clock=self._clock)

    def is_instant(self, column: int) -> bool:
        """Return whether the integers of a column are shown as instants."""
        kind = self.formats[column] if column < len(self.formats) else "raw"
        return kind == "instant" or (kind == "auto" and self._looks_instant[column])

    def set_format(self, column: int, kind: Format) -> None:
        """Show a column raw, as instants, or as it looks."""
        self.formats[column] = kind
        self._repaint()

    def set_headings(self, headings: list[Heading]) -> None:
        """Show other words over the columns."""
        self.headings = headings
        if headings:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(headings) - 1)

    def first_cells(self, column: int, count: int = 100) -> list[Cell]:
        """Return the first values of a column that are there."""
        page = self._pages.get(0)
        return [row[column] for row in page.rows[:count]] if page is not None else []

    # Qt's model

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the rows of the view."""
        return 0 if parent.isValid() or self.map is None else self.map.total

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the columns of the source."""
        if parent.isValid() or self.source is None or self.map is None:
            return 0
        return len(self.source.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's heading."""
        if orientation != Qt.Orientation.Horizontal or section >= len(self.headings):
            return None
        heading = self.headings[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return heading.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip_text(heading.tip)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if heading.is_number else _LEFT
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's look; never waits."""
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.look(row, column).text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self.look(row, column).is_number else _LEFT
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            cell = self.cell(row, column)[1]
            return cell_tip(cell, as_instant=self.is_instant(column), clock=self._clock) or None
        return None

    # Pages

    def _page_of(self, row: int) -> PageRows | None:
        if self.map is None:
            return None
        return self._pages.get(row // self.map.page_rows)

    def _serve(self) -> None:
        """Ask for what is shown and missing; a question that serves nobody is withdrawn."""
        if self.map is None or self._wanted is None or self._target is None:
            return
        missing = [p for p in range(self._wanted[0], self._wanted[1] + 1) if self._is_missing(p)]
        if not missing:
            if self._fetch is None:
                self._read_ahead()
            return
        if self._fetch is not None:
            running = range(self._fetch.first_page, self._fetch.last_page + 1)
            if any(page in running for page in missing):
                return
        self._submit(missing[0], missing[-1])

    def _is_missing(self, number: int) -> bool:
        """Return whether a page, or a part of it that has come since, is not there."""
        assert self.map is not None
        page = self._pages.get(number)
        held = 0 if page is None else len(page.rows)
        return held < min(self.map.page_rows, self.map.total - number * self.map.page_rows)

    def _read_ahead(self) -> None:
        assert self.map is not None
        assert self._wanted is not None
        page = self._wanted[1] + 1 if self._is_downward else self._wanted[0] - 1
        if 0 <= page * self.map.page_rows < self.map.total and self._is_missing(page):
            self._submit(page, page)

    def _submit(self, first_page: int, last_page: int) -> None:
        assert self.map is not None
        assert self.source is not None
        self._fetch = self.map.plan(first_page, last_page)
        work = partial(
            fetch_rows, source=self.source, seek=self._fetch.seek, limit=self._fetch.limit
        )
        # A filter without an index or a view may take long: then it is shown and can be stopped.
        quiet = not self.source.is_positional and not self.source.conditions
        job = Job(f"Rows of {self.source.name}", work, self._target, self.timeout_s, quiet)
        done = partial(self._on_page, self._fetch)
        self._client.submit(job, self, done, self._on_page_failed, key="page")

    # Answers

    def _on_opened(self, source: RowSource, page_rows: int, opening: Opening) -> None:
        most = min(self.most_rows, MOST_POSITIONAL_ROWS) if source.is_positional else self.most_rows
        self.beginResetModel()
        self.map = RowMap(
            source,
            page_rows,
            rowids=opening.rowids,
            estimated_rows=opening.estimated_rows,
            most_rows=most,
        )
        placement = self.map.open_with(opening.first)
        self._keep(placement.pages)
        if opening.counted_rows is not None:
            self.map.set_counted(opening.counted_rows)
        self.formats = ["auto"] * len(source.columns)
        self._looks_instant = [
            looks_like_instants(name, self.first_cells(column, page_rows))
            for column, name in enumerate(source.columns)
        ]
        if self.map.is_total_exact:
            self.exact_count = self.map.total
        self.endResetModel()
        self.opened.emit()

    def _on_page(self, fetch: Fetch, found: RowSlice) -> None:
        if self.map is None:
            return
        self._fetch = None
        old_total = self.map.total
        placement = self.map.place(fetch, found)
        self._apply(placement, old_total)
        if self.map.is_total_exact:
            self.exact_count = self.map.total
        elif self.exact_count is not None and self.map.total < self.most_rows:
            # There are more rows than there were.
            self.exact_count = None
        self.pages_arrived.emit()
        self._serve()

    def _on_page_failed(self, error: CtsError) -> None:
        self._fetch = None
        self.page_failed.emit(error)

    def _on_counted(self, rows: int) -> None:
        if self.map is None:
            return
        old_total = self.map.total
        self._apply(self.map.set_counted(rows), old_total)
        self.exact_count = rows
        self.counted.emit()

    def _on_count_failed(self, error: CtsError) -> None:
        self.counted.emit()
        if error.code != "cancelled":
            self.page_failed.emit(error)

    def _apply(self, placement: Placement, old_total: int) -> None:
        """Bring Qt's rows in line; the map holds the new numbers already."""
        assert self.map is not None
        if placement.forgets:
            self._pages.clear()
        final = self.map.total
        if placement.removed_above:
            self._change_rows(old_total, 0, -placement.removed_above)
            old_total -= placement.removed_above
            self.shifted.emit(-placement.removed_above)
        if placement.inserted_above:
            shift = placement.inserted_above // self.map.page_rows
            self._pages.shift(shift)
            self._change_rows(old_total, 0, placement.inserted_above)
            old_total += placement.inserted_above
            if self._wanted is not None:
                self._wanted = (self._wanted[0] + shift, self._wanted[1] + shift)
            self.shifted.emit(placement.inserted_above)
        if final != old_total:
            self._change_rows(old_total, min(old_total, final), final - old_total)
        self._keep(placement.pages)
        if self._wanted is not None and final:
            last_page = (final - 1) // self.map.page_rows
            self._wanted = (min(self._wanted[0], last_page), min(self._wanted[1], last_page))
        self._repaint()

    def _change_rows(self, old_total: int, place: int, difference: int) -> None:
        """Tell Qt of rows that come (positive) or go at `place`; it may ask in between."""
        assert self.map is not None
        final, self.map.total = self.map.total, old_total
        last = place + abs(difference) - 1
        if difference > 0:
            self.beginInsertRows(QModelIndex(), place, last)
            self.map.total = old_total + difference
            self.endInsertRows()
        else:
            self.beginRemoveRows(QModelIndex(), place, last)
            self.map.total = old_total + difference
            self.endRemoveRows()
        self.map.total = final

    def _keep(self, pages: dict[int, PageRows]) -> None:
        self._pages.keep(pages, needed=self._wanted or (0, 0))

    def _repaint(self) -> None:
        if self.map is not None and self.map.total and self.columnCount():
            last = self.index(self.map.total - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def column_names(self) -> Sequence[str]:
        """Return the names of the columns."""
        return self.source.columns if self.source is not None else ()


_LEFT: Final = Qt.AlignmentFlag.AlignLeft
