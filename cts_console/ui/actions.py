"""Every action of the window in one place: its words, its key, its menu."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar

from cts_console.ui.theme import MODES, Mode, Theme

_CONTEXT = "Actions"


class Commands(Protocol):
    """What the actions call; the window has it."""

    def choose_new(self) -> None:
        """Ask for a name and create a database."""

    def choose_file(self) -> None:
        """Ask for a file and open it read-only."""

    def choose_file_for_writing(self) -> None:
        """Ask for a file and open it for writing."""

    def edit_label(self) -> None:
        """Ask for the name and the colour of the open file."""

    def choose_backup(self) -> None:
        """Ask for a name and back up the open file."""

    def choose_statement(self) -> None:
        """Ask for the period of a statement."""

    def open_demo(self) -> None:
        """Create the demo where there is none, and open it."""

    def close_file(self) -> None:
        """Close the open file."""

    def toggle_lock(self) -> None:
        """Unlock writing, or lock it."""

    def run_audit(self) -> None:
        """Run the standard audit."""

    def find_table(self) -> None:
        """Go to the field that finds tables, columns and indexes."""

    def refresh(self) -> None:
        """Read the tab in front again."""

    def stop(self) -> None:
        """Stop the running job."""

    def switch_zone(self) -> None:
        """Switch between local time and UTC."""

    def show_help(self) -> None:
        """Explain the tab in front."""

    def show_troubles(self) -> None:
        """Show the guide for what goes wrong."""

    def show_about(self) -> None:
        """Show the versions and licences."""

    def close(self) -> bool:
        """Close the window."""


def _text(words: str) -> str:
    return QCoreApplication.translate(_CONTEXT, words)


class Actions:
    """The actions, made once for a window."""

    def __init__(self, window: QMainWindow, commands: Commands, theme: Theme) -> None:
        self._window = window
        self._theme = theme
        make = self._make
        self.new = make("&New database …", commands.choose_new, "Ctrl+N")
        self.open = make("&Open …", commands.choose_file, "Ctrl+O")
        self.open_writable = make(
            "Open for &writing …", commands.choose_file_for_writing, "Ctrl+Shift+O"
        )
        self.label = make("Name and &colour …", commands.edit_label)
        self.backup = make("&Back up …", commands.choose_backup, "Ctrl+B", "Back up")
        self.statement = make("S&tatement …", commands.choose_statement)
        self.demo = make("Explore the &demo", commands.open_demo)
        self.close = make("C&lose file", commands.close_file, "Ctrl+W")
        self.quit = make("&Quit", commands.close, "Ctrl+Q")
        self.lock = make("&Unlock or lock writing", commands.toggle_lock, "Ctrl+L")
        self.audit = make("&Run audit", commands.run_audit, "Ctrl+R", "Run audit")
        self.find = make("&Find a table …", commands.find_table, "Ctrl+P")
        self.refresh = make("Read &again", commands.refresh, "F5")
        self.stop = make("&Stop", commands.stop, "Esc")
        self.zoom_in = make("Zoom &in", lambda: theme.zoom_by(1), "Ctrl++", extra=("Ctrl+=",))
        self.zoom_out = make("Zoom &out", lambda: theme.zoom_by(-1), "Ctrl+-")
        self.zoom_reset = make("&Actual size", lambda: theme.set_zoom(1.0), "Ctrl+0")
        self.zone = make("Local time or &UTC", commands.switch_zone, "Ctrl+U")
        self.help = make("&Help on this tab", commands.show_help, "F1")
        self.troubles = make("&Troubleshooting", commands.show_troubles)
        self.about = make("&About CTS Console", commands.show_about)
        self.modes = self._make_modes()

    @property
    def need_file(self) -> tuple[QAction, ...]:
        """The actions that make no sense without an open file."""
        return (
            self.label,
            self.backup,
            self.statement,
            self.close,
            self.lock,
            self.audit,
            self.find,
            self.refresh,
        )

    def fill_file_menu(self, menu: QMenu, recent: QMenu) -> None:
        """Put the actions on files into `menu`."""
        menu.addActions([self.new, self.open, self.open_writable])
        menu.addMenu(recent)
        menu.addAction(self.demo)
        menu.addSeparator()
        menu.addActions([self.label, self.backup, self.statement, self.lock, self.close])

    def fill_menu_bar(
        self, bar: QMenuBar, recent: QMenu, tab_names: Iterable[str], go_to: Callable[[str], object]
    ) -> None:
        """Make the menus of the window."""
        file_menu = bar.addMenu(_text("&File"))
        self.fill_file_menu(file_menu, recent)
        file_menu.addSeparator()
        file_menu.addAction(self.quit)
        view = bar.addMenu(_text("&View"))
        themes = view.addMenu(_text("&Theme"))
        themes.addActions(self.modes.actions())
        view.addActions([self.zoom_in, self.zoom_out, self.zoom_reset])
        view.addSeparator()
        view.addActions([self.zone, self.refresh])
        go = bar.addMenu(_text("&Go"))
        for number, name in enumerate(tab_names, 1):
            go.addAction(self._make_go(number, name, go_to))
        go.addSeparator()
        go.addAction(self.find)
        run = bar.addMenu(_text("&Run"))
        run.addActions([self.audit, self.stop])
        help_menu = bar.addMenu(_text("&Help"))
        help_menu.addActions([self.help, self.troubles])
        help_menu.addSeparator()
        help_menu.addAction(self.about)

    def _make(
        self,
        words: str,
        on_trigger: Callable[[], object],
        key: str = "",
        name: str = "",
        *,
        extra: tuple[str, ...] = (),
    ) -> QAction:
        action = QAction(_text(name or words), self._window)
        if key:
            action.setShortcuts([QKeySequence(text) for text in (key, *extra)])
        plain = _text(words).replace("&", "").removesuffix(" …")
        action.setToolTip(f"{plain} ({key})" if key else plain)
        action.triggered.connect(lambda _checked=False: on_trigger())
        self._window.addAction(action)
        return action

    def _make_go(self, number: int, name: str, go_to: Callable[[str], object]) -> QAction:
        return self._make(name, lambda: go_to(name), f"Ctrl+{number}" if number < 10 else "")

    def _make_modes(self) -> QActionGroup:
        group = QActionGroup(self._window)
        words: dict[Mode, str] = {"system": "&System", "light": "&Light", "dark": "&Dark"}
        for mode in MODES:
            action = self._make(words[mode], partial(self._theme.set_mode, mode))
            action.setCheckable(True)
            action.setChecked(mode == self._theme.mode)
            action.setData(mode)
            group.addAction(action)
        return group
