"""Ask once more before something cannot be taken back, with the figures in the question."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, WrappedLabel, button

_WIDTH_PX: Final = 460


class ConfirmDialog(QDialog):
    """One question; Cancel has the focus."""

    def __init__(
        self, theme: Theme, title: str, text: str, action: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.text = WrappedLabel()
        self.text.setText(text)
        self.cancel_button = button(theme, self.tr("Cancel"), on_click=self.reject)
        self.action_button = button(theme, action, on_click=self.accept, primary=True)
        self.action_button.setAutoDefault(False)
        foot = QHBoxLayout()
        foot.setSpacing(2 * SPACE)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.action_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(self.text, 1)
        layout.addLayout(foot)
        self.setMinimumWidth(min(theme.px(_WIDTH_PX), self.screen().availableSize().width()))
        self.cancel_button.setFocus()
