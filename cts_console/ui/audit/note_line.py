"""What the audit itself has to say about how the file was read: one line, the whole on demand."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from cts_console.ui.text import one_line, tip_text
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, ElidedLabel, WrappedLabel, button

_LONGEST_TEXT = 4_000


class NoteLine(QWidget):
    """Hidden where there is no note."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = QLabel()
        self.line = ElidedLabel(role="muted")
        self.whole = WrappedLabel("muted")
        self.fold_button = button(theme, self.tr("More"), on_click=self._on_fold)
        self.fold_button.setProperty("flat", True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self._icon)
        layout.addWidget(self.line, 1)
        layout.addWidget(self.whole, 1)
        layout.addWidget(self.fold_button)
        theme.changed.connect(self._dress)
        self._dress()
        self.show_note("")

    def show_note(self, text: str) -> None:
        """Show another note; "" for none."""
        self.line.setText(one_line(text, _LONGEST_TEXT))
        self.line.setToolTip(tip_text(text))
        self.whole.setText(one_line(text, _LONGEST_TEXT))
        self._fold(folded=True)
        self.setVisible(bool(text))

    def _on_fold(self) -> None:
        self._fold(folded=self.line.isHidden())

    def _fold(self, *, folded: bool) -> None:
        self.line.setVisible(folded)
        self.whole.setVisible(not folded)
        self.fold_button.setText(self.tr("More") if folded else self.tr("Less"))

    def _dress(self) -> None:
        icon = self._theme.icon("mdi6.information-outline", "info")
        self._icon.setPixmap(icon.pixmap(self._theme.icon_size))
