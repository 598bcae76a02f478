"""The window as the program has it, with every registered tab, and what tests ask of all of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtGui import QAction, Qt
from PySide6.QtWidgets import QAbstractItemView, QLabel, QTextEdit, QWidget

from cts_console.ui.context import WindowContext
from cts_console.ui.frame.message_bar import Message
from cts_console.ui.main_window import MainWindow

PATIENCE_MS: Final = 60_000
_MOST_ROWS: Final = 40


def show_window(context: WindowContext, qtbot: Any) -> MainWindow:
    """Show a window with the tabs of the registry and no file."""
    window = MainWindow(context)
    qtbot.addWidget(window)
    window.show()
    return window


def open_and_settle(window: MainWindow, path: Any, qtbot: Any, *, writable: bool = False) -> None:
    """Open a file that can be opened and wait for the first answers."""
    window.open_path(path, writable=writable)
    resolved = path.resolve()
    qtbot.waitUntil(
        lambda: (
            window.session.database is not None
            and window.session.database.path == resolved
            and window.session.database.writable == writable
        ),
        timeout=PATIENCE_MS,
    )
    settle(window, qtbot)


def settle(window: MainWindow, qtbot: Any) -> None:
    """Wait for a moment in which nothing runs and nothing waits."""
    clients = window.context.clients
    qtbot.waitUntil(lambda: not any(client.is_busy for client in clients), timeout=PATIENCE_MS)


def visit_every_tab(window: MainWindow, qtbot: Any, *, twice: bool = False) -> None:
    """Bring each tab to the front, let it read and draw, and, `twice`, read everything again."""
    for tab in window.tabs.tabs:
        assert window.tabs.go_to(tab.name)
        settle(window, qtbot)
        if twice:
            window.refresh()
            settle(window, qtbot)
        assert not window.grab().isNull()
        assert_no_bug(window)


def run_audit(window: MainWindow, qtbot: Any, profile: str = "standard") -> dict[str, Any]:
    """Run an audit through the window and return its document."""
    with qtbot.waitSignal(window.context.navigator.audit_finished, timeout=PATIENCE_MS) as ended:
        window.tabs.go_to("Audit")
        window.context.navigator.audit_wanted.emit(profile)
    settle(window, qtbot)
    assert ended.args is not None
    document: dict[str, Any] = ended.args[0]
    return document


def wait_for_message(window: MainWindow, qtbot: Any) -> Message:
    """Wait for a message and return the one that is shown."""
    qtbot.waitUntil(lambda: bool(window.messages.messages), timeout=PATIENCE_MS)
    assert window.messages.isVisible()
    return window.messages.messages[0]


def shown_texts(window: QWidget) -> list[str]:
    """Return what all labels say, seen or not."""
    return [label.text() for label in window.findChildren(QLabel)]


def assert_no_bug(window: MainWindow) -> None:
    """Check that nothing in the window tells of a mistake of the console's own."""
    told = [*shown_texts(window), *(message.title for message in window.messages.messages)]
    assert not [text for text in told if "mistake in CTS Console" in text]


def assert_plain(window: MainWindow, *names: str) -> None:
    """Check that nothing in the window would read one of these names as markup."""
    for where, tip in _all_tips(window):
        if any(name in tip for name in names):
            assert not Qt.mightBeRichText(tip), f"{where}: tool tip {tip!r}"
    for label in window.findChildren(QLabel):
        if any(name in label.text() for name in names):
            assert label.textFormat() == Qt.TextFormat.PlainText, f"{label}: {label.text()!r}"
    for editor in window.findChildren(QTextEdit):
        # What was read as markup has lost its angle brackets.
        text = editor.toPlainText()
        for name in names:
            assert name in text or _without_markup(name) not in text, f"{editor}: {text!r}"


def _all_tips(window: MainWindow) -> Iterator[tuple[object, str]]:
    for widget in (window, *window.findChildren(QWidget)):
        yield widget, widget.toolTip()
    for action in window.findChildren(QAction):
        yield action, action.toolTip()
    for view in window.findChildren(QAbstractItemView):
        model: QAbstractItemModel | None = view.model()
        if model is None:
            continue
        for row in range(min(model.rowCount(), _MOST_ROWS)):
            for column in range(min(model.columnCount(), _MOST_ROWS)):
                tip = model.data(model.index(row, column), Qt.ItemDataRole.ToolTipRole)
                yield view, str(tip or "")
        for column in range(min(model.columnCount(), _MOST_ROWS)):
            tip = model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
            yield view, str(tip or "")


def _without_markup(name: str) -> str:
    return name.replace("<b>", "").replace("</b>", "")
