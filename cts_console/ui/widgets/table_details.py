"""Columns, indexes, relations and DDL of one table: what is known without reading its rows."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from cts_console.schema import Index, Schema, Table, Trigger, View
from cts_console.ui.models.cells import value_font
from cts_console.ui.models.columns import (
    COLUMN_HEADINGS,
    INDEX_HEADINGS,
    RELATION_HEADINGS,
    Words,
    WordsModel,
    column_words,
    index_words,
    relation_words,
)
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, button, plain_label
from cts_console.ui.widgets.state_stack import StateStack
from cts_console.ui.widgets.table_details_sql import SqlColors

_WIDEST = 420
_RESIZE_ROWS = 200
_MOST_SQL = 200_000


class WordsTable(QWidget):
    """A table of words, or one sentence where there are none."""

    chosen = Signal(str)
    """Carries the table that a row leads to."""

    def __init__(
        self, theme: Theme, name: str, headings: tuple[str, ...], *, numbers: tuple[int, ...] = ()
    ) -> None:
        super().__init__()
        self._theme = theme
        self.model = WordsModel(headings, numbers=numbers, parent=self)
        self.view = QTableView()
        self.view.setAccessibleName(name)
        self.view.setModel(self.model)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setShowGrid(False)
        self.view.setWordWrap(False)
        self.view.verticalHeader().hide()
        self.view.horizontalHeader().setHighlightSections(False)
        self.view.horizontalHeader().setStretchLastSection(True)
        self.view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        # Without a bound Qt would measure all of 2,000 rows.
        self.view.horizontalHeader().setResizeContentsPrecision(_RESIZE_ROWS)
        self.view.activated.connect(self._on_activated)
        self.view.clicked.connect(self._on_clicked)
        self._stack = StateStack(theme, self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        theme.changed.connect(self._dress)
        self._dress()

    def show_words(self, words: list[Words], empty: str) -> None:
        """Show rows, or `empty` where there are none."""
        self.model.set_words(words)
        if not words:
            self._stack.show_empty(empty)
            return
        self._stack.show_content()
        self.view.resizeColumnsToContents()
        for column in range(self.model.columnCount()):
            widest = self._theme.px(_WIDEST)
            self.view.setColumnWidth(column, min(self.view.columnWidth(column), widest))

    def _on_activated(self, index: QModelIndex) -> None:
        goes_to = self.model.words[index.row()].goes_to
        if goes_to:
            self.chosen.emit(goes_to)

    def _on_clicked(self, index: QModelIndex) -> None:
        if self.model.is_link(index):
            self._on_activated(index)

    def _dress(self) -> None:
        self.model.set_look(value_font(self._theme), self._theme.color("accent"))
        self.view.verticalHeader().setDefaultSectionSize(self._theme.px(26))


class SqlText(QWidget):
    """A statement to read and copy."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._sql = ""
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setProperty("mono", True)
        self.text.setAccessibleName(self.tr("SQL of the object"))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._colors = SqlColors(self.text.document(), theme)
        self._note = plain_label(role="muted")
        copy = button(
            theme, self.tr("Copy"), "mdi6.content-copy", self._copy, tip=self.tr("Copy the SQL")
        )
        bottom = QHBoxLayout()
        bottom.addWidget(self._note, 1)
        bottom.addWidget(copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.text, 1)
        layout.addLayout(bottom)
        theme.changed.connect(self._dress)
        self._dress()

    def show_sql(self, sql: str, note: str = "") -> None:
        """Show a statement and a remark under it."""
        self._sql = sql
        if len(sql) > _MOST_SQL:
            note = self.tr("the first {0} characters; Copy takes all").format(f"{_MOST_SQL:,}")
        self.text.setPlainText(sql[:_MOST_SQL])
        self._note.setText(note)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._sql)

    def _dress(self) -> None:
        self.text.setFont(value_font(self._theme))


class TableDetails:
    """The pages Columns, Indexes, Relations and DDL, filled for one object at a time."""

    def __init__(self, theme: Theme) -> None:
        self.columns = WordsTable(theme, "Columns", COLUMN_HEADINGS, numbers=(0,))
        self.indexes = WordsTable(theme, "Indexes", INDEX_HEADINGS, numbers=(5,))
        self.relations = WordsTable(theme, "Relations", RELATION_HEADINGS)
        self.ddl = SqlText(theme)

    def show_object(
        self, schema: Schema, table: Table | View, sizes: Mapping[str, int]
    ) -> tuple[int, int]:
        """Fill the pages and return the numbers of indexes and relations."""
        self.columns.show_words(column_words(table), table.problem or "It has no columns.")
        indexes = index_words(table, sizes) if isinstance(table, Table) else []
        relations = relation_words(schema, table) if isinstance(table, Table) else []
        self.indexes.show_words(indexes, "It has no index.")
        self.relations.show_words(relations, "No foreign key leads from or to it.")
        self.ddl.show_sql(_whole_ddl(schema, table), _ddl_note(table))
        return len(indexes), len(relations)


def _whole_ddl(schema: Schema, table: Table | View) -> str:
    parts: list[Table | View | Index | Trigger] = [table]
    if isinstance(table, Table):
        parts += [index for index in table.indexes if index.sql]
    name = table.name.lower()
    parts += [trigger for trigger in schema.triggers if trigger.table.lower() == name]
    return "\n\n".join(f"{(part.sql or '').rstrip().rstrip(';')};" for part in parts)


def _ddl_note(table: Table | View) -> str:
    if isinstance(table, View):
        return "view"
    kinds = (
        ("virtual table", table.virtual),
        ("STRICT", table.strict),
        ("WITHOUT ROWID", table.without_rowid),
    )
    return ", ".join(word for word, holds in kinds if holds) or "rowid table"
