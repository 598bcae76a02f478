"""The queries that a person's programs ask: what the index advice goes by, beside the catalogue."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from cts_console.audit import change_queries, query_document
from cts_console.errors import CtsError
from cts_console.sqlite import Connection
from cts_console.ui.context import WindowContext
from cts_console.ui.text import one_line, tip_text
from cts_console.ui.widgets.basics import SPACE, button, plain_label, set_state
from cts_console.worker import Errand, Job

_SIZE_PX: Final = (720, 520)
_EDIT_PX: Final = 110
_NAME: Final = Qt.ItemDataRole.UserRole

Queries = list[dict[str, Any]]


def change_work(
    _connection: Connection | None,
    _errand: Errand,
    *,
    path: Path,
    add: tuple[str, ...] = (),
    forget: tuple[str, ...] = (),
) -> Queries:
    """Add and forget queries of the file at `path`, and return those that are known then."""
    return [query_document(query) for query in change_queries(path, add=add, forget=forget)]


class QueriesDialog(QDialog):
    """Lists the queries, takes new ones and forgets old ones; nothing is written into the file."""

    def __init__(self, context: WindowContext, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._path = path
        self.setWindowTitle(self.tr("Queries of your programs"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Queries that were added"))
        self.list.currentItemChanged.connect(self._show_state)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(self.tr("A query to add"))
        self.text.setPlaceholderText(self.tr("SELECT … (one statement; it is compiled, never run)"))
        self.text.setTabChangesFocus(True)
        self.text.setFont(context.theme.mono_font(13))
        self.text.textChanged.connect(self._show_state)
        self.state = plain_label(role="muted")
        self.state.setWordWrap(True)
        theme = context.theme
        self.add_button = button(
            theme,
            self.tr("Add"),
            "mdi6.plus",
            self._on_add,
            tip=self.tr("Add the query (Ctrl+Enter)"),
        )
        self.forget_button = button(
            theme, self.tr("Forget"), "mdi6.minus", self._on_forget, tip=self.tr("Forget it (Del)")
        )
        self.close_button = button(theme, self.tr("Close"), on_click=self.accept)
        for each in (self.add_button, self.forget_button, self.close_button):
            each.setAutoDefault(False)
        self._lay_out()
        for keys, slot, where in (
            ("Ctrl+Return", self._on_add, self.text),
            ("Del", self._on_forget, self.list),
        ):
            shortcut = QShortcut(
                QKeySequence(keys), where, context=Qt.ShortcutContext.WidgetShortcut
            )
            shortcut.activated.connect(slot)
        self.resize(theme.px(_SIZE_PX[0]), theme.px(_SIZE_PX[1]))
        self._show_state()
        self._submit()

    @property
    def names(self) -> list[str]:
        """The names of the queries that are listed."""
        return [str(self.list.item(row).data(_NAME)) for row in range(self.list.count())]

    def _submit(self, add: tuple[str, ...] = (), forget: tuple[str, ...] = ()) -> None:
        work = partial(change_work, path=self._path, add=add, forget=forget)
        job = Job(self.tr("Queries for the index advice"), work, quiet=True)
        done = partial(self._on_done, had_text=bool(add))
        self._context.browse.submit(job, self, done, self._on_failed, key="queries")

    def _on_done(self, queries: Queries, *, had_text: bool) -> None:
        if had_text:
            self.text.clear()
        self.list.clear()
        for query in queries:
            item = QListWidgetItem(f"{query['id']}  {one_line(query['sql'], 300)}")
            item.setData(_NAME, query["id"])
            item.setToolTip(tip_text(query["sql"]))
            self.list.addItem(item)
        self._say("")
        self._show_state()

    def _on_failed(self, error: CtsError) -> None:
        if error.code != "cancelled":
            self._say(one_line(f"{error.message} {error.hint}", 600), "bad")

    def _on_add(self) -> None:
        sql = self.text.toPlainText().strip()
        if sql:
            self._submit(add=(sql,))

    def _on_forget(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self._submit(forget=(str(item.data(_NAME)),))

    def _say(self, text: str, state: Any = "") -> None:
        self.state.setText(text or self._summary())
        set_state(self.state, state)

    def _summary(self) -> str:
        count = self.list.count()
        if not count:
            return self.tr("None was added. On a CTS database the 103 queries of its schema count.")
        return self.tr("{0} added; the next audit asks them (IDX-04, IDX-05).").format(count)

    def _show_state(self, *_ignored: object) -> None:
        self.add_button.setEnabled(bool(self.text.toPlainText().strip()))
        self.forget_button.setEnabled(self.list.currentItem() is not None)

    def _lay_out(self) -> None:
        intro = plain_label(
            self.tr(
                "An audit checks for each of these whether an index serves it, and names indexes "
                "that none of them uses. They are kept in the console's own records."
            ),
            role="muted",
        )
        intro.setWordWrap(True)
        self.text.setFixedHeight(self._context.theme.px(_EDIT_PX))
        foot = QHBoxLayout()
        foot.setSpacing(2 * SPACE)
        foot.addWidget(self.add_button)
        foot.addWidget(self.forget_button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(3 * SPACE)
        for part in (intro, self.list, self.text, self.state):
            layout.addWidget(part)
        layout.addLayout(foot)
