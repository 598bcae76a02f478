"""The menus of a data view: on a cell, and on the heading of a column."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from cts_console.schema.browse_cells import Cut
from cts_console.schema.browse_source import why_not_sortable
from cts_console.ui.models.cells import Format
from cts_console.ui.text import one_line, tip_text
from cts_console.ui.widgets.data_view_copy import FORMATS
from cts_console.ui.widgets.data_view_headings import Links
from cts_console.ui.widgets.data_view_trace import row_subject

if TYPE_CHECKING:
    from cts_console.ui.widgets.data_view import DataView

_LONGEST = 30


def cell_menu(view: DataView, links: Links) -> QMenu | None:
    """Return the menu on the current cell; None where there is none."""
    index = view.grid.currentIndex()
    if not index.isValid():
        return None
    row, column = index.row(), index.column()
    is_there, cell = view.model.cell(row, column)
    name = view.model.column_names()[column]
    menu = _menu(view)
    copy = menu.addAction(view.tr("Copy"), view.copy)
    copy.setShortcut(QKeySequence("Ctrl+C"))
    headers = menu.addAction(
        view.tr("Copy with headers"), partial(view.copy, "plain", with_headers=True)
    )
    headers.setShortcut(QKeySequence("Ctrl+Shift+C"))
    rows = menu.addMenu(view.tr("Copy rows as"))
    for kind, words in FORMATS:
        rows.addAction(words, partial(view.copy, kind, with_headers=True))
    menu.addAction(view.tr("Export …"), view.export_wanted.emit)
    menu.addSeparator()
    words = one_line(view.model.look(row, column).text, _LONGEST)
    by_value = menu.addAction(
        view.tr("Filter by {0} = {1}").format(one_line(name, _LONGEST), words).replace("&", "&&"),
        view.filter_by_cell,
    )
    by_value.setEnabled(is_there and not isinstance(cell, Cut))
    link = links.by_column.get(column)
    if link is not None:
        follow = menu.addAction(
            view.tr("Go to {0}").format(one_line(link.parent, _LONGEST)).replace("&", "&&"),
            partial(view.follow, row, column),
        )
        follow.setEnabled(is_there and cell is not None and not isinstance(cell, Cut))
    subject = row_subject(view)
    if subject is not None:
        words = view.tr("Trace order {0} …")
        if subject.kind == "position":
            words = view.tr("Trace position {0} …")
        told = words.format(one_line(str(subject.id), _LONGEST)).replace("&", "&&")
        menu.addAction(told, view.trace).setShortcut(QKeySequence("Ctrl+T"))
    whole = menu.addAction(view.tr("Show the whole value"), partial(view.set_panel_visible, True))
    whole.setShortcut(QKeySequence("F4"))
    return menu


def header_menu(view: DataView, column: int) -> QMenu:
    """Return the menu on the heading of a column."""
    name = view.model.column_names()[column]
    menu = _menu(view)
    reason = "" if view.table_shown is None else why_not_sortable(view.table_shown, name)
    for words, descending in ((view.tr("Sort up"), False), (view.tr("Sort down"), True)):
        sort = menu.addAction(words, partial(view.sort_by, name, descending=descending))
        sort.setEnabled(not reason)
        sort.setToolTip(tip_text(reason or words))
    menu.addAction(view.tr("Order of the table"), view.sort_by_own_order)
    menu.setToolTipsVisible(True)
    menu.addSeparator()
    kinds: tuple[tuple[Format, str], ...] = (
        ("auto", view.tr("Show as it looks")),
        ("raw", view.tr("Show as stored")),
        ("instant", view.tr("Show as instant")),
    )
    for kind, words in kinds:
        choice: QAction = menu.addAction(words, partial(view.set_format, column, kind))
        choice.setCheckable(True)
        choice.setChecked(view.model.formats[column] == kind)
    menu.addSeparator()
    menu.addAction(
        view.tr("Fit the width"),
        lambda: view.grid.setColumnWidth(column, view.grid.fitting_width(column)),
    )
    menu.addAction(view.tr("Fit all widths"), view.grid.fit_columns)
    menu.addAction(
        view.tr("Copy the column's name"), lambda: QGuiApplication.clipboard().setText(name)
    )
    return menu


def _menu(view: DataView) -> QMenu:
    menu = QMenu(view)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu
