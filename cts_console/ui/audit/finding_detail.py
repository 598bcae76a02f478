"""One finding in full: what is so, the evidence, what to do."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from cts_console.ui.audit.evidence_box import EvidenceBox
from cts_console.ui.audit.flow_layout import FlowLayout
from cts_console.ui.audit.rule_help import RuleHelp, has_help
from cts_console.ui.audit.sql_box import SqlBox
from cts_console.ui.clock import Clock
from cts_console.ui.models.findings import (
    FindingItem,
    category_title,
    change_mark,
    severity_state,
)
from cts_console.ui.text import one_line
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import (
    SPACE,
    WrappedLabel,
    badge,
    button,
    plain_label,
    set_state,
)

_LONGEST_TEXT = 4_000


class FindingDetail(QFrame):
    """The pane beside the list."""

    rows_asked = Signal()
    """The person wants to see the rows."""
    copy_asked = Signal()
    """The person wants the finding as Markdown."""
    accept_asked = Signal()
    """The person accepts the finding, or withdraws that."""
    fix_asked = Signal()
    """The person wants to see what the fix would do, and perhaps to apply it."""
    trace_asked = Signal()
    """The person wants to see what happened to the position or order."""

    def __init__(self, theme: Theme, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self._is_foreign = self._is_past = False
        self.setProperty("card", True)
        self.setAccessibleName(self.tr("Selected finding"))
        self._severity, self._rule, self._category, self._confidence = (badge("") for _ in range(4))
        self._accepted = badge(self.tr("accepted"))
        self._change = badge("")
        self.title = WrappedLabel("title")
        self.detail = WrappedLabel()
        self.recommendation = WrappedLabel()
        self.evidence = EvidenceBox(theme, clock)
        self.sql = SqlBox(theme, self.tr("Query"))
        self.fix = SqlBox(theme, self.tr("Fix"))
        self.fix_note = WrappedLabel("muted")
        self.fix_button = button(theme, self.tr("Fix…"), "mdi6.wrench-outline", self.fix_asked.emit)
        self.left_open = WrappedLabel("muted")
        self.known = WrappedLabel("muted")
        self.help_text = RuleHelp()
        self.help_button = button(theme, "", on_click=self._on_help)
        self.help_button.setProperty("flat", True)
        self.rows_button = button(
            theme,
            self.tr("Show the rows"),
            "mdi6.table-eye",
            self.rows_asked.emit,
            tip=self.tr("Show these rows in the Schema tab (Enter)"),
        )
        self.copy_button = button(
            theme,
            "",
            "mdi6.content-copy",
            self.copy_asked.emit,
            tip=self.tr("Copy the finding as Markdown (Ctrl+C)"),
        )
        self.accept_button = button(
            theme, self.tr("Accept…"), "mdi6.check-decagram-outline", self.accept_asked.emit
        )
        self.trace_button = button(
            theme,
            self.tr("Trace …"),
            "mdi6.timeline-text-outline",
            self.trace_asked.emit,
            tip=self.tr("Show what happened to the first position or order, row by row"),
        )
        self._scroll = QScrollArea()
        self._lay_out()
        self.show_item(None)

    def set_foreign(self, foreign: bool) -> None:
        """Say whether the file belongs to another program."""
        self._is_foreign = foreign

    def set_past(self, past: bool) -> None:
        """Say whether the findings are those of an audit that is not the latest."""
        self._is_past = past

    def show_left_open(self, reason: str) -> None:
        """Say which part of the rule's question stayed open; "" for none."""
        told = self.tr("The rule left a part open: {0}").format(one_line(reason, _LONGEST_TEXT))
        self.left_open.setText(told)
        self.left_open.setVisible(bool(reason))

    def show_item(self, item: FindingItem | None) -> None:
        """Show a finding; None empties the pane."""
        self._scroll.setVisible(item is not None)
        self.copy_button.setVisible(item is not None)
        self.rows_button.setVisible(item is not None and item.rows_wanted() is not None)
        self.trace_button.setVisible(item is not None and item.traced() is not None)
        if item is None:
            self.accept_button.hide()
            self.fix_button.hide()
            return
        # What is no more, or was so once, is neither accepted nor mended.
        is_past = self._is_past or item.is_gone
        self.accept_button.setVisible(item.since is not None and not is_past)
        self.fix_button.setVisible(item.since is not None and not is_past and bool(item.fix_sql))
        self._show_badges(item)
        self._show_known(item)
        self.title.setText(one_line(item.title, _LONGEST_TEXT))
        self.detail.setText(one_line(item.detail, _LONGEST_TEXT))
        self.evidence.show_item(item)
        self.sql.show_sql(item.sql)
        self.recommendation.setText(one_line(item.recommendation, _LONGEST_TEXT))
        self._advice.setVisible(bool(item.recommendation))
        fix_sql = None if is_past else item.fix_sql
        self.fix.show_sql(fix_sql)
        self.fix_note.setText(self._fix_note())
        self.fix_note.setVisible(bool(fix_sql))
        self.help_text.show_rule(item.rule)
        self.help_button.setVisible(has_help(item.rule))
        self._fold(folded=True)
        self._scroll.verticalScrollBar().setValue(0)

    def _show_badges(self, item: FindingItem) -> None:
        self._severity.setText(item.severity)
        set_state(self._severity, severity_state(item.severity))
        self._rule.setText(item.rule)
        self._category.setText(category_title(item.category))
        self._confidence.setText(self.tr("confidence: {0}").format(item.confidence))
        self._confidence.setVisible(item.confidence != "certain")
        self._accepted.setVisible(item.is_accepted)
        mark = change_mark(item.change)
        self._change.setText(mark[0].lower() if mark else "")
        self._change.setVisible(mark is not None)

    def _show_known(self, item: FindingItem) -> None:
        """Say since when it is known and until when it is accepted."""
        parts = []
        if item.is_gone:
            parts.append(self.tr("Fixed: the earlier audit found it, the shown one does not."))
        if item.since is not None:
            parts.append(self.tr("Known since {0}.").format(self._moment(item.since)))
        if item.acceptance is not None:
            reason, until = item.acceptance
            told = self.tr("Accepted for good: {0}")
            if until is not None:
                told = self.tr("Accepted until {1}: {0}")
            words = one_line(reason, _LONGEST_TEXT)
            parts.append(told.format(words, self._moment(until) if until else ""))
        elif item.accepted_until is not None:
            told = self.tr("It was accepted until {0}.")
            parts.append(told.format(self._moment(item.accepted_until)))
        self.known.setText(" ".join(parts))
        self.known.setVisible(bool(parts))
        text = self.tr("Accept…")
        tip = self.tr("Fold it away, with a reason and until a date")
        if item.is_accepted:
            text, tip = self.tr("Withdraw"), self.tr("Accept it no longer")
        self.accept_button.setText(text)
        self.accept_button.setToolTip(tip)

    def _moment(self, instant: str) -> str:
        milliseconds = datetime.fromisoformat(instant).timestamp() * 1000
        return self._clock.text(milliseconds // 1000 * 1000)

    def _fix_note(self) -> str:
        if self._is_foreign:
            return self.tr(
                "This file belongs to another program, and that program's own migrations expect "
                "its schema as it is: the fix can be saved as SQL, and is not applied here."
            )
        return self.tr(
            "Fix… shows first what it costs and who has the file open. A verified backup is made "
            "before, and the rule is asked again afterwards."
        )

    def _on_help(self) -> None:
        self._fold(folded=not self.help_text.isHidden())

    def _fold(self, *, folded: bool) -> None:
        self.help_text.setVisible(not folded)
        sign = "▸" if folded else "▾"
        self.help_button.setText(self.tr("{0} About rule {1}").format(sign, self._rule.text()))

    def _lay_out(self) -> None:
        badges = FlowLayout(2 * SPACE)
        words = (self._severity, self._change, self._rule, self._category, self._confidence)
        for word in (*words, self._accepted):
            badges.addWidget(word)
        self._advice = QWidget()
        advice = QVBoxLayout(self._advice)
        advice.setContentsMargins(0, 0, 0, 0)
        advice.setSpacing(SPACE)
        advice.addWidget(plain_label(self.tr("What to do"), role="muted"))
        advice.addWidget(self.recommendation)
        content = QWidget()
        body = QVBoxLayout(content)
        body.setContentsMargins(0, 0, 2 * SPACE, 0)
        body.setSpacing(3 * SPACE)
        body.addLayout(badges)
        for part in (self.title, self.known, self.detail, self._advice):
            body.addWidget(part)
        for box in (self.evidence, self.sql, self.fix):
            body.addWidget(box)
        body.addWidget(self.fix_note)
        body.addWidget(self.left_open)
        body.addWidget(self.help_button, 0, Qt.AlignmentFlag.AlignLeft)
        body.addWidget(self.help_text)
        body.addStretch(1)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(content)
        # At 200 % they do not fit into one row.
        foot = FlowLayout(2 * SPACE)
        for each in (
            self.fix_button,
            self.rows_button,
            self.trace_button,
            self.copy_button,
            self.accept_button,
        ):
            foot.addWidget(each)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * SPACE + 2, 3 * SPACE, 2 * SPACE, 3 * SPACE)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self._scroll, 1)
        layout.addLayout(foot)
