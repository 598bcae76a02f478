"""The states of every view: empty, loading, failed, stopped, and its content."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from cts_console.errors import CtsError
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, button, plain_label

# What takes less than this shows no sign of work: it would only flicker.
_PATIENCE_MS = 100


class StateStack(QStackedWidget):
    """Shows `content`, or in its place one sentence and what to do."""

    def __init__(self, theme: Theme, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._content = content
        self._action: Callable[[], object] | None = None
        self._title = plain_label(role="title")
        self._text = plain_label(role="muted")
        self._hint = plain_label(role="muted")
        self._button = button(theme, "", on_click=self._on_clicked)
        self._page = self._make_page()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(lambda: self._show(self.tr("Loading …"), "", "", None, ""))
        self.addWidget(content)
        self.addWidget(self._page)

    def show_content(self) -> None:
        """Show the content."""
        self._patience.stop()
        self.setCurrentWidget(self._content)

    def show_loading(self) -> None:
        """Say that it works, once that takes long enough to be seen; until then nothing changes."""
        if not self._patience.isActive() and self.currentWidget() is self._content:
            self._patience.start()

    def show_empty(
        self,
        title: str,
        text: str = "",
        action: Callable[[], object] | None = None,
        action_text: str = "",
    ) -> None:
        """Say that there is nothing, and what a person could do about it."""
        self._show(title, text, "", action, action_text)

    def show_error(
        self,
        error: CtsError,
        action: Callable[[], object] | None = None,
        action_text: str = "Try again",
    ) -> None:
        """Say what went wrong and what to do; a stop is told as a stop."""
        if error.code == "cancelled":
            self._show(self.tr("Stopped"), error.message, "", action, action_text)
        else:
            self._show(error.title, error.message, error.hint, action, action_text)

    def _show(
        self,
        title: str,
        text: str,
        hint: str,
        action: Callable[[], object] | None,
        action_text: str,
    ) -> None:
        self._patience.stop()
        self._title.setText(title)
        self._text.setText(text)
        self._hint.setText(hint)
        self._text.setVisible(bool(text))
        self._hint.setVisible(bool(hint))
        self._action = action
        self._button.setText(action_text)
        self._button.setVisible(action is not None)
        self._page.setAccessibleName(f"{title} {text} {hint}".strip())
        self.setCurrentWidget(self._page)

    def _on_clicked(self) -> None:
        if self._action is not None:
            self._action()

    def _make_page(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setSpacing(2 * SPACE)
        layout.addStretch(1)
        for label in (self._title, self._text, self._hint):
            self._centre(label)
            layout.addWidget(label)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)
        return page

    def _centre(self, label: QLabel) -> None:
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
