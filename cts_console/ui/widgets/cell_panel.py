"""The side panel with the whole value of one cell: text, JSON, hex, image."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cts_console.errors import CtsError
from cts_console.schema.browse_source import RowSource, Seek
from cts_console.ui.models.cells import value_font
from cts_console.ui.text import one_line
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, ElidedLabel, button, plain_label
from cts_console.ui.widgets.cell_panel_content import CellContent, read_content
from cts_console.worker import Client, Job, Target

PART_CHARACTERS: Final = 50_000
"""A long text is shown in parts: laying out more at once would stop the window."""
_TIMEOUT_S: Final = 10.0
_LONGEST_WORD: Final = 2_000
_VIEWS: Final = ("text", "json", "hex", "image")


class CellPanel(QFrame):
    """Shows the value of the cell it is told to; asks for it by a job of its own."""

    def __init__(self, client: Client, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._theme = theme
        self._content = CellContent("")
        self._part = 0
        self._view = "text"
        self._pixmap = QPixmap()
        self.setProperty("card", True)
        self._title = ElidedLabel(role="title")
        self._facts = ElidedLabel(role="muted")
        self._note = plain_label(role="muted")
        self._note.setWordWrap(True)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setProperty("mono", True)
        self._text.setAccessibleName(self.tr("Value"))
        self._image = QLabel()
        self._image.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._image.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._image.setAccessibleName(self.tr("Image"))
        self._pages = QStackedWidget()
        self._pages.addWidget(self._text)
        self._pages.addWidget(self._image)
        self._group = QButtonGroup(self)
        self._buttons = self._make_view_buttons()
        self._copy = button(theme, "", "mdi6.content-copy", self._copy_value, tip=self.tr("Copy"))
        self._copy.setProperty("flat", True)
        self._part_label = plain_label(role="muted")
        self._back = button(
            theme, "", "mdi6.chevron-left", self._go_back, tip=self.tr("Part before")
        )
        self._on = button(theme, "", "mdi6.chevron-right", self._go_on, tip=self.tr("Next part"))
        self._lay_out()
        theme.changed.connect(self._dress)
        self._dress()
        self.clear()

    @property
    def text(self) -> str:
        """What the text area shows."""
        return self._text.toPlainText()

    @property
    def note(self) -> str:
        """The remark under the title."""
        return self._note.text()

    def clear(self) -> None:
        """Show no cell."""
        self._client.withdraw(self)
        self._title.setText(self.tr("No cell"))
        self._show(CellContent("", self.tr("Go to a cell to see its whole value.")))

    def show_cell(self, target: Target, source: RowSource, place: Seek, column: str) -> None:
        """Ask for the value of `column` in the row at `place` and show it."""
        self._title.setText(one_line(column))
        work = partial(read_content, source=source, place=place, column=column)
        job = Job(f"Value of {column}", work, target, _TIMEOUT_S, quiet=True)
        self._client.submit(job, self, self._show, self._show_error, key="cell")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the picture."""
        super().resizeEvent(event)
        self._fit_image()

    def _show_error(self, error: CtsError) -> None:
        self._show(CellContent(error.title, f"{error.message} {error.hint}".strip()))

    def _show(self, content: CellContent) -> None:
        self._content = content
        self._part = 0
        self._pixmap = QPixmap() if content.image is None else QPixmap.fromImage(content.image)
        self._facts.setText(content.facts)
        self._note.setText(content.note)
        self._note.setVisible(bool(content.note))
        there = {
            "text": content.text is not None,
            "json": content.pretty_json is not None,
            "hex": content.hex_dump is not None,
            "image": content.image is not None,
        }
        for name, its_button in self._buttons.items():
            its_button.setVisible(there[name])
        if not there.get(self._view):
            best = ("image", "text", "hex", "json")
            self._view = next((name for name in best if there[name]), "text")
        elif self._view == "text" and there["json"]:
            self._view = "json"
        self._buttons[self._view].setChecked(True)
        self._copy.setEnabled(any(there.values()))
        self._show_view()

    def _show_view(self) -> None:
        is_image = self._view == "image"
        self._pages.setCurrentWidget(self._image if is_image else self._text)
        whole = "" if is_image else self._shown_text()
        parts = max(1, -(-len(whole) // PART_CHARACTERS))
        start = self._part * PART_CHARACTERS
        part = whole[start : start + PART_CHARACTERS]
        wraps = QPlainTextEdit.LineWrapMode
        self._text.setLineWrapMode(wraps.WidgetWidth if self._can_wrap(part) else wraps.NoWrap)
        self._text.setPlainText(part)
        for widget in (self._part_label, self._back, self._on):
            widget.setVisible(parts > 1)
        self._part_label.setText(self.tr("part {0} of {1}").format(self._part + 1, f"{parts:,}"))
        self._back.setEnabled(self._part > 0)
        self._on.setEnabled(self._part + 1 < parts)
        self._fit_image()

    def _can_wrap(self, part: str) -> bool:
        # Qt's time to wrap a word grows with the square of its length: 50,000 characters, 0.5 s.
        return self._view != "hex" and max(map(len, part.split()), default=0) <= _LONGEST_WORD

    def _shown_text(self) -> str:
        content = self._content
        shown = {"text": content.text, "json": content.pretty_json, "hex": content.hex_dump}
        return shown.get(self._view) or ""

    def _choose(self, name: str) -> None:
        self._view, self._part = name, 0
        self._show_view()

    def _go_back(self) -> None:
        self._part -= 1
        self._show_view()

    def _go_on(self) -> None:
        self._part += 1
        self._show_view()

    def _copy_value(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if self._view == "image":
            clipboard.setPixmap(self._pixmap)
        else:
            clipboard.setText(self._shown_text())

    def _fit_image(self) -> None:
        if self._pixmap.isNull():
            self._image.clear()
            return
        room = self._image.size()
        scaled = self._pixmap
        if room.width() < scaled.width() or room.height() < scaled.height():
            scaled = scaled.scaled(
                room,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        self._image.setPixmap(scaled)

    def _make_view_buttons(self) -> dict[str, QPushButton]:
        words = (self.tr("Text"), self.tr("JSON"), self.tr("Hex"), self.tr("Image"))
        made = {}
        for name, word in zip(_VIEWS, words, strict=True):
            made[name] = button(self._theme, word, on_click=partial(self._choose, name))
            made[name].setCheckable(True)
            self._group.addButton(made[name])
        return dict(made)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 3 * SPACE)
        layout.setSpacing(2 * SPACE)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._copy)
        layout.addLayout(top)
        layout.addWidget(self._facts)
        layout.addWidget(self._note)
        views = QHBoxLayout()
        views.setSpacing(SPACE)
        for name in _VIEWS:
            views.addWidget(self._buttons[name])
        views.addStretch(1)
        layout.addLayout(views)
        layout.addWidget(self._pages, 1)
        parts = QHBoxLayout()
        parts.addWidget(self._part_label, 1)
        parts.addWidget(self._back)
        parts.addWidget(self._on)
        layout.addLayout(parts)

    def _dress(self) -> None:
        self._text.setFont(value_font(self._theme))
        self.setMinimumWidth(self._theme.px(200))
