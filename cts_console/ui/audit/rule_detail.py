"""One rule in full: what came of it, why, and what it is about."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from cts_console.ui.audit.flow_layout import FlowLayout
from cts_console.ui.audit.rule_help import RuleHelp
from cts_console.ui.models.findings import category_title
from cts_console.ui.models.rules_model import RuleItem, outcome_state, spent_text
from cts_console.ui.text import one_line
from cts_console.ui.widgets.basics import SPACE, WrappedLabel, badge, set_state

_LONGEST_TEXT = 4_000


class RuleDetail(QFrame):
    """The pane beside the list of rules."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setAccessibleName(self.tr("Selected rule"))
        self._outcome, self._rule, self._category, self._profile = (badge("") for _ in range(4))
        self.title = WrappedLabel("title")
        self.reason = WrappedLabel()
        self.duration = WrappedLabel("muted")
        self.help_text = RuleHelp()
        self._scroll = QScrollArea()
        self._lay_out()
        self.show_item(None)

    def show_item(self, item: RuleItem | None) -> None:
        """Show a rule; None empties the pane."""
        self._scroll.setVisible(item is not None)
        if item is None:
            return
        self._outcome.setText(item.outcome)
        set_state(self._outcome, outcome_state(item))
        self._rule.setText(item.check.rule)
        self._category.setText(category_title(item.category))
        self._category.setVisible(bool(item.category))
        self._profile.setText(item.profile)
        self._profile.setVisible(bool(item.profile))
        self.title.setText(item.title or self.tr("This console does not have the rule"))
        self.reason.setText(one_line(item.reason, _LONGEST_TEXT))
        self.reason.setVisible(bool(item.reason))
        self.duration.setText(self.tr("It took {0}.").format(spent_text(item.check.duration_ms)))
        self.duration.setVisible(item.check.duration_ms > 0)
        self.help_text.show_rule(item.check.rule, item.title)
        self._scroll.verticalScrollBar().setValue(0)

    def _lay_out(self) -> None:
        badges = FlowLayout(2 * SPACE)
        for word in (self._outcome, self._rule, self._category, self._profile):
            badges.addWidget(word)
        content = QWidget()
        body = QVBoxLayout(content)
        body.setContentsMargins(0, 0, 2 * SPACE, 0)
        body.setSpacing(3 * SPACE)
        body.addLayout(badges)
        for part in (self.title, self.reason, self.duration, self.help_text):
            body.addWidget(part)
        body.addStretch(1)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACE + 2, 3 * SPACE, 2 * SPACE, 3 * SPACE)
        layout.addWidget(self._scroll)
