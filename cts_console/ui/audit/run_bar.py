"""Profile or chosen rules, Run, progress and Stop, and what the shown audit is."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QProgressBar, QPushButton, QWidget

from cts_console.audit import AuditProfile
from cts_console.progress import Progress
from cts_console.ui.audit.pace import Pace, left_text
from cts_console.ui.text import one_line, tip_text
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, ElidedLabel, State, button, set_state

_PROFILES: Final[tuple[AuditProfile, ...]] = ("quick", "standard", "deep")
_BAR_PX: Final = 160
_BAR_STEPS: Final = 1_000


class RunBar(QWidget):
    """The line over the figures."""

    run_asked = Signal()
    """Run the chosen profile, or the chosen rules."""
    choice_asked = Signal()
    """Let the person choose rules one by one."""
    profile_changed = Signal()
    """Another profile was chosen."""
    report_asked = Signal()
    """Save the shown audit as a report."""
    stop_asked = Signal()
    """Stop the audit that runs."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pace = Pace()
        self._profile: AuditProfile = "standard"
        self._rules: tuple[str, ...] = ()
        self._icons: list[tuple[QAction, str]] = []
        tips = {
            "quick": self.tr("Quick: schema, settings and file, under a second on any size"),
            "standard": self.tr("Standard: also reads rows, table by table"),
            "deep": self.tr("Deep: also reads every page of the file"),
        }
        self.profiles = {name: QPushButton(name.capitalize()) for name in _PROFILES}
        self.choose_button = QPushButton()
        self.choose_button.setCheckable(True)
        self.choose_button.clicked.connect(self._on_choose)
        for name, choice in self.profiles.items():
            choice.setCheckable(True)
            choice.setToolTip(tips[name])
            choice.setAccessibleName(self.tr("Profile {0}").format(name))
            choice.clicked.connect(partial(self._on_profile, name))
        self.run_button = button(
            theme,
            self.tr("Run audit"),
            "mdi6.shield-check-outline",
            self.run_asked.emit,
            primary=True,
            tip=self.tr("Audit the file with the chosen profile or rules (Ctrl+R, Ctrl+Shift+A)"),
        )
        self.stop_button = button(
            theme, self.tr("Stop"), "mdi6.stop", self.stop_asked.emit, tip=self.tr("Stop (Esc)")
        )
        self.report_button = button(
            theme,
            self.tr("Report …"),
            "mdi6.file-document-outline",
            self.report_asked.emit,
            tip=self.tr("Save this audit as HTML, PDF or JSON"),
        )
        self.report_button.setVisible(False)
        self.menu = QMenu(self)
        self.menu_button = self._make_menu_button()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the audit"))
        self.text = ElidedLabel(role="muted")
        self._lines = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._work = QHBoxLayout()
        self._told = QHBoxLayout()
        self._lay_out()
        theme.changed.connect(self._dress)
        self._dress()
        self._show_choice()
        self.show_idle(can_run=False)

    @property
    def profile(self) -> AuditProfile:
        """The chosen profile; with chosen rules, the one that was chosen before them."""
        return self._profile

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that were chosen one by one; empty where a profile was."""
        return self._rules

    def minimumSizeHint(self) -> QSize:
        """Return room for the wider half: both need not be on one line."""
        width = max(half.minimumSize().width() for half in (self._work, self._told))
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See whether both halves fit on one line."""
        super().resizeEvent(event)
        self._fit()

    def choose(self, profile: AuditProfile) -> None:
        """Choose a profile."""
        self._profile, self._rules = profile, ()
        self._show_choice()

    def choose_rules(self, rules: tuple[str, ...]) -> None:
        """Choose rules in the place of a profile."""
        self._rules = rules
        self._show_choice()

    def show_idle(self, *, can_run: bool) -> None:
        """Nothing runs."""
        self.run_button.setVisible(True)
        self.run_button.setEnabled(can_run)
        self._set_choosable(can_run)
        self.stop_button.setVisible(False)
        self.bar.setVisible(False)
        self._fit()

    def offer_report(self, offered: bool) -> None:
        """Offer to save a report, or not."""
        self.report_button.setVisible(offered)
        self._fit()

    def add_command(
        self, text: str, icon_name: str, on_asked: Callable[[], object], tip: str
    ) -> QAction:
        """Add a command to the menu and return its action, which is disabled without a file."""
        action = self.menu.addAction(text)
        action.setToolTip(tip)
        action.triggered.connect(lambda _checked: on_asked())
        self._icons.append((action, icon_name))
        self.menu_button.setVisible(True)
        self._dress()
        return action

    def show_running(self) -> None:
        """An audit was asked for."""
        self._pace = Pace()
        self.run_button.setVisible(False)
        self._set_choosable(False)
        self.stop_button.setVisible(True)
        self.stop_button.setEnabled(True)
        self.bar.setVisible(True)
        self.bar.setRange(0, 0)
        self._fit()
        self.say(self.tr("Waiting for the work before it …"))

    def show_stopping(self) -> None:
        """Stop was pressed."""
        self.stop_button.setEnabled(False)
        self.say(self.tr("Stopping …"))

    def show_progress(self, done: int, total: int, progress: Progress | None) -> None:
        """Show how many rules are done, what is read now, and how long the rest will take.

        The bar goes by pages: some rules take a thousand times as long as others.
        """
        now_s = time.monotonic()
        if progress is not None and progress.total and progress.unit == "pages":
            self._pace.take(progress.done, progress.total, now_s)
        if self._pace.share > 0:
            self.bar.setRange(0, _BAR_STEPS)
            self.bar.setValue(round(self._pace.share * _BAR_STEPS))
        parts = [self.tr("{0} of {1} rules").format(done, total)]
        if progress is not None and progress.note:
            parts.append(one_line(progress.note))
        left_s = self._pace.left_s(now_s)
        if left_s is not None:
            parts.append(self.tr("about {0} left").format(left_text(left_s)))
        self.say(" · ".join(parts))

    def say(self, text: str, state: State = "") -> None:
        """Say what is shown, or what goes on."""
        self.text.setText(text)
        self.text.setToolTip(tip_text(text))
        set_state(self.text, state)

    def _make_menu_button(self) -> QPushButton:
        self.menu.setToolTipsVisible(True)
        made = button(
            self._theme,
            self.tr("More"),
            "mdi6.dots-horizontal",
            tip=self.tr("Earlier audits, seals, statement"),
        )
        made.setMenu(self.menu)
        made.setVisible(False)
        return made

    def _set_choosable(self, choosable: bool) -> None:
        for choice in (*self.profiles.values(), self.choose_button):
            choice.setEnabled(choosable)

    def _show_choice(self) -> None:
        count = len(self._rules)
        text = self.tr("{0} chosen rules …").format(count)
        if count == 1:
            text = f"{self._rules[0]} …"
        self.choose_button.setText(text if count else self.tr("Choose rules …"))
        self.choose_button.setChecked(bool(count))
        self.choose_button.setToolTip(
            tip_text(", ".join(self._rules))
            if count
            else self.tr("Run only the rules that you choose")
        )
        for name, choice in self.profiles.items():
            choice.setChecked(not count and name == self._profile)
        self._fit()

    def _on_profile(self, name: AuditProfile, *_checked: bool) -> None:
        self.choose(name)
        self.profile_changed.emit()

    def _on_choose(self) -> None:
        # The click opens a dialog, which may be given up: only a choice presses the button.
        self._show_choice()
        self.choice_asked.emit()

    def _lay_out(self) -> None:
        for choice in (*self.profiles.values(), self.choose_button):
            self._work.addWidget(choice)
        for part in (self.run_button, self.stop_button, self.bar):
            self._work.addWidget(part)
        self._told.addWidget(self.text, 1)
        self._told.addWidget(self.report_button)
        self._told.addWidget(self.menu_button)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(2 * SPACE)
        for half in (self._work, self._told):
            half.setSpacing(2 * SPACE)
        self._lines.addLayout(self._work)
        self._lines.addLayout(self._told, 1)

    def _fit(self) -> None:
        """Put both halves on one line where they fit, else one below the other."""
        needed = self._work.minimumSize().width() + self._told.minimumSize().width() + 2 * SPACE
        one_line_fits = needed <= self.width()
        self._lines.setDirection(
            QBoxLayout.Direction.LeftToRight if one_line_fits else QBoxLayout.Direction.TopToBottom
        )

    def _dress(self) -> None:
        self.bar.setFixedWidth(self._theme.px(_BAR_PX))
        for action, icon_name in self._icons:
            action.setIcon(self._theme.icon(icon_name))
        self._fit()
