"""The line over the charts: what is shown, how much of it, and what can be done with it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QWidget

from cts_console.ui.context import WindowContext
from cts_console.ui.throughput.view import TimeView
from cts_console.ui.widgets.basics import SPACE, ElidedLabel, button, plain_label

WINDOWS_MIN: Final = (1, 5, 15, 60, 1440)
_DEFAULT_WINDOW_MIN: Final = 5
_WINDOW_KEY: Final = "throughput/window_min"


class ThroughputHeader(QWidget):
    """Title, what the picture is of, and the controls of time."""

    paused = Signal(bool)
    """The picture is to stay as it is, or to go on."""
    stepped = Signal(int)
    """Carries -1 for one window back in time, 1 for one window on."""
    export_wanted = Signal()
    """What is shown is to be saved."""

    def __init__(
        self, context: WindowContext, view: TimeView, beside: QWidget | None = None
    ) -> None:
        super().__init__()
        self._context = context
        self._view = view
        theme = context.theme
        self.status = ElidedLabel(role="muted")
        self.windows = self._make_windows()
        self.earlier = button(
            theme, "", "mdi6.chevron-left", tip=self.tr("Back in time by one window (Page Up)")
        )
        self.later = button(
            theme, "", "mdi6.chevron-right", tip=self.tr("On in time by one window (Page Down)")
        )
        self.pause = button(
            theme, self.tr("Pause"), "mdi6.pause", tip=self.tr("Freeze the picture (P)")
        )
        self.pause.setCheckable(True)
        self.pause.setShortcut("P")
        self.export = button(
            theme, "", "mdi6.export-variant", tip=self.tr("Save as PNG, SVG or CSV")
        )
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self.more = button(
            theme, "", "mdi6.bell-outline", tip=self.tr("Alarms, locks and the lock probe")
        )
        self.more.setMenu(self.menu)
        self.alarms = self.menu.addAction(self.tr("Alarms …"))
        self.locks = self.menu.addAction(self.tr("Who has this file open …"))
        self.probe = self._add_probe()
        self._lay_out(beside)
        self.windows.currentIndexChanged.connect(self._on_window)
        self.pause.clicked.connect(self.paused)
        self.earlier.clicked.connect(self._on_earlier)
        self.later.clicked.connect(self._on_later)
        self.export.clicked.connect(self._on_export)
        view.changed.connect(self.show_view)
        self.show_view()

    @property
    def remembered_s(self) -> float:
        """The window that was chosen last, seconds."""
        kept = int(self._context.settings.number(_WINDOW_KEY, _DEFAULT_WINDOW_MIN))
        return 60.0 * (kept if kept in WINDOWS_MIN else _DEFAULT_WINDOW_MIN)

    def show_view(self) -> None:
        """Show how much time is shown, and whether it goes on."""
        minutes = self._view.window_s / 60
        place = self.windows.findData(int(minutes)) if minutes == int(minutes) else -1
        self.windows.blockSignals(True)
        self.windows.setPlaceholderText(self.tr("{0:,.1f} min").format(minutes))
        self.windows.setCurrentIndex(place)
        self.windows.blockSignals(False)
        held = not self._view.is_following
        self.pause.setChecked(held)
        self.pause.setText(self.tr("Resume") if held else self.tr("Pause"))
        self.pause.set_icon("mdi6.play" if held else "mdi6.pause")
        self.later.setEnabled(held)

    def show_alarms(self, ringing: int, *, is_on: bool) -> None:
        """Show whether anything is watched for, and whether an alarm rings."""
        icon = "mdi6.bell-ring" if ringing else "mdi6.bell-check-outline"
        self.more.set_icon(icon if is_on else "mdi6.bell-outline")

    def _on_window(self) -> None:
        minutes = self.windows.currentData()
        if minutes is not None:
            self._context.settings.remember(_WINDOW_KEY, float(minutes))
            self._view.set_window(60.0 * minutes)

    def _on_earlier(self) -> None:
        self.stepped.emit(-1)

    def _on_later(self) -> None:
        self.stepped.emit(1)

    def _on_export(self) -> None:
        self.export_wanted.emit()

    def _add_probe(self) -> QAction:
        probe = self.menu.addAction(self.tr("Probe the write lock every 10 s (takes it)"))
        probe.setCheckable(True)
        probe.setToolTip(
            self.tr(
                "Takes the write lock for a moment and tells for how long it was not to be had. "
                "A writer that does not wait can fail in that moment. Only on a file that is "
                "unlocked for writing."
            )
        )
        return probe

    def _make_windows(self) -> QComboBox:
        windows = QComboBox()
        windows.setAccessibleName(self.tr("Window"))
        for minutes in WINDOWS_MIN:
            in_hours = self.tr("{0} h").format(minutes // 60)
            windows.addItem(
                self.tr("{0} min").format(minutes) if minutes < 60 else in_hours, minutes
            )
        return windows

    def _lay_out(self, beside: QWidget | None) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(plain_label(self.tr("Write throughput"), role="title"))
        layout.addWidget(self.status, 1)
        if beside is not None:
            layout.addWidget(beside)
        layout.addWidget(plain_label(self.tr("Window"), role="muted"))
        for part in (
            *(self.windows, self.earlier, self.later, self.pause, self.export, self.more),
        ):
            layout.addWidget(part)
