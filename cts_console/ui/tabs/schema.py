"""The Schema tab: what is in the file, and the rows of each table."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from cts_console.errors import CtsError
from cts_console.schema import RowCount, Schema, Table, View
from cts_console.schema.browse_search import NameHit, search_names
from cts_console.schema.browse_source import Condition
from cts_console.ui.context import OpenDatabase, RowsWanted, WindowContext
from cts_console.ui.models.schema_jobs import read_all, read_counts, read_sizes, read_sizes_quickly
from cts_console.ui.models.schema_tree import Node
from cts_console.ui.tabs.base import Tab
from cts_console.ui.trace.tracing import Tracer
from cts_console.ui.widgets.basics import SPACE
from cts_console.ui.widgets.data_view_chips import Filter
from cts_console.ui.widgets.object_search import SchemaNavigator
from cts_console.ui.widgets.state_stack import StateStack
from cts_console.ui.widgets.table_view import TableView
from cts_console.worker import Job

# dbstat visits every page; a reader keeps writers of a file without WAL waiting.
_QUICK_SIZES_S: Final = 0.3
_MOST_STEPS_BACK: Final = 50

Place = tuple[str, tuple[Filter, ...]]
"""A table and the filters under which it was shown."""


class SchemaTab(Tab):
    """Tables, columns, indexes, views and triggers at the left; the chosen one at the right."""

    name: ClassVar[str] = "Schema"
    icon_name: ClassVar[str] = "mdi6.file-tree-outline"

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._schema: Schema | None = None
        self._is_stale = True
        self._is_shown = False
        self._wanted: RowsWanted | None = None
        self._places: list[Place] = []
        self.navigator = SchemaNavigator(context.theme)
        self.table_view = TableView(context)
        self.tracer = Tracer(context, self)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self.stack = StateStack(context.theme, self._splitter)
        self._lay_out()
        self._connect()
        self._show_no_file()

    # The tab

    def set_database(self, database: OpenDatabase | None) -> None:
        """Show another file, or none."""
        is_same = (
            database is not None
            and self.database is not None
            and database.path == self.database.path
        )
        super().set_database(database)
        self.tracer.set_database(database)
        self._is_stale = True
        if is_same:
            self._read_if_shown()
            return
        self._withdraw()
        self._schema = None
        self._places = []
        self.navigator.model.set_schema(None)
        self.table_view.clear()
        if database is None:
            self._show_no_file()
        else:
            self.stack.show_loading()
            self._read_if_shown()

    def on_shown(self) -> None:
        """Read what may be stale."""
        self._is_shown = True
        self._read_if_shown()

    def on_hidden(self) -> None:
        """Nothing is read for a tab that nobody sees."""
        self._is_shown = False

    def refresh(self) -> None:
        """Read schema and rows again; the person stays where they are."""
        self._is_stale = True
        self._read_if_shown()
        self.table_view.data.read_again()

    def focus_search(self) -> None:
        """Go to the field that finds tables, columns and indexes (Ctrl+P)."""
        self.navigator.focus_search()

    # Choosing

    def show_object(
        self, name: str, filters: tuple[Filter, ...] = (), *, remembers: bool = True
    ) -> bool:
        """Show the table or view of that name; False where there is none."""
        found = self._find(name)
        if found is None or self._schema is None or self.database is None:
            return False
        shown = self.table_view.data.table_shown
        if remembers and shown is not None and (shown.name != found.name or filters):
            self._places.append((shown.name, tuple(self.table_view.data.filters)))
            del self._places[:-_MOST_STEPS_BACK]
        known = self.navigator.model.rows_of(found.name)
        self.table_view.show_object(
            self.database.target(),
            self._schema,
            found,
            known,
            self.navigator.model.sizes,
            list(filters),
        )
        self.table_view.set_can_go_back(bool(self._places))
        self.navigator.select_object(found.name)
        return True

    def go_back(self) -> None:
        """Show what was shown before."""
        while self._places:
            name, filters = self._places.pop()
            if self.show_object(name, filters, remembers=False):
                return

    def show_rows(self, wanted: RowsWanted) -> None:
        """Show the rows that another tab asks for."""
        self.context.navigator.tab_wanted.emit(self.name)
        if self._schema is None:
            self._wanted = wanted
            self._read_if_shown()
            return
        filters: tuple[Filter, ...] = ()
        if wanted.column is not None:
            condition = Condition(wanted.column, tuple(wanted.values))
            filters = (Filter((condition,), wanted.title),)
        if not self.show_object(wanted.table, filters):
            self.context.navigator.error_raised.emit(_gone(wanted.table))
            return
        self.table_view.show_page("data")

    # Reading

    def _read_if_shown(self) -> None:
        if self._is_shown and self._is_stale and self.database is not None:
            self._is_stale = False
            if self._schema is None:
                self.stack.show_loading()
            job = Job("Schema", read_all, self.database.target(), quiet=True)
            self.context.browse.submit(job, self, self._on_schema, self._on_failed, key="schema")

    def _on_schema(self, schema: Schema) -> None:
        is_new = schema != self._schema
        self._schema = schema
        if is_new:
            self.navigator.show_schema(schema)
            self._show_what_is_there(schema)
        self._read_numbers(schema)
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self.show_rows(wanted)

    def _show_what_is_there(self, schema: Schema) -> None:
        if not schema.tables and not schema.views:
            self.table_view.clear()
            self.stack.show_empty(
                self.tr("No tables"), self.tr("The file holds no table and no view yet.")
            )
            return
        self.stack.show_content()
        shown = self.table_view.data.table_shown
        if shown is None:
            self._show_first(schema)
            return
        found = self._find(shown.name)
        if found is None:
            self.table_view.show_gone(_gone(shown.name))
        else:
            self.table_view.set_schema(schema, found, self.navigator.model.sizes)
            self.navigator.select_object(found.name)

    def _show_first(self, schema: Schema) -> None:
        tables = [table for table in schema.tables if not table.is_internal]
        first = min(tables, key=lambda table: table.name.casefold(), default=None)
        if first is not None:
            self.show_object(first.name)

    def _read_numbers(self, schema: Schema) -> None:
        assert self.database is not None
        target = self.database.target()
        counts = Job("Rows per table", partial(read_counts, schema=schema), target, quiet=True)
        self.context.browse.submit(
            counts, self, self._on_counts, self._on_quiet_failure, key="rows"
        )
        sizes = Job("Bytes per table", read_sizes_quickly, target, _QUICK_SIZES_S, quiet=True)
        self.context.browse.submit(sizes, self, self._on_sizes, self._on_quiet_failure, key="sizes")

    def measure_sizes(self) -> None:
        """Measure the bytes of each table, however long that takes."""
        if self.database is not None:
            job = Job(self.tr("Bytes per table"), read_sizes, self.database.target())
            self.context.operations.submit(job, self, self._on_sizes, key="sizes")

    def _on_counts(self, counts: dict[str, RowCount]) -> None:
        self.navigator.model.set_rows(counts)

    def _on_sizes(self, sizes: dict[str, int]) -> None:
        self.navigator.model.set_bytes(sizes)
        self.table_view.set_sizes(sizes)

    def _on_quiet_failure(self, error: CtsError) -> None:
        """Sizes and counts that were not to be had stay unknown, and read so."""
        if error.code not in ("timeout", "cancelled", "locked"):
            self.context.navigator.error_raised.emit(error)

    def _on_failed(self, error: CtsError) -> None:
        self._is_stale = True
        if self._schema is None:
            self.stack.show_error(error, self.refresh)
        else:
            self.context.navigator.error_raised.emit(error)

    def _on_file_changed(self) -> None:
        self._is_stale = True
        self._read_if_shown()
        if self._is_shown:
            self.table_view.data.read_again()

    def _on_schema_doubted(self) -> None:
        self._is_stale = True
        self._read_if_shown()

    # What is chosen

    def _on_chosen(self, node: Node) -> None:
        shown = self.table_view.data.table_shown
        if node.owner and (shown is None or shown.name != node.owner):
            self.show_object(node.owner)
        page = {"index": "indexes", "trigger": "ddl"}.get(node.kind)
        if page is not None:
            self.table_view.show_page(page)
        elif node.kind == "column":
            self.table_view.go_to_column(node.name)

    def _on_search(self, text: str) -> None:
        hits = search_names(self._schema, text, limit=1) if self._schema is not None else []
        if hits:
            self._open_hit(hits[0])

    def _open_hit(self, hit: NameHit) -> None:
        self.show_object(hit.owner)
        if hit.kind == "column":
            self.table_view.go_to_column(hit.name)
        elif hit.kind == "index":
            self.table_view.show_page("indexes")

    def _on_follow(self, table: str, wanted: Filter) -> None:
        self.show_object(table, (wanted,))

    def _on_rows_known(self, table: str, count: RowCount) -> None:
        if self.navigator.model.rows_of(table) != count:
            self.navigator.model.set_rows({table: count})
        self.table_view.show_count(count)

    def _find(self, name: str) -> Table | View | None:
        if self._schema is None:
            return None
        objects: tuple[Table | View, ...] = (*self._schema.tables, *self._schema.views)
        return next((one for one in objects if one.name.lower() == name.lower()), None)

    # Parts

    def _on_splitter_moved(self) -> None:
        self.context.settings.remember("schema/splitter", self._splitter.saveState())

    def _withdraw(self) -> None:
        self.context.browse.withdraw(self)
        self.context.operations.withdraw(self)

    def _show_no_file(self) -> None:
        self.stack.show_empty(self.tr("No file"), self.tr("Open a database to see what is in it."))

    def _lay_out(self) -> None:
        self._splitter.addWidget(self.navigator)
        self._splitter.addWidget(self.table_view)
        self._splitter.setStretchFactor(0, 0)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setSizes([self.context.theme.px(350), self.context.theme.px(900)])
        state = self.context.settings.bytes("schema/splitter")
        if not state.isEmpty():
            self._splitter.restoreState(state)
        self._splitter.splitterMoved.connect(self._on_splitter_moved)
        self._splitter.setHandleWidth(3 * SPACE)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.addWidget(self.stack)

    def _connect(self) -> None:
        self.navigator.chosen.connect(self._on_chosen)
        self.navigator.search_entered.connect(self._on_search)
        self.navigator.sizes_wanted.connect(self.measure_sizes)
        self.table_view.table_wanted.connect(self.show_object)
        self.table_view.back_wanted.connect(self.go_back)
        data = self.table_view.data
        data.follow_wanted.connect(self._on_follow)
        data.rows_known.connect(self._on_rows_known)
        data.schema_doubted.connect(self._on_schema_doubted)
        data.trace_wanted.connect(self.tracer.trace)
        self.context.navigator.rows_wanted.connect(self.show_rows)
        self.context.navigator.file_changed.connect(self._on_file_changed)
        self.context.navigator.search_wanted.connect(self.focus_search)
        back = QShortcut(QKeySequence("Alt+Left"), self)
        back.activated.connect(self.go_back)


def _gone(name: str) -> CtsError:
    return CtsError(
        "not_found",
        "The table is no longer there",
        f"{name}: another process dropped or renamed it.",
        "Choose another one on the left.",
    )
