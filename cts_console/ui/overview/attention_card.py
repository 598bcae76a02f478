"""What needs attention, the worst first, each one click away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cts_console.ui.colors import Token
from cts_console.ui.text import tip_text
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, Card, ElidedLabel, button, plain_label

MOST_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class AttentionItem:
    """One line of the list."""

    icon_name: str
    """Its icon."""
    token: Token
    """The icon's colour."""
    title: str
    """What it is."""
    detail: str
    """Where, and how bad."""
    action_text: str
    """What the button says."""
    action: Callable[[], object]
    """Goes there."""


class AttentionRow(QWidget):
    """Icon, two lines, a button."""

    def __init__(self, theme: Theme, item: AttentionItem, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._item = item
        self._icon = QLabel()
        self.title = ElidedLabel(item.title)
        self.title.setToolTip(tip_text(item.title))
        detail = ElidedLabel(item.detail, role="muted")
        self.button = button(theme, item.action_text, on_click=item.action)
        self.button.setAccessibleName(f"{item.action_text}: {item.title}")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(detail)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self._icon)
        layout.addLayout(words, 1)
        layout.addWidget(self.button)
        theme.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        icon = self._theme.icon(self._item.icon_name, self._item.token)
        self._icon.setPixmap(icon.pixmap(self._theme.icon_size))


class AttentionCard(Card):
    """The list, or the sentence that says that there is nothing on it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._theme = theme
        self._items: tuple[AttentionItem, ...] = ()
        self.rows: list[AttentionRow] = []
        self.title.setText(self.tr("Needs attention"))
        self.title.setVisible(True)
        self.count = plain_label(role="muted")
        self.header.addWidget(self.count)
        self.nothing = plain_label(role="muted")
        self.nothing.setWordWrap(True)
        self._list = QVBoxLayout()
        self._list.setSpacing(2 * SPACE)
        self.body.addWidget(self.nothing)
        self.body.addLayout(self._list)
        self.body.addStretch(1)

    def show_items(self, items: Sequence[AttentionItem], nothing: str) -> None:
        """Show these, at most `MOST_SHOWN`; `nothing` is said where there are none."""
        self.nothing.setText(nothing)
        self.nothing.setVisible(not items)
        left = len(items) - MOST_SHOWN
        self.count.setText(self.tr("{0} more in Audit").format(f"{left:,}") if left > 0 else "")
        shown = tuple(items[:MOST_SHOWN])
        if [_words(item) for item in shown] == [_words(item) for item in self._items]:
            return
        self._items = shown
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [AttentionRow(self._theme, item) for item in shown]
        for row in self.rows:
            self._list.addWidget(row)


def _words(item: AttentionItem) -> tuple[str, str, str]:
    return item.title, item.detail, item.action_text
