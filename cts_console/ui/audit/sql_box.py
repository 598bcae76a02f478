"""A piece of SQL to be read and copied."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from cts_console.ui.text import visible_text
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, button, plain_label

_MOST_LINES = 8


class SqlBox(QWidget):
    """A title, a Copy button and the text in the face for code."""

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._sql = ""
        self.title = plain_label(title, role="muted")
        self.copy_button = button(
            theme, self.tr("Copy"), "mdi6.content-copy", self._copy, tip=self.tr("Copy the SQL")
        )
        self.copy_button.setProperty("flat", True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setProperty("mono", True)
        self.text.setAccessibleName(title)
        self.text.setTabChangesFocus(True)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addLayout(head)
        layout.addWidget(self.text)
        theme.changed.connect(self._fit)

    def show_sql(self, sql: str | None) -> None:
        """Show a statement; hide the box where there is none."""
        self._sql = sql or ""
        self.setVisible(bool(sql))
        self.text.setPlainText(visible_text(self._sql))
        self._fit()

    def resizeEvent(self, event: object) -> None:
        """Make room for the lines that the width makes."""
        super().resizeEvent(event)  # type: ignore[arg-type]  # Qt's own event, handed through
        self._fit()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._sql)

    def _fit(self) -> None:
        metrics = self.text.fontMetrics()
        across = max(1, self.text.viewport().width() // max(1, metrics.averageCharWidth()))
        wrapped = sum(1 + len(line) // across for line in self._sql.splitlines() or [""])
        height = min(wrapped, _MOST_LINES) * metrics.lineSpacing() + self._theme.px(24)
        if self.text.height() != height:
            self.text.setFixedHeight(height)
