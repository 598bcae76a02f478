"""Profile, Run, progress and Stop, and what the shown audit is."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QWidget,
)

from cts_console.audit import AuditProfile
from cts_console.progress import Progress
from cts_console.ui.text import tip_text
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, ElidedLabel, State, button, set_state

_PROFILES: Final[tuple[AuditProfile, ...]] = ("quick", "standard", "deep")
_BAR_PX = 160


class RunBar(QWidget):
    """The line over the figures."""

    run_asked = Signal()
    """Run the chosen profile."""
    profile_changed = Signal()
    """Another profile was chosen."""
    stop_asked = Signal()
    """Stop the audit that runs."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        tips = {
            "quick": self.tr("Quick: schema, settings and file, under a second on any size"),
            "standard": self.tr("Standard: also reads rows, table by table"),
            "deep": self.tr("Deep: also reads every page of the file"),
        }
        self.profiles = {name: QPushButton(name.capitalize()) for name in _PROFILES}
        self._group = QButtonGroup(self)
        for name, choice in self.profiles.items():
            choice.setCheckable(True)
            choice.setToolTip(tips[name])
            choice.setAccessibleName(self.tr("Profile {0}").format(name))
            self._group.addButton(choice)
        self.profiles["standard"].setChecked(True)
        self._group.buttonToggled.connect(self._on_toggled)
        self.run_button = button(
            theme,
            self.tr("Run audit"),
            "mdi6.shield-check-outline",
            self.run_asked.emit,
            primary=True,
            tip=self.tr("Audit the file with the chosen profile (Ctrl+R, Ctrl+Shift+A)"),
        )
        self.stop_button = button(
            theme, self.tr("Stop"), "mdi6.stop", self.stop_asked.emit, tip=self.tr("Stop (Esc)")
        )
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the audit"))
        self.text = ElidedLabel(role="muted")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        for choice in self.profiles.values():
            layout.addWidget(choice)
        for part in (self.run_button, self.stop_button, self.bar):
            layout.addWidget(part)
        layout.addWidget(self.text, 1)
        theme.changed.connect(self._dress)
        self._dress()
        self.show_idle(can_run=False)

    @property
    def profile(self) -> AuditProfile:
        """The chosen profile."""
        return next(name for name in _PROFILES if self.profiles[name].isChecked())

    def choose(self, profile: AuditProfile) -> None:
        """Choose a profile."""
        self.profiles[profile].setChecked(True)

    def show_idle(self, *, can_run: bool) -> None:
        """Nothing runs."""
        self.run_button.setVisible(True)
        self.run_button.setEnabled(can_run)
        self._set_choosable(can_run)
        self.stop_button.setVisible(False)
        self.bar.setVisible(False)

    def show_running(self) -> None:
        """An audit was asked for."""
        self.run_button.setVisible(False)
        self._set_choosable(False)
        self.stop_button.setVisible(True)
        self.stop_button.setEnabled(True)
        self.bar.setVisible(True)
        self.bar.setRange(0, 0)
        self.say(self.tr("Waiting for the work before it …"))

    def show_stopping(self) -> None:
        """Stop was pressed."""
        self.stop_button.setEnabled(False)
        self.say(self.tr("Stopping …"))

    def show_progress(self, done: int, total: int, progress: Progress | None) -> None:
        """Show how many rules are done and what the running one is at."""
        part = 0.0
        if progress is not None and progress.total and progress.unit != "rules":
            part = min(1.0, progress.done / progress.total)
        # QProgressBar counts in 32 bits.
        self.bar.setRange(0, max(1, total) * 100)
        self.bar.setValue(min(done * 100 + int(part * 100), self.bar.maximum()))
        note = f" · {progress.note}" if progress is not None and progress.note else ""
        self.say(self.tr("{0} of {1} rules").format(done, total) + note)

    def say(self, text: str, state: State = "") -> None:
        """Say what is shown, or what goes on."""
        self.text.setText(text)
        self.text.setToolTip(tip_text(text))
        set_state(self.text, state)

    def _set_choosable(self, choosable: bool) -> None:
        for choice in self.profiles.values():
            choice.setEnabled(choosable)

    def _on_toggled(self, _choice: QAbstractButton, checked: bool) -> None:
        if checked:
            self.profile_changed.emit()

    def _dress(self) -> None:
        self.bar.setFixedWidth(self._theme.px(_BAR_PX))
