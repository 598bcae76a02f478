"""The right side of the Schema tab: one table or view, its rows and what is known about it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final, Literal

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cts_console.errors import CtsError
from cts_console.schema import RowCount, Schema, Table, View
from cts_console.ui.context import WindowContext
from cts_console.ui.text import one_line, tip_text
from cts_console.ui.widgets.basics import SPACE, ElidedLabel, badge, button, set_property
from cts_console.ui.widgets.data_view import DataView
from cts_console.ui.widgets.data_view_chips import Filter
from cts_console.ui.widgets.table_details import TableDetails
from cts_console.ui.widgets.table_export import RowsExporter
from cts_console.worker import Target

Page = Literal["data", "columns", "indexes", "relations", "ddl"]
_WIDTH_FOR_ROWS: Final = 760
_WIDTH_FOR_NUMBERS: Final = 640
_PAGES: Final[tuple[Page, ...]] = ("data", "columns", "indexes", "relations", "ddl")


class TableView(QWidget):
    """Name, number of rows, and the pages Data, Columns, Indexes, Relations, DDL."""

    table_wanted = Signal(str)
    """Carries the name of a table to go to."""
    back_wanted = Signal()
    """What was shown before is wanted."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = context.theme
        self._schema: Schema | None = None
        self._numbers: dict[Page, int] = {}
        self.data = DataView(context)
        self.details = TableDetails(context.theme)
        self._back = button(
            context.theme,
            "",
            "mdi6.arrow-left",
            self.back_wanted.emit,
            tip=self.tr("Back (Alt+Left)"),
        )
        set_property(self._back, "flat", True)
        self.title = ElidedLabel(role="title")
        self.rows = badge("")
        self._group = QButtonGroup(self)
        self.buttons: dict[Page, QPushButton] = {}
        self._pages = QStackedWidget()
        self.panel_button = button(
            context.theme, "", "mdi6.dock-right", tip=self.tr("Whole value of the cell (F4)")
        )
        self.panel_button.setCheckable(True)
        self.exporter = RowsExporter(context, self.data, self)
        self.export_button = button(
            context.theme,
            "",
            "mdi6.file-export-outline",
            self.exporter.ask,
            tip=self.tr("Export …"),
        )
        self._lay_out()
        for table in (self.details.columns, self.details.relations):
            table.chosen.connect(self.table_wanted)
        self.data.export_wanted.connect(self.exporter.ask)
        self.panel_button.toggled.connect(self.data.set_panel_visible)
        self.data.grid.panel_wanted.connect(partial(self.panel_button.setChecked, True))
        self.clear()

    @property
    def page(self) -> Page:
        """The page in front."""
        return _PAGES[self._pages.currentIndex()]

    def show_object(
        self,
        target: Target,
        schema: Schema,
        table: Table | View,
        known: RowCount | None,
        sizes: Mapping[str, int],
        filters: list[Filter],
    ) -> None:
        """Show a table or view."""
        self._schema = schema
        self.setEnabled(True)
        self._show_facts(schema, table, sizes)
        self.show_count(known if known is not None else RowCount(None, estimated=True))
        rows = None if known is None else known.rows
        self.data.show_table(target, schema, table, rows, filters)

    def set_schema(self, schema: Schema, table: Table | View, sizes: Mapping[str, int]) -> None:
        """Take a schema that was read again."""
        self._schema = schema
        self._show_facts(schema, table, sizes)
        self.data.set_schema(schema, table)

    def set_sizes(self, sizes: Mapping[str, int]) -> None:
        """Show how much the indexes weigh."""
        table = self.data.table_shown
        if self._schema is not None and table is not None:
            self._show_facts(self._schema, table, sizes)

    def show_count(self, count: RowCount) -> None:
        """Show how many rows there are, and how sure that is."""
        if count.rows is None:
            self.rows.setText("")
            self._fit()
            return
        about = "≈ " if count.estimated else ""
        word = self.tr("row") if count.rows == 1 else self.tr("rows")
        self.rows.setText(f"{about}{count.rows:,} {word}")
        self.rows.setToolTip(self.tr("estimated") if count.estimated else self.tr("counted"))
        self._fit()

    def show_gone(self, error: CtsError) -> None:
        """Say that the table was dropped meanwhile."""
        self.data.clear()
        self.data.stack.show_error(error)
        self.show_count(RowCount(None, estimated=True))
        self.show_page("data")
        for page in _PAGES[1:]:
            self.buttons[page].setEnabled(False)

    def show_page(self, page: str) -> None:
        """Bring a page to the front."""
        for number, name in enumerate(_PAGES):
            if name == page:
                self._pages.setCurrentIndex(number)
                self.buttons[name].setChecked(True)
        for made in (self.export_button, self.panel_button):
            made.setVisible(page == "data")

    def go_to_column(self, name: str) -> None:
        """Bring a column into view on the page in front."""
        names = list(self.data.model.column_names())
        if self.page == "data" and name in names and self.data.model.rowCount():
            row = max(self.data.grid.visible_rows()[0], 0)
            index = self.data.model.index(row, names.index(name))
            self.data.grid.setCurrentIndex(index)
            self.data.grid.scrollTo(index)
        elif self.page == "columns":
            view, model = self.details.columns.view, self.details.columns.model
            shown = one_line(name)
            for row, words in enumerate(model.words):
                if words.cells[1] == shown:
                    view.selectRow(row)

    def set_can_go_back(self, can: bool) -> None:
        """Show or hide the way back."""
        self._back.setVisible(can)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out figures where the name needs the room."""
        super().resizeEvent(event)
        self._fit()

    def clear(self) -> None:
        """Show nothing."""
        self._schema = None
        self.title.setText("")
        self.rows.setText("")
        self.rows.setVisible(False)
        self._back.setVisible(False)
        self.data.clear()
        self.show_page("data")
        self.setEnabled(False)

    def _show_facts(self, schema: Schema, table: Table | View, sizes: Mapping[str, int]) -> None:
        self.title.setText(one_line(table.name))
        self.title.setToolTip(tip_text(one_line(table.name)))
        indexes, relations = self.details.show_object(schema, table, sizes)
        self._numbers = {"columns": len(table.columns), "indexes": indexes, "relations": relations}
        self._fit()
        for page in _PAGES:
            self.buttons[page].setEnabled(True)

    def _fit(self) -> None:
        width = self.width() / self._theme.zoom
        self.rows.setVisible(bool(self.rows.text()) and width >= _WIDTH_FOR_ROWS)
        for page, number in self._numbers.items():
            word = self._words[page]
            self.buttons[page].setText(f"{word} {number}" if width >= _WIDTH_FOR_NUMBERS else word)

    def _lay_out(self) -> None:
        details = self.details
        words: dict[Page, tuple[str, QWidget]] = {
            "data": (self.tr("Data"), self.data),
            "columns": (self.tr("Columns"), details.columns),
            "indexes": (self.tr("Indexes"), details.indexes),
            "relations": (self.tr("Relations"), details.relations),
            "ddl": (self.tr("DDL"), details.ddl),
        }
        top = QHBoxLayout()
        top.setSpacing(2 * SPACE)
        top.addWidget(self._back)
        top.addWidget(self.title, 1)
        top.addWidget(self.rows)
        self._words = {name: word for name, (word, _) in words.items()}
        for name, (word, page) in words.items():
            made = button(self._theme, word, on_click=partial(self.show_page, name))
            made.setCheckable(True)
            self._group.addButton(made)
            self.buttons[name] = made
            top.addWidget(made)
            self._pages.addWidget(page)
        top.addWidget(self.export_button)
        top.addWidget(self.panel_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addLayout(top)
        layout.addWidget(self._pages, 1)
