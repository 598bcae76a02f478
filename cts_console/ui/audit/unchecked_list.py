"""What the audit did not answer, with the reason, folded under the findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from cts_console.audit import RULES, Check
from cts_console.ui.text import one_line, tip_text
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, button

_TITLES: Final = {rule.id: rule.title for rule in RULES}
_ROW_PX = 28
_MOST_PX = 160


def open_questions(checks: Sequence[Check]) -> list[Check]:
    """Return the checks that left a question open, or a part of one."""
    return [
        check
        for check in checks
        if check.status in ("not_checked", "errored") or (check.status == "found" and check.note)
    ]


class UncheckedList(QWidget):
    """A button with the count; under it the rules and why. Hidden where nothing is open."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._count = 0
        self.fold_button = button(theme, "", on_click=self._on_fold)
        self.fold_button.setProperty("flat", True)
        self.list = QTreeWidget()
        self.list.setHeaderLabels([self.tr("Rule"), self.tr("What it asks"), self.tr("Why open")])
        self.list.setRootIsDecorated(False)
        self.list.setAccessibleName(self.tr("Rules that gave no whole answer"))
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setStretchLastSection(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.fold_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.list)
        theme.changed.connect(self._dress)
        self._dress()
        self.list.hide()
        self.show_checks(())

    def show_checks(self, checks: Sequence[Check]) -> None:
        """Show what is open among these."""
        found = open_questions(checks)
        self._count = len(found)
        self.list.clear()
        for check in found:
            reason = self._reason(check)
            item = QTreeWidgetItem([check.rule, _TITLES.get(check.rule, ""), one_line(reason)])
            item.setToolTip(2, tip_text(reason))
            self.list.addTopLevelItem(item)
        self.setVisible(bool(found))
        self._dress()
        self._fold(folded=self.list.isHidden())

    def _reason(self, check: Check) -> str:
        note = check.note or self.tr("no reason given")
        if check.status == "found":
            return self.tr("in part: {0}").format(note)
        return note

    def _on_fold(self) -> None:
        self._fold(folded=not self.list.isHidden())

    def _fold(self, *, folded: bool) -> None:
        self.list.setVisible(not folded)
        sign = "▸" if folded else "▾"
        self.fold_button.setText(
            self.tr("{0} Not checked, or in part ({1})").format(sign, self._count)
        )

    def _dress(self) -> None:
        head = self.list.header().sizeHint().height()
        needed = head + max(1, self._count) * self._theme.px(_ROW_PX) + self._theme.px(8)
        self.list.setFixedHeight(min(needed, self._theme.px(_MOST_PX)))
        self.list.setColumnWidth(1, self._theme.px(260))
