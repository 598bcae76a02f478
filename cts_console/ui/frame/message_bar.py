"""The bar over the tabs: what went wrong and what to do about it, and short notices."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from cts_console.errors import CtsError
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, State, button, plain_label, set_property

_MOST_WAITING: Final = 50
_ICONS: Final[dict[State, str]] = {
    "bad": "mdi6.alert-circle",
    "warn": "mdi6.alert",
    "ok": "mdi6.check-circle",
    "info": "mdi6.information",
    "": "mdi6.information",
}


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of the bar."""

    text: str
    """What happened, one sentence."""
    state: State = "info"
    """How bad it is."""
    title: str = ""
    """A headline; "" for a notice that needs none."""
    hint: str = ""
    """What to do."""
    details: str = ""
    """What helps whoever looks into it; folded."""
    action_text: str = ""
    """What the button says."""
    action: Callable[[], object] | None = None
    """What the button does; None for no button."""
    times: int = 1
    """How often it came."""


class MessageBar(QFrame):
    """Shows one message; others wait behind it. Hidden while there is nothing to say."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._waiting: deque[Message] = deque()
        self.setProperty("message", True)
        self.setAccessibleName(self.tr("Messages"))
        self._icon = QLabel()
        self._title = plain_label(role="title")
        self._text = plain_label(selectable=True)
        self._hint = plain_label(role="muted", selectable=True)
        self._count = plain_label(role="muted")
        for label in (self._text, self._hint):
            label.setWordWrap(True)
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setProperty("mono", True)
        self._details.setAccessibleName(self.tr("Details"))
        self._action = button(theme, "", on_click=self._on_action)
        self._fold = button(theme, self.tr("Details"), on_click=self._on_fold)
        self._fold.setCheckable(True)
        self._close = button(
            theme, "", "mdi6.close", self.close_message, tip=self.tr("Close this message")
        )
        self._close.setProperty("flat", True)
        self._lay_out()
        theme.changed.connect(self._dress)
        self.hide()

    @property
    def messages(self) -> tuple[Message, ...]:
        """The shown message and those behind it."""
        return tuple(self._waiting)

    def show_error(
        self, error: CtsError, action_text: str = "", action: Callable[[], object] | None = None
    ) -> None:
        """Show an error; one that is shown already is counted. A stop is not an error."""
        if error.code == "cancelled":
            return
        self.show_message(
            Message(
                error.message,
                "bad",
                error.title,
                error.hint,
                _details_of(error),
                action_text,
                action,
            )
        )

    def show_notice(self, text: str, state: State = "info") -> None:
        """Show one sentence that is not an error."""
        self.show_message(Message(text, state))

    def show_warning(self, text: str) -> None:
        """Show one sentence that stays until a person closes it."""
        self.show_notice(text, "warn")

    def show_message(self, message: Message) -> None:
        """Show a message, behind those that a person has not closed yet."""
        for index, known in enumerate(self._waiting):
            if (known.title, known.text) == (message.title, message.text):
                self._waiting[index] = replace(known, times=known.times + 1)
                self._show_first()
                return
        if self._waiting and self._waiting[0].state in ("info", "ok"):
            # A notice has been read by now, or the newer one matters more.
            self._waiting.popleft()
        if len(self._waiting) < _MOST_WAITING:
            self._waiting.append(message)
        self._show_first()

    def close_message(self) -> None:
        """Close the shown message and show the next."""
        if self._waiting:
            self._waiting.popleft()
        self._fold.setChecked(False)
        self._show_first()

    def clear(self) -> None:
        """Close all messages."""
        self._waiting.clear()
        self._show_first()

    def _show_first(self) -> None:
        if not self._waiting:
            self.hide()
            return
        message = self._waiting[0]
        self._title.setText(message.title)
        self._title.setVisible(bool(message.title))
        self._text.setText(message.text)
        self._hint.setText(message.hint)
        self._hint.setVisible(bool(message.hint))
        self._details.setPlainText(message.details)
        self._fold.setVisible(bool(message.details))
        self._action.setText(message.action_text)
        self._action.setVisible(message.action is not None)
        self._count.setText(self._count_text(message))
        self._on_fold()
        set_property(self, "state", message.state)
        self._dress()
        self.setAccessibleDescription(f"{message.title} {message.text} {message.hint}".strip())
        self.show()

    def _count_text(self, message: Message) -> str:
        parts = []
        if message.times > 1:
            parts.append(self.tr("{0} times").format(message.times))
        if len(self._waiting) > 1:
            parts.append(self.tr("{0} more").format(len(self._waiting) - 1))
        return " · ".join(parts)

    def _on_fold(self) -> None:
        self._details.setVisible(self._fold.isChecked() and bool(self._details.toPlainText()))

    def _on_action(self) -> None:
        action = self._waiting[0].action if self._waiting else None
        self.close_message()
        if action is not None:
            action()

    def _dress(self) -> None:
        if self._waiting:
            state = self._waiting[0].state
            icon = self._theme.icon(_ICONS[state], state or "info")
            self._icon.setPixmap(icon.pixmap(self._theme.icon_size))
        self._details.setFixedHeight(self._theme.px(110))

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(SPACE // 2)
        for label in (self._title, self._text, self._hint):
            words.addWidget(label)
        top = QHBoxLayout()
        top.setSpacing(2 * SPACE)
        top.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        top.addWidget(self._count, 0, Qt.AlignmentFlag.AlignTop)
        for part in (self._action, self._fold, self._close):
            top.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.addLayout(top)
        layout.addWidget(self._details)


def _details_of(error: CtsError) -> str:
    lines = [f"code: {error.code}"]
    cause: BaseException | None = error.__cause__
    while cause is not None:
        lines.append(f"{type(cause).__name__}: {cause}")
        cause = cause.__cause__
    return "\n".join(lines)
