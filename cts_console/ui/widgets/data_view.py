"""The data view: rows of one table or view, found, filtered, sorted, copied, looked into."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from cts_console.errors import CtsError
from cts_console.schema import RowCount, Schema, Table, View
from cts_console.schema.browse_cells import Cut
from cts_console.schema.browse_source import (
    Condition,
    RowSource,
    plan_rows,
    why_full_scan,
    why_not_sortable,
)
from cts_console.ui.context import WindowContext
from cts_console.ui.models.cells import Format
from cts_console.ui.models.rows import PAGE_TIMEOUT_S, RowsModel
from cts_console.ui.widgets.basics import SPACE
from cts_console.ui.widgets.cell_panel import CellPanel
from cts_console.ui.widgets.data_view_chips import Filter, FilterChips
from cts_console.ui.widgets.data_view_clipboard import copy_selection
from cts_console.ui.widgets.data_view_copy import CopyFormat
from cts_console.ui.widgets.data_view_headings import Links, make_headings
from cts_console.ui.widgets.data_view_memory import TableMemory
from cts_console.ui.widgets.data_view_menus import cell_menu, header_menu
from cts_console.ui.widgets.data_view_status import RowsStatus, problem_error
from cts_console.ui.widgets.data_view_table import RowsTable
from cts_console.ui.widgets.data_view_trace import row_subject
from cts_console.ui.widgets.state_stack import StateStack
from cts_console.worker import Target

_LONG_TIMEOUT_S = 120.0


class DataView(QWidget):
    """Shows rows; what it needs it asks for through `context.browse`."""

    follow_wanted = Signal(str, object)
    """Carries a parent table and the `Filter` that finds the row there."""
    rows_known = Signal(str, object)
    """Carries a table and its `RowCount`, better than what was known before."""
    trace_wanted = Signal(object)
    """Carries the `TraceSubject` of a row: what happened to it is wanted."""
    export_wanted = Signal()
    """The rows are wanted as a file."""
    schema_doubted = Signal()
    """A statement failed as it does where the table was dropped or altered meanwhile."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._schema: Schema | None = None
        self._target: Target | None = None
        self._known_rows: int | None = None
        self._sort: tuple[str, bool] | None = None
        self._links = Links()
        self._memory = TableMemory(context.settings)
        self.table_shown: Table | View | None = None
        self.filters: list[Filter] = []
        self.model = RowsModel(context.browse, context.clock, self)
        self.grid = RowsTable(self.model, context.theme)
        self.panel = CellPanel(context.browse, context.theme)
        self.chips = FilterChips(context.theme)
        self.status = RowsStatus(context.theme)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self.stack = StateStack(context.theme, self._splitter)
        self._lay_out()
        self._connect()

    # What is shown

    @property
    def path(self) -> Path | None:
        """The file whose rows are shown."""
        return None if self._target is None else self._target.path

    def show_table(
        self,
        target: Target,
        schema: Schema,
        table: Table | View,
        known_rows: int | None,
        filters: list[Filter] | None = None,
    ) -> None:
        """Show the rows of `table`; `known_rows` is what the statistics say about it."""
        self._keep_memory()
        self._target, self._schema, self.table_shown = target, schema, table
        self._known_rows, self._sort = known_rows, None
        self.filters = [self._with_note(one) for one in filters or []]
        self._links = Links.of(schema, table)
        self.model.timeout_s = PAGE_TIMEOUT_S
        self._open()

    def clear(self) -> None:
        """Show nothing."""
        self._keep_memory()
        self.table_shown = self._schema = self._target = None
        self.filters = []
        self.model.close()
        self.panel.clear()
        self.chips.show_filters([])
        self.stack.show_empty(self.tr("No table"), self.tr("Choose a table or view on the left."))

    def read_again(self) -> None:
        """Read the rows again and stay where the person is."""
        if self.stack.currentWidget() is self._splitter and self.model.map is not None:
            self.model.read_again()
        elif self.table_shown is not None:
            self._open()

    def set_schema(self, schema: Schema, table: Table | View) -> None:
        """Take a schema that was read again; what is the same stays as it is."""
        is_same = table == self.table_shown
        self._schema = schema
        if not is_same and self._target is not None:
            self.show_table(self._target, schema, table, self._known_rows, self.filters)

    def set_panel_visible(self, visible: bool) -> None:
        """Show or hide the panel with the whole value."""
        self.panel.setVisible(visible)
        self._on_cell_changed()

    # What a person does

    def filter_by_cell(self) -> None:
        """Show only the rows with the current cell's value in its column."""
        index = self.grid.currentIndex()
        is_there, cell = self.model.cell(index.row(), index.column())
        if index.isValid() and is_there and not isinstance(cell, Cut):
            column = self.model.column_names()[index.column()]
            self.add_filter(Filter((Condition(column, (cell,)),)))

    def add_filter(self, wanted: Filter) -> None:
        """Add a filter to those in force."""
        if wanted.conditions not in [one.conditions for one in self.filters]:
            self.filters.append(self._with_note(wanted))
            self._open()

    def remove_filter(self, number: int) -> None:
        """Take a filter away."""
        if number < len(self.filters):
            del self.filters[number]
            self._open()

    def sort_by(self, column: str, *, descending: bool = False) -> None:
        """Show the rows in the order of a column, where an index keeps it."""
        if self.table_shown is None:
            return
        reason = why_not_sortable(self.table_shown, column)
        if reason:
            self.status.show_note(self.tr("{0}: {1}").format(column, reason))
            return
        self._sort = (column, descending)
        self._open()

    def sort_by_own_order(self) -> None:
        """Show the rows in the order of the table itself."""
        self._sort = None
        self._open()

    def copy(self, kind: CopyFormat = "plain", *, with_headers: bool = False) -> None:
        """Copy the selected cells; as CSV, JSON, Markdown or INSERT, the whole selected rows."""
        copy_selection(self, self._target, kind, with_headers=with_headers)

    def follow(self, row: int, column: int) -> None:
        """Go to the row that a foreign key points to."""
        key = self._links.by_column.get(column)
        source = self.model.source
        if key is None or source is None or self.table_shown is None:
            return
        conditions = []
        for own, its in zip(key.columns, key.parent_columns, strict=True):
            is_there, cell = self.model.cell(row, source.columns.index(own))
            if not is_there or cell is None:
                return
            if isinstance(cell, Cut):
                self.status.show_note(self.tr("The value is too long to be followed."))
                return
            conditions.append(Condition(its, (cell,)))
        self.follow_wanted.emit(key.parent, Filter(tuple(conditions)))

    def trace(self) -> None:
        """Ask for the story of the current row's position or order."""
        subject = row_subject(self)
        if subject is not None:
            self.trace_wanted.emit(subject)

    def set_format(self, column: int, kind: Format) -> None:
        """Show a column raw, as instants, or as it looks."""
        self.model.set_format(column, kind)
        self._dress_headings()

    # Opening

    def _open(self) -> None:
        table = self.table_shown
        if table is None or self._target is None:
            return
        self.chips.show_filters(self.filters)
        self.status.clear()
        self.panel.clear()
        if table.problem or not table.columns:
            self.model.close()
            self.stack.show_error(problem_error(table))
            return
        sort, descending = self._sort or (None, False)
        try:
            source = plan_rows(table, sort=sort, descending=descending)
        except CtsError as error:
            self.stack.show_error(error)
            return
        conditions = tuple(condition for one in self.filters for condition in one.conditions)
        self._open_source(source.filtered(conditions))

    def _open_source(self, source: RowSource) -> None:
        assert self._target is not None
        is_heavy = source.is_positional or bool(source.conditions)
        # What stands there is about the table before.
        self.stack.show_content()
        self.stack.show_loading()
        self.model.open(self._target, source, self._known_rows, quiet=not is_heavy)

    def _on_opened(self) -> None:
        self.grid.links = frozenset(self._links.by_column)
        self._restore_memory()
        self._dress_headings()
        if not self._memory.restore_widths(self.grid):
            self.grid.fit_columns()
        self.grid.scrollToTop()
        self.grid.horizontalScrollBar().setValue(0)
        row_map = self.model.map
        if row_map is not None and not row_map.total:
            self._show_no_rows()
        else:
            self.stack.show_content()
            first, last = self.grid.visible_rows()
            self.model.show_rows(first, last)
        self._tell_rows()

    def _show_no_rows(self) -> None:
        if self.filters:
            title = self.tr("No row has this")
            self.stack.show_empty(
                title, "", partial(self.remove_filter, len(self.filters) - 1), "Remove the filter"
            )
        else:
            self.stack.show_empty(self.tr("No rows"), self.tr("The table is empty."))

    def _on_opening_failed(self, error: CtsError) -> None:
        self._doubt(error)
        if error.code == "timeout":
            self.stack.show_error(error, self._try_longer, self.tr("Try for two minutes"))
        else:
            self.stack.show_error(error, self._open)

    def _on_page_failed(self, error: CtsError) -> None:
        self._doubt(error)
        self.status.show_error(error, self.model.read_again)

    def _try_longer(self) -> None:
        self.model.timeout_s = _LONG_TIMEOUT_S
        self._open()

    def _doubt(self, error: CtsError) -> None:
        if error.code == "usage":
            self.schema_doubted.emit()

    # What follows from it

    def _on_rows_shown(self, first: int, last: int) -> None:
        self.model.show_rows(first, last)
        self._tell_rows()

    def _tell_rows(self) -> None:
        row_map = self.model.map
        if row_map is None:
            return
        self.status.show_rows(row_map, self.grid.visible_rows(), self.model.exact_count)
        if self.table_shown is None or self.filters:
            return
        if self.model.exact_count is not None:
            self.rows_known.emit(self.table_shown.name, RowCount(self.model.exact_count, False))
        elif row_map.is_total_known:
            self.rows_known.emit(self.table_shown.name, RowCount(row_map.total, True))

    def _on_cell_changed(self) -> None:
        if not self.panel.isVisible() or self._target is None or self.model.source is None:
            return
        index = self.grid.currentIndex()
        place = self.model.seek_of(index.row()) if index.isValid() else None
        if place is None:
            self.panel.clear()
            return
        column = self.model.source.columns[index.column()]
        self.panel.show_cell(self._target, self.model.source, place, column)

    def _on_panel_wanted(self) -> None:
        self.set_panel_visible(True)

    def _on_header_clicked(self, column: int) -> None:
        name = self.model.column_names()[column]
        if self._sort == (name, False):
            self.sort_by(name, descending=True)
        elif self._sort == (name, True):
            self.sort_by_own_order()
        else:
            self.sort_by(name)

    def _dress_headings(self) -> None:
        if self.table_shown is None or self.model.map is None:
            return
        zone = "UTC" if self.context.clock.zone == "utc" else self.tr("local")
        self.model.set_headings(
            make_headings(self.table_shown, self.model, self._links, self._sort, zone)
        )

    def _with_note(self, wanted: Filter) -> Filter:
        table = self.table_shown
        if table is None:
            return wanted
        reasons = [why_full_scan(table, condition.column) for condition in wanted.conditions]
        if not all(reasons) or not reasons:
            return Filter(wanted.conditions, wanted.title)
        note = self.tr("reads every row: {0}; Stop ends it").format(reasons[0])
        return Filter(wanted.conditions, wanted.title, note)

    def _keep_memory(self) -> None:
        if self.model.map is not None and self._target is not None and self.table_shown is not None:
            self._memory.keep(self._target.path, self.table_shown.name, self.grid, self.model)

    def _restore_memory(self) -> None:
        if self._target is not None and self.table_shown is not None:
            self._memory.recall(self._target.path, self.table_shown.name, self.model)

    # Menus

    def _show_cell_menu(self, point: QPoint) -> None:
        menu = cell_menu(self, self._links)
        if menu is not None:
            menu.popup(self.grid.viewport().mapToGlobal(point))

    def _show_header_menu(self, point: QPoint) -> None:
        header = self.grid.horizontalHeader()
        column = header.logicalIndexAt(point)
        if column >= 0:
            header_menu(self, column).popup(header.mapToGlobal(point))

    # Parts

    def _lay_out(self) -> None:
        self._splitter.addWidget(self.grid)
        self._splitter.addWidget(self.panel)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setChildrenCollapsible(False)
        self.panel.setVisible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.chips)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.status)

    def _connect(self) -> None:
        self.model.opened.connect(self._on_opened)
        self.model.opening_failed.connect(self._on_opening_failed)
        self.model.page_failed.connect(self._on_page_failed)
        self.model.pages_arrived.connect(self._on_pages_arrived)
        self.model.counted.connect(self._tell_rows)
        self.grid.rows_shown.connect(self._on_rows_shown)
        self.grid.follow_wanted.connect(self.follow)
        self.grid.panel_wanted.connect(self._on_panel_wanted)
        self.grid.cell_changed.connect(self._on_cell_changed)
        self.grid.customContextMenuRequested.connect(self._show_cell_menu)
        header = self.grid.horizontalHeader()
        header.sectionClicked.connect(self._on_header_clicked)
        header.customContextMenuRequested.connect(self._show_header_menu)
        self.chips.removed.connect(self.remove_filter)
        self.status.count_wanted.connect(self.model.count)
        self.context.clock.changed.connect(self._dress_headings)
        for key, slot in (
            ("Ctrl+C", self.copy),
            ("Ctrl+Shift+C", partial(self.copy, "plain", with_headers=True)),
            ("Ctrl+T", self.trace),
        ):
            shortcut = QShortcut(QKeySequence(key), self.grid)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(slot)

    def _on_pages_arrived(self) -> None:
        self.status.clear_error()
        self._tell_rows()
