"""What the tests of the window share: the theme, real clients, a real database.

`context` gives a tab everything that `app` gives it; `open_tab(TabClass, path)` shows one on a
file. Databases are made once and copied; nobody opens the originals, because copying a file that
this process has open would cancel its locks.
"""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from cts_console.demo import run_demo
from cts_console.migrate import read_setting
from cts_console.sqlite import classify, open_database
from cts_console.startup import run_startup
from cts_console.ui.clock import Clock
from cts_console.ui.context import Navigator, OpenDatabase, WindowContext
from cts_console.ui.main_window import MainWindow
from cts_console.ui.settings import WindowSettings
from cts_console.ui.tabs.base import Tab
from cts_console.ui.theme import Theme
from cts_console.worker import Client
from tests.ui.frame_parts import TEN

AnyTab = TypeVar("AnyTab", bound=Tab)
OpenTab = Callable[..., AnyTab]


@pytest.fixture(autouse=True)
def no_key_held(qapp: QApplication) -> None:
    """Let go of the keys that the last click of another test came with: Qt remembers them."""
    if qapp.keyboardModifiers() != Qt.KeyboardModifier.NoModifier:
        QTest.keyRelease(QWidget(), Qt.Key.Key_Control)
    assert qapp.keyboardModifiers() == Qt.KeyboardModifier.NoModifier


@pytest.fixture(scope="session")
def _session_theme(qapp: QApplication) -> Theme:
    made = Theme(qapp, "dark")
    # What is imported by now stays for good; looking through it again and again takes time.
    gc.collect()
    gc.freeze()
    return made


@pytest.fixture
def theme(_session_theme: Theme) -> Theme:
    """The look of the program: dark and unzoomed at the start of each test."""
    if _session_theme.mode != "dark" or _session_theme.zoom != 1.0:
        _session_theme.set_mode("dark")
        _session_theme.set_zoom(1.0)
    return _session_theme


@pytest.fixture
def context(qapp: QApplication, theme: Theme, tmp_path: Path) -> Iterator[WindowContext]:
    """Three real clients and all the rest; the threads have ended when the test has."""
    # Python's collector runs in any thread, and a widget or timer that dies in another than its own
    # takes the program with it: `ui/garbage.py`. Tests leave whole windows behind, the more so
    # where they fail: they die here.
    gc.collect()
    gc.disable()
    clients = [Client(name) for name in ("operations", "browse", "monitor")]
    made = WindowContext(
        operations=clients[0],
        browse=clients[1],
        monitor=clients[2],
        theme=theme,
        clock=Clock("utc"),
        settings=WindowSettings(tmp_path / "window.ini"),
        navigator=Navigator(),
    )
    yield made
    ended = [client.shutdown() for client in clients]
    # What was queued for widgets that go now is delivered while everything still exists.
    qapp.processEvents()
    # What has no parent ends with the program, in the program.
    for part in (*clients, made.history, made.navigator, made.clock):
        part.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.enable()
    assert ended == [True, True, True]


@pytest.fixture(scope="session")
def _originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("originals")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTS_CONSOLE_HOME", str(folder / "home"))
        assert run_startup(folder / "empty.db").ok
        assert run_demo(folder / "demo.db").startup.ok
    return folder


@pytest.fixture(scope="session")
def demo_database(_originals: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled demo, shared by all tests: look at it, never write to it."""
    return Path(shutil.copy(_originals / "demo.db", tmp_path_factory.mktemp("demo") / "demo.db"))


@pytest.fixture
def writable_demo(_originals: Path, tmp_path: Path) -> Path:
    """A filled demo of this test's own."""
    return Path(shutil.copy(_originals / "demo.db", tmp_path / "writable.db"))


@pytest.fixture
def empty_database(_originals: Path, tmp_path: Path) -> Path:
    """A CTS database without rows but the seeds, of this test's own."""
    return Path(shutil.copy(_originals / "empty.db", tmp_path / "empty.db"))


@pytest.fixture
def plain_database(tmp_path: Path) -> Path:
    """Somebody else's database, in WAL mode, with names that need care."""
    path = tmp_path / "plain.db"
    with open_database(path, "read_write", create=True) as connection:
        connection.execute(
            "PRAGMA journal_mode = WAL;"
            "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, amount REAL);"
            'CREATE TABLE "odd ""name"" <b>x</b>\n2" ("a b" INTEGER, "ünï" TEXT);'
            "INSERT INTO item (name, amount) VALUES ('one', 1.5), (NULL, 2), ('', NULL);"
        )
    return path


def opened(path: Path, *, writable: bool = False) -> OpenDatabase:
    """Return what the frame hands to the tabs for the file at `path`."""
    with open_database(path) as connection:
        kind = classify(connection)
        purpose = read_setting(connection, "database.purpose") if kind == "cts" else None
        return OpenDatabase(connection.path, kind, purpose, connection.note, writable)


@pytest.fixture
def open_tab(context: WindowContext, qtbot) -> OpenTab:
    """Show a tab on a file: `open_tab(SchemaTab, demo_database)`; without a file on none."""

    def show(
        tab_class: type[AnyTab], path: Path | None = None, *, writable: bool = False
    ) -> AnyTab:
        tab = tab_class(context)
        qtbot.addWidget(tab)
        tab.resize(1200, 700)
        tab.set_database(None if path is None else opened(path, writable=writable))
        tab.show()
        tab.on_shown()
        return tab

    return show


@pytest.fixture
def window(context: WindowContext, qtbot) -> MainWindow:
    """The whole window with ten tabs that only note what is asked of them, no file open."""
    made = MainWindow(context, TEN)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def open_in(window: MainWindow, qtbot) -> Callable[..., MainWindow]:
    """Open a file in the window and wait until it is there."""

    def open_file(path: Path, *, writable: bool = False) -> MainWindow:
        window.open_path(path, writable=writable)
        qtbot.waitUntil(
            lambda: (
                window.session.database is not None
                and window.session.database.path == path.resolve()
                and window.session.database.writable == writable
            )
        )
        return window

    return open_file
