"""The tool bar: which file, how it stands, the lock switch, Back up and Run audit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QWidget

from cts_console.ui.colors import Token
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.frame.facts import FileFacts
from cts_console.ui.text import one_line, short_path, tip_text
from cts_console.ui.widgets.basics import (
    SPACE,
    State,
    ThemedButton,
    badge,
    button,
    set_property,
    set_state,
)

_LONGEST_NAME: Final = 40


class FileButton(ThemedButton):
    """The open file's name behind a stripe of its colour; its menu opens others."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.theme, "", "mdi6.database-outline")
        self._context = context
        self._color: QColor | None = None
        self._token: Token | None = None
        self.setAccessibleName(self.tr("The open file"))
        context.theme.changed.connect(self._recolor)

    def show_file(self, database: OpenDatabase | None) -> None:
        """Show the name, colour and path of a file, or that there is none."""
        if database is None:
            self.setText(self.tr("No file open"))
            whole = self.tr("Open a file (Ctrl+O)")
            self._token = None
        else:
            name, color = self._context.settings.file_label(str(database.path))
            shown = one_line(name or short_path(database.path), _LONGEST_NAME)
            # A single ampersand would become the mark of a shortcut.
            self.setText(shown.replace("&", "&&"))
            path = one_line(str(database.path), 400)
            whole = f"{path}\n{database.note}" if database.note else path
            self._token = color if color in ("ok", "warn", "bad", "info") else None  # type: ignore[assignment]  # the tuple holds tokens only
        self.setToolTip(tip_text(whole))
        self.setAccessibleDescription(whole)
        self._recolor()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the stripe over the button's left edge."""
        super().paintEvent(event)
        if self._color is None:
            return
        painter = QPainter(self)
        width = self._context.theme.px(4)
        painter.setPen(QPen(self._color, width))
        inset = self._context.theme.px(6)
        x = self._context.theme.px(4)
        painter.drawLine(x, inset, x, self.height() - inset)

    def _recolor(self) -> None:
        theme = self._context.theme
        self._color = None if self._token is None else theme.color(self._token)
        self.update()


class ToolBar(QFrame):
    """One line over the tabs; says less where there is less room."""

    lock_wanted = Signal(bool)
    """Carries whether a person wants the file locked."""

    def __init__(
        self,
        context: WindowContext,
        file_menu: QMenu,
        backup: QAction,
        audit: QAction,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self.setProperty("toolbar", True)
        self.file = FileButton(context)
        self.file.setMenu(file_menu)
        self.journal = badge("")
        self.migrations = badge("")
        self.findings = badge("")
        self.lock = button(context.theme, "", "mdi6.lock-outline", self._on_lock)
        self.backup = self._button_for(backup, "mdi6.backup-restore")
        self.audit = self._button_for(audit, "mdi6.shield-check-outline", primary=True)
        self._words = {self.backup: backup.text(), self.audit: audit.text()}
        self._badges: Sequence[QLabel] = (self.journal, self.migrations, self.findings)
        self._wanted: set[QLabel] = set()
        self._path: Path | None = None
        self._lay_out()
        context.theme.changed.connect(self._fit)
        self.show_database(None)
        self.show_facts(None)

    def show_database(self, database: OpenDatabase | None) -> None:
        """Show which file is open and whether it may be written."""
        self.file.show_file(database)
        self.lock.setVisible(database is not None)
        writable = database is not None and database.writable
        self.lock.set_icon("mdi6.lock-open-variant-outline" if writable else "mdi6.lock-outline")
        self.lock.setText(self.tr("read-write") if writable else self.tr("read-only"))
        set_property(self.lock, "state", "warn" if writable else "")
        self.lock.setToolTip(
            self.tr("Lock the file again: nothing can be changed then (Ctrl+L)")
            if writable
            else self.tr(
                "Unlock writing (Ctrl+L): allows changing rows and settings and maintenance, "
                "each through the write gate. It locks itself after ten idle minutes."
            )
        )
        self.lock.setAccessibleName(self.lock.text())
        path = None if database is None else database.path
        if path != self._path:
            self._path = path
            self.show_findings("", "")
        self._fit()

    def show_facts(self, facts: FileFacts | None) -> None:
        """Show how commits are kept and how many migrations are in place."""
        self._wanted -= {self.journal, self.migrations}
        if facts is not None:
            is_wal = facts.journal_mode == "wal"
            self._show_badge(
                self.journal,
                "WAL" if is_wal else self.tr("journal: {0}").format(one_line(facts.journal_mode)),
                "ok" if is_wal else "warn",
                self.tr("Journal mode: readers and the writer do not wait for each other")
                if is_wal
                else self.tr("Journal mode: readers and the writer wait for each other"),
            )
            if facts.migrations is not None:
                applied, total = facts.migrations
                self._show_badge(
                    self.migrations,
                    self.tr("{0}/{1} migrations").format(applied, total),
                    "ok" if applied == total else "warn",
                    self.tr("Migrations of this console that the file has"),
                )
        self._fit()

    def show_findings(self, text: str, state: State) -> None:
        """Show what the last audit of this session found; "" for nothing known."""
        self._wanted -= {self.findings}
        if text:
            self._show_badge(self.findings, text, state, self.tr("The last audit of this session"))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say less where there is less room."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Return the width of the buttons alone."""
        return QSize(self._context.theme.px(320), super().minimumSizeHint().height())

    def _show_badge(self, label: QLabel, text: str, state: State, tip: str) -> None:
        label.setText(text)
        label.setToolTip(tip)
        set_state(label, state)
        self._wanted.add(label)

    def _fit(self) -> None:
        for made, words in self._words.items():
            made.setText(words)
        for label in self._badges:
            label.setVisible(label in self._wanted)
        # What goes first when room is short: the findings, the badges, then the buttons' words.
        for label in reversed(self._badges):
            if self._needed() <= self.width():
                return
            label.setVisible(False)
        for made in self._words:
            if self._needed() > self.width():
                made.setText("")

    def _needed(self) -> int:
        shown: list[QWidget] = [self.file, self.backup, self.audit]
        shown += [label for label in self._badges if not label.isHidden()]
        if not self.lock.isHidden():
            shown.append(self.lock)
        gaps = (len(shown) + 1) * 2 * SPACE + 6 * SPACE
        return sum(part.sizeHint().width() for part in shown) + gaps

    def _on_lock(self) -> None:
        self.lock_wanted.emit(self.lock.property("state") == "warn")

    def _button_for(self, action: QAction, icon_name: str, *, primary: bool = False) -> QPushButton:
        made = button(
            self._context.theme,
            action.text(),
            icon_name,
            action.trigger,
            primary=primary,
            tip=action.toolTip(),
        )
        made.set_icon(icon_name)
        made.setAccessibleName(action.text())
        made.setEnabled(action.isEnabled())
        action.enabledChanged.connect(made.setEnabled)
        return made

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        layout.setSpacing(2 * SPACE)
        for part in (self.file, self.lock, *self._badges):
            layout.addWidget(part)
        layout.addStretch(1)
        layout.addWidget(self.backup)
        layout.addWidget(self.audit)
        self.file.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
