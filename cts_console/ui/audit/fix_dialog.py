"""Show what a fix would do, and ask whether it is to be applied."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cts_console.audit.fixing import FixPlan
from cts_console.errors import CtsError
from cts_console.ui.audit.fix_words import FixWords
from cts_console.ui.audit.sql_box import SqlBox
from cts_console.ui.models.findings import FindingItem
from cts_console.ui.text import one_line, size_text
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, WrappedLabel, button, set_state

_WIDTH_PX: Final = 600
_LEAST_HEIGHT_PX: Final = 220
_LONGEST_TEXT: Final = 4_000


class FixDialog(QDialog):
    """Looks at first; once there is a plan, it can be applied or saved."""

    apply_wanted = Signal(object, bool, bool)
    """Carries the `FixPlan`, whether to back up first, and whether the gate is overruled."""
    save_wanted = Signal(object)
    """Carries the `FixPlan` that is to be saved as SQL."""

    def __init__(
        self, theme: Theme, item: FindingItem, *, writable: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Fix a finding"))
        self._theme = theme
        self._writable = writable
        self._plan: FixPlan | None = None
        self._content = QWidget()
        self._area = QScrollArea()
        self.words = FixWords(self)
        self.title = WrappedLabel("title")
        self.title.setText(one_line(item.title, _LONGEST_TEXT))
        self.state = WrappedLabel()
        self.sql = SqlBox(theme, self.tr("What is run"))
        self.meaning = WrappedLabel()
        self.cost = WrappedLabel()
        self.backup = QCheckBox()
        self.backup.setChecked(True)
        self.refusal = WrappedLabel()
        set_state(self.refusal, "warn")
        self.overrule = QCheckBox()
        self.overrule.toggled.connect(self._show_state)
        self.save_button = button(
            theme, self.tr("Save as SQL…"), "mdi6.content-save-outline", self._on_save
        )
        self.cancel_button = button(theme, self.tr("Cancel"), on_click=self.reject)
        self.apply_button = button(theme, self.tr("Apply"), on_click=self._on_apply, primary=True)
        for each in (self.save_button, self.cancel_button, self.apply_button):
            each.setAutoDefault(False)
        self._lay_out()
        self._show_nothing()
        width = min(theme.px(_WIDTH_PX), self.screen().availableSize().width())
        self.resize(width, theme.px(_LEAST_HEIGHT_PX))
        self.state.setText(self.tr("Asking {0} again whether it is still so …").format(item.rule))

    def set_writable(self, writable: bool) -> None:
        """The file was unlocked or locked meanwhile; it locks itself when nobody touches it."""
        self._writable = writable
        self._show_state()
        self._fit()

    def show_plan(self, plan: FixPlan) -> None:
        """Show what would be done."""
        self._plan = plan
        is_here = not plan.export_reason
        self.title.setText(one_line(plan.title, _LONGEST_TEXT))
        self.sql.show_sql("\n".join(f"{step.sql};" for step in plan.steps))
        self.meaning.setText(self.words.steps(plan))
        self.meaning.show()
        self.cost.setText(self.words.cost(plan))
        self.cost.setVisible(is_here)
        size = size_text(plan.backup_bytes)
        self.backup.setText(self.tr("Make a verified backup first ({0})").format(size))
        self.backup.setVisible(is_here)
        self.refusal.setText(one_line(plan.gate_reason, _LONGEST_TEXT))
        told = self.tr("Apply it all the same: others wait for {0}")
        self.overrule.setText(told.format(self.words.hold(plan)))
        for part in (self.refusal, self.overrule):
            part.setVisible(is_here and bool(plan.gate_reason))
        self.save_button.show()
        self.apply_button.setVisible(is_here)
        self._show_state()
        self._fit()

    def show_error(self, error: CtsError) -> None:
        """Say why there is nothing to apply."""
        self._show_nothing()
        text = " ".join(part for part in (error.message, error.hint) if part)
        self.state.setText(one_line(text, _LONGEST_TEXT))
        set_state(self.state, "warn")
        self.cancel_button.setText(self.tr("Close"))
        self._fit()

    def _show_nothing(self) -> None:
        self.sql.show_sql(None)
        for part in (self.meaning, self.cost, self.backup, self.refusal, self.overrule):
            part.hide()
        for each in (self.save_button, self.apply_button):
            each.hide()

    def _show_state(self) -> None:
        plan = self._plan
        if plan is None:
            return
        text = plan.export_reason
        if not text and not self._writable:
            text = self.tr(
                "The file is open read-only. To apply this, unlock it with the lock in the tool "
                "bar first, and come back."
            )
        self.state.setText(text)
        self.state.setVisible(bool(text))
        set_state(self.state, "info")
        is_let = not plan.gate_reason or self.overrule.isChecked()
        self.apply_button.setEnabled(self._writable and is_let and not plan.export_reason)

    def _on_apply(self) -> None:
        if self._plan is not None and self.apply_button.isEnabled():
            self.apply_wanted.emit(self._plan, self.backup.isChecked(), self.overrule.isChecked())
            self.accept()

    def _on_save(self) -> None:
        if self._plan is not None:
            self.save_wanted.emit(self._plan)
            self.accept()

    def _lay_out(self) -> None:
        body = QVBoxLayout(self._content)
        body.setContentsMargins(0, 0, 2 * SPACE, 0)
        body.setSpacing(3 * SPACE)
        parts = (self.title, self.state, self.sql, self.meaning, self.cost, self.refusal)
        for part in (*parts, self.overrule, self.backup):
            body.addWidget(part)
        body.addStretch(1)
        area = self._area
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._content)
        foot = QHBoxLayout()
        foot.setSpacing(2 * SPACE)
        foot.addWidget(self.save_button)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.apply_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(area, 1)
        layout.addLayout(foot)

    def _fit(self) -> None:
        """Make room for what is shown, as far as the screen has it; the rest is scrolled to."""
        body = self._content.layout()
        if body is None:
            return
        around = self.height() - self._area.viewport().height()
        wanted = body.totalHeightForWidth(self._area.viewport().width()) + around
        most = self.screen().availableSize().height()
        self.resize(self.width(), min(max(wanted, self._theme.px(_LEAST_HEIGHT_PX)), most))
