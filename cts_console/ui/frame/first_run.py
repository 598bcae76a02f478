"""What the window shows while no file is open: three large choices and the recent files."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from cts_console.ui.context import WindowContext
from cts_console.ui.text import one_line, tip_text
from cts_console.ui.widgets.basics import SPACE, ElidedLabel, button, plain_label

_MOST_RECENT = 5


class _Choice(QPushButton):
    """A large button: icon, what it does, and one sentence about it."""

    def __init__(self, context: WindowContext, action: QAction, icon: str, title: str, text: str):
        super().__init__()
        self._theme = context.theme
        self._icon_name = icon
        self.setProperty("choice", True)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setToolTip(action.toolTip())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._icon = plain_label()
        self._text = plain_label(text, role="muted")
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self._icon)
        heading = plain_label(title, role="title")
        heading.setWordWrap(True)
        layout.addWidget(heading)
        layout.addWidget(self._text, 1)
        self.clicked.connect(lambda _checked=False: action.trigger())
        action.enabledChanged.connect(self.setEnabled)
        context.theme.changed.connect(self._dress)
        self._dress()

    def sizeHint(self) -> QSize:
        """Return the size of a card."""
        return QSize(self._theme.px(250), self._theme.px(170))

    def _dress(self) -> None:
        side = self._theme.px(32)
        icon = self._theme.icon(self._icon_name, "accent")
        self._icon.setPixmap(icon.pixmap(QSize(side, side)))
        self.setMinimumSize(self._theme.px(148), self._theme.px(170))


class FirstRunPage(QScrollArea):
    """Three choices; below them the files that were open before."""

    file_wanted = Signal(str)
    """Carries the path of a recent file."""

    def __init__(
        self,
        context: WindowContext,
        open_file: QAction,
        new_database: QAction,
        demo: QAction,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._recent = QVBoxLayout()
        self._recent.setSpacing(SPACE)
        self.choices = (
            _Choice(
                context,
                open_file,
                "mdi6.folder-open-outline",
                self.tr("Open a file"),
                self.tr(
                    "Any SQLite database. Looking never changes it. You can also drop it here."
                ),
            ),
            _Choice(
                context,
                new_database,
                "mdi6.database-plus-outline",
                self.tr("Create a CTS database"),
                self.tr("A new file with the whole schema, set up for trading and checked."),
            ),
            _Choice(
                context,
                demo,
                "mdi6.flask-outline",
                self.tr("Explore the demo"),
                self.tr("Real candles and executions with an invented ledger around them."),
            ),
        )
        self.setWidgetResizable(True)
        self.setWidget(self._make_page())

    def show_recent(self, paths: list[str]) -> None:
        """Offer the files that were open before."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        if paths:
            self._recent.addWidget(plain_label(self.tr("Recent files"), role="muted"))
        for path in paths[:_MOST_RECENT]:
            name, _color = self._context.settings.file_label(path)
            self._recent.addWidget(self._make_recent(path, name))

    def _make_recent(self, path: str, name: str) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        opener = button(
            self._context.theme,
            one_line(name or path.rsplit("/", 1)[-1], 40).replace("&", "&&"),
            "mdi6.database-outline",
            partial(self.file_wanted.emit, path),
            tip=tip_text(one_line(path, 400)),
        )
        opener.setProperty("flat", True)
        layout.addWidget(opener)
        layout.addWidget(ElidedLabel(one_line(path, 400), role="muted", middle=True), 1)
        return row

    def _make_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout()
        column.setSpacing(4 * SPACE)
        title = plain_label(self.tr("CTS Console"), role="figure")
        text = plain_label(
            self.tr("Looks after the SQLite file of a trading system."), role="muted"
        )
        column.addStretch(2)
        column.addWidget(title)
        column.addWidget(text)
        cards = QHBoxLayout()
        cards.setSpacing(3 * SPACE)
        for choice in self.choices:
            cards.addWidget(choice, 1)
        column.addLayout(cards)
        column.addLayout(self._recent)
        column.addStretch(3)
        middle = QWidget()
        middle.setLayout(column)
        middle.setMaximumWidth(1100)
        layout = QHBoxLayout(page)
        layout.addStretch(1)
        layout.addWidget(middle, 12)
        layout.addStretch(1)
        return page
