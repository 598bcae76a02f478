"""One page of the help as rich text, in the colours and sizes of the theme."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QTextBlock, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QTextEdit, QWidget

from cts_console.ui.help.pages import ENDING, HelpPage
from cts_console.ui.theme import Theme

_LINE_PERCENT: Final = 135.0


class PageView(QTextBrowser):
    """Shows a page. It loads nothing by itself and follows no link; it tells which was pressed."""

    page_asked = Signal(str)
    """Carries the name of the page that a link leads to."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._page: HelpPage | None = None
        self._words: list[str] = []
        self.setOpenLinks(False)
        self.setAccessibleName(self.tr("Page of the help"))
        self.anchorClicked.connect(self._on_link)
        theme.changed.connect(self._on_theme)

    @property
    def page(self) -> HelpPage | None:
        """The page that is shown."""
        return self._page

    def loadResource(self, _kind: int, _name: QUrl | str) -> object:
        """Return nothing: a page is text alone."""
        return None

    def show_page(self, page: HelpPage) -> None:
        """Show another page from its top."""
        self._page = page
        self._fill(page)
        self._mark()

    def mark(self, words: list[str]) -> None:
        """Mark where these words occur."""
        self._words = words
        self._mark()

    def go_to_next(self) -> None:
        """Bring the next marked place into view; after the last comes the first."""
        places = self._places()
        if not places:
            return
        now = self.textCursor().selectionStart() if self.textCursor().hasSelection() else -1
        after = [place for place in places if place.selectionStart() > now]
        self.setTextCursor((after or places)[0])
        self.ensureCursorVisible()

    def _fill(self, page: HelpPage) -> None:
        document = self.document()
        document.setDefaultFont(self._theme.font())
        document.setDocumentMargin(self._theme.px(12))
        document.setMarkdown(page.text, QTextDocument.MarkdownFeature.MarkdownNoHTML)
        self._dress(document)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _dress(self, document: QTextDocument) -> None:
        code = QTextCharFormat()
        code.setFontFamilies([self._theme.mono_font().family()])
        code.setBackground(self._theme.color("raised"))
        block = document.begin()
        while block.isValid():
            cursor = QTextCursor(block)
            form = QTextBlockFormat()
            form.setLineHeight(
                _LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
            )
            level = block.blockFormat().headingLevel()
            form.setTopMargin(self._theme.px(16 if level == 2 else 4))
            form.setBottomMargin(self._theme.px(4))
            cursor.mergeBlockFormat(form)
            for start, end in _code_of(document, block.position()):
                cursor.setPosition(start)
                cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
                cursor.mergeCharFormat(code)
            block = block.next()

    def _places(self) -> list[QTextCursor]:
        document, found = self.document(), []
        for word in self._words:
            place = document.find(word)
            while not place.isNull():
                found.append(place)
                place = document.find(word, place)
        return sorted(found, key=lambda place: place.selectionStart())

    def _mark(self) -> None:
        look = QTextCharFormat()
        look.setBackground(self._theme.color("warn"))
        look.setForeground(self._theme.color("on_banner"))
        marks = []
        for place in self._places():
            mark = QTextEdit.ExtraSelection()
            mark.cursor, mark.format = place, look
            marks.append(mark)
        self.setExtraSelections(marks)

    def _on_theme(self) -> None:
        if self._page is not None:
            at = self.verticalScrollBar().value()
            self._fill(self._page)
            self._mark()
            self.verticalScrollBar().setValue(at)

    def _on_link(self, link: QUrl) -> None:
        name = link.toString()
        if name.endswith(ENDING):
            self.page_asked.emit(name.removesuffix(ENDING))


def _code_of(document: QTextDocument, position: int) -> list[tuple[int, int]]:
    """Return where code stands in the block at `position`, from and to."""
    found = []
    # In PySide the iterator of a block is Python's own.
    for fragment in cast("Iterable[QTextBlock.iterator]", document.findBlock(position)):
        part = fragment.fragment()
        if part.charFormat().fontFixedPitch():
            found.append((part.position(), part.position() + part.length()))
    return found
