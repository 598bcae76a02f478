"""Small parts that every tab is made of: cards, figures, badges, buttons."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from cts_console.ui.colors import Token
from cts_console.ui.text import tip_text
from cts_console.ui.theme import Theme

State = Literal["", "ok", "warn", "bad", "info"]
SPACE = 4
_LONG_WORD: Final = re.compile(r"\S{40,}")


def set_property(widget: QWidget, name: str, value: str | bool) -> None:
    """Set a property that the style sheet looks at, and have it looked at again."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def plain_label(text: str = "", *, role: str = "", selectable: bool = False) -> QLabel:
    """Return a label that shows markup as the plain text it is."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    if role:
        label.setProperty("role", role)
    if selectable:
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return label


def set_state(label: QLabel, state: State) -> None:
    """Colour a label by what it says; the words must say it too."""
    set_property(label, "state", state)


def badge(text: str, state: State = "") -> QLabel:
    """Return a word in a rounded frame."""
    label = plain_label(text)
    label.setProperty("badge", True)
    set_state(label, state)
    return label


class WrappedLabel(QLabel):
    """A selectable label of plain text over several lines, none of it cut, however long a name."""

    def __init__(self, role: str = "") -> None:
        super().__init__()
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        # A name without a space must not widen what the label is in.
        self.setMinimumWidth(1)
        self.setProperty("role", role)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    def text(self) -> str:
        """Return the whole text."""
        return self._whole

    def setText(self, text: str) -> None:
        """Show another text; words that no line holds may be broken anywhere."""
        self._whole = text
        self.setAccessibleName(text)
        super().setText(_LONG_WORD.sub(lambda found: "\u200b".join(found[0]), text))


class ElidedLabel(QLabel):
    """A label of plain text that is cut with "…" where it does not fit; the tool tip has it all."""

    def __init__(self, text: str = "", *, role: str = "", middle: bool = False) -> None:
        super().__init__()
        self._whole = text
        self._mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        if role:
            self.setProperty("role", role)
        self._fit()

    def text(self) -> str:
        """Return the whole text."""
        return self._whole

    def setText(self, text: str) -> None:
        """Show another text."""
        if text != self._whole:
            self._whole = text
            self.setAccessibleName(text)
            self.updateGeometry()
            self._fit()

    def sizeHint(self) -> QSize:
        """Return the size at which nothing is cut."""
        hint = super().sizeHint()
        # The style gives the visible text its width; what is missing is the part that is cut.
        metrics = self.fontMetrics()
        missing = metrics.horizontalAdvance(self._whole) - metrics.horizontalAdvance(super().text())
        return QSize(hint.width() + max(0, missing), hint.height())

    def minimumSizeHint(self) -> QSize:
        """Return room for a few letters."""
        return QSize(
            self.fontMetrics().horizontalAdvance("mm…"), super().minimumSizeHint().height()
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text anew."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Cut the text anew in another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
            self._fit()

    def _fit(self) -> None:
        width = self.contentsRect().width()
        super().setText(self.fontMetrics().elidedText(self._whole, self._mode, width))


class ThemedButton(QPushButton):
    """A push button whose icon follows the theme."""

    def __init__(self, theme: Theme, text: str, icon_name: str = "") -> None:
        super().__init__(text)
        self._theme = theme
        self._icon_name = icon_name
        # A bound method: the connection goes with the button. A closure would outlive it.
        theme.changed.connect(self._dress)
        self._dress()

    def set_icon(self, icon_name: str) -> None:
        """Show another icon."""
        self._icon_name = icon_name
        self._dress()

    def _dress(self) -> None:
        if self._icon_name:
            token: Token = "on_accent" if self.property("primary") else "text"
            self.setIcon(self._theme.icon(self._icon_name, token))
            self.setIconSize(self._theme.icon_size)


def button(
    theme: Theme,
    text: str,
    icon_name: str = "",
    on_click: Callable[[], object] | None = None,
    *,
    primary: bool = False,
    tip: str = "",
) -> ThemedButton:
    """Return a push button whose icon follows the theme."""
    made = ThemedButton(theme, text)
    made.setProperty("primary", primary)
    if tip:
        made.setToolTip(tip)
    if not text:
        made.setAccessibleName(tip)
    if icon_name:
        made.set_icon(icon_name)
    if on_click is not None:
        made.clicked.connect(lambda _checked=False: on_click())
    return made


class Card(QFrame):
    """A panel with a border and, if it has one, a title; put contents into `body`."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACE + 2, 3 * SPACE, 3 * SPACE + 2, 3 * SPACE)
        layout.setSpacing(2 * SPACE)
        self.header = QHBoxLayout()
        self.header.setSpacing(2 * SPACE)
        self.title = plain_label(title, role="title")
        self.header.addWidget(self.title)
        self.header.addStretch(1)
        layout.addLayout(self.header)
        self.title.setVisible(bool(title))
        self.body = QVBoxLayout()
        self.body.setSpacing(2 * SPACE)
        layout.addLayout(self.body, 1)


class FigureCard(QFrame):
    """One figure: what it is, its value, and a line of scope or detail under it."""

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACE + 2, 3 * SPACE, 3 * SPACE + 2, 3 * SPACE)
        layout.setSpacing(SPACE)
        self.label = plain_label(label, role="muted")
        # A long detail is cut by the card, never the other way round.
        self.value = ElidedLabel("–", role="figure")
        self.detail = ElidedLabel("", role="muted")
        for part in (self.label, self.value, self.detail):
            layout.addWidget(part)

    def show_figure(self, value: str, detail: str = "", state: State = "") -> None:
        """Show a value with its state and the line under it."""
        self.value.setText(value)
        self.detail.setText(detail)
        self.detail.setToolTip(tip_text(detail))
        set_state(self.value, state)
        self.setAccessibleName(f"{self.label.text()}: {value}. {detail}")
