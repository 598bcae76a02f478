"""Which of the shown findings are new since a person last looked, and that they are seen now."""

from __future__ import annotations

from PySide6.QtCore import QObject

from cts_console.ui.audit.findings_page import FindingsPage
from cts_console.ui.audit.job import ShownAudit
from cts_console.ui.context import WindowContext


class FindingNewsMarker(QObject):
    """Marks findings; what is looked at is kept by `WindowContext.looks`."""

    def __init__(self, context: WindowContext, page: FindingsPage, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._page = page
        self._shown: ShownAudit | None = None
        self._is_wanted = self._is_visible = False
        context.looks.changed.connect(self._mark)

    def show_audit(self, shown: ShownAudit | None) -> None:
        """Another audit is shown, or none."""
        self._shown = shown
        self._mark()
        self._look()

    def set_visible(self, visible: bool) -> None:
        """Say whether a person can see the tab."""
        self._is_visible = visible
        if visible:
            self._look()
        else:
            self._context.looks.hide()

    def list_new(self) -> None:
        """List what is new, as soon as that is known and an audit is shown."""
        self._is_wanted = True
        self._mark()

    def _mark(self) -> None:
        news = self._context.looks.news
        shown = self._shown
        if shown is None:
            return
        new: frozenset[str] = frozenset()
        # Of an old audit nothing is new.
        if news is not None and not shown.is_old:
            new = (news.new or new) | (news.came_back or new)
        self._page.show_new(new)
        if self._is_wanted and news is not None:
            self._is_wanted = False
            if self._page.model.of_group("new"):
                self._page.show_list("new")

    def _look(self) -> None:
        """An audit that is not kept, or is an old one, shows no later state than was seen."""
        shown = self._shown
        if self._is_visible and shown is not None and not shown.is_old and shown.number is not None:
            self._context.looks.show(audit=shown.number)
