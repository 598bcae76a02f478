"""What the seals dialog says and asks, and the work that goes on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from cts_console.progress import Progress
from cts_console.ui.text import one_line
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import (
    SPACE,
    ElidedLabel,
    State,
    WrappedLabel,
    button,
    set_state,
)

_STEPS = 1_000


class SealsFoot(QWidget):
    """One sentence, one question or one running job; else nothing."""

    stop_asked = Signal()
    """Stop what runs."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._on_yes: Callable[[], object] | None = None
        self.state = WrappedLabel()
        self.question = WrappedLabel()
        self.yes_button = button(theme, "", on_click=self._on_answered)
        self.no_button = button(theme, self.tr("No"), on_click=self.clear)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.progress = ElidedLabel(role="muted")
        self.stop_button = button(
            theme, self.tr("Stop"), "mdi6.stop", self.stop_asked.emit, tip=self.tr("Stop (Esc)")
        )
        for each in (self.yes_button, self.no_button, self.stop_button):
            each.setAutoDefault(False)
        self._asking = (self.question, self.yes_button, self.no_button)
        self._working = (self.bar, self.progress, self.stop_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.state)
        layout.addWidget(self.question)
        answers, work = QHBoxLayout(), QHBoxLayout()
        for line in (answers, work):
            line.setSpacing(2 * SPACE)
            layout.addLayout(line)
        answers.addWidget(self.yes_button)
        answers.addWidget(self.no_button)
        answers.addStretch(1)
        work.addWidget(self.bar)
        work.addWidget(self.progress, 1)
        work.addWidget(self.stop_button)
        self.clear()

    @property
    def is_busy(self) -> bool:
        """Whether it shows a job."""
        return not self.stop_button.isHidden()

    def clear(self) -> None:
        """Show nothing."""
        self._on_yes = None
        self._show()

    def say(self, text: str, state: State = "") -> None:
        """Say what came of it."""
        self._on_yes = None
        self.state.setText(text)
        set_state(self.state, state)
        self._show(self.state)

    def ask(self, text: str, yes: str, on_yes: Callable[[], object]) -> None:
        """Ask a question; Esc and No are no."""
        self._on_yes = on_yes
        self.question.setText(text)
        self.yes_button.setText(yes)
        self._show(*self._asking)
        self.no_button.setFocus()

    def show_busy(self, title: str) -> None:
        """Show a job that was asked for."""
        self._on_yes = None
        self.bar.setRange(0, 0)
        self.progress.setText(title)
        self.stop_button.setEnabled(True)
        self._show(*self._working)

    def show_progress(self, progress: Progress) -> None:
        """Show how far the job is."""
        if progress.total:
            self.bar.setRange(0, _STEPS)
            self.bar.setValue(progress.done * _STEPS // progress.total)
        done = f"{progress.done:,} {progress.unit}" if progress.done else ""
        if self.stop_button.isEnabled():
            parts = (one_line(progress.note), done)
            self.progress.setText(" · ".join(part for part in parts if part))

    def show_stopping(self) -> None:
        """Stop was asked for."""
        self.stop_button.setEnabled(False)
        self.progress.setText(self.tr("Stopping …"))

    def _show(self, *shown: QWidget) -> None:
        for part in (self.state, *self._asking, *self._working):
            part.setVisible(part in shown)
        self.setVisible(bool(shown))

    def _on_answered(self) -> None:
        on_yes = self._on_yes
        self.clear()
        if on_yes is not None:
            on_yes()
