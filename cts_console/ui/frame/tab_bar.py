"""The tabs: icon and word, icons alone where the words do not fit."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTabWidget, QWidget

from cts_console.ui.tabs.base import Tab
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import set_property


class TabArea(QTabWidget):
    """The tabs of the window; tells each when it is shown and hidden."""

    def __init__(self, theme: Theme, tabs: tuple[Tab, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: Tab | None = None
        self._has_words = True
        self.tabs = tabs
        self.setDocumentMode(True)
        self.setUsesScrollButtons(True)
        self.tabBar().setAccessibleName(self.tr("Views"))
        for number, tab in enumerate(tabs, 1):
            index = self.addTab(tab, tab.name)
            key = self.tr(" (Ctrl+{0})").format(number) if number < 10 else ""
            self.setTabToolTip(index, f"{tab.name}{key}")
            self.tabBar().setAccessibleTabName(index, tab.name)
        self.currentChanged.connect(self._on_current)
        theme.changed.connect(self._dress)
        self._dress()

    @property
    def current(self) -> Tab | None:
        """The tab in front."""
        index = self.currentIndex()
        return self.tabs[index] if 0 <= index < len(self.tabs) else None

    def go_to(self, name: str) -> bool:
        """Bring the tab of this name to the front; False where there is none."""
        for index, tab in enumerate(self.tabs):
            if tab.name == name:
                self.setCurrentIndex(index)
                return True
        return False

    def set_active(self, active: bool) -> None:
        """Tell the tab in front that a person sees it, or does not (no file, minimised)."""
        wanted = self.current if active else None
        if wanted is not self._shown:
            before, self._shown = self._shown, wanted
            if before is not None:
                before.on_hidden()
            if wanted is not None:
                wanted.on_shown()

    def minimumSizeHint(self) -> QSize:
        """Return little: tabs scroll what does not fit rather than widen the window."""
        return QSize(self._theme.px(320), self._theme.px(240))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose between words and icons alone."""
        super().resizeEvent(event)
        self._fit()

    def _on_current(self, _index: int) -> None:
        if self._shown is not None:
            self.set_active(active=True)

    def _dress(self) -> None:
        bar = self.tabBar()
        bar.setIconSize(self._theme.icon_size)
        for index, tab in enumerate(self.tabs):
            self.setTabIcon(index, self._theme.icon(tab.icon_name, "text"))
        self._fit()

    def _fit(self) -> None:
        metrics = self.tabBar().fontMetrics()
        # Icon, gap and the padding of the style sheet on both sides.
        around = self.iconSize().width() + self._theme.px(8 + 2 * 14)
        needed = sum(metrics.horizontalAdvance(tab.name) + around for tab in self.tabs)
        has_words = needed <= self.width()
        if has_words != self._has_words:
            self._has_words = has_words
            set_property(self.tabBar(), "narrow", not has_words)
            for index, tab in enumerate(self.tabs):
                self.setTabText(index, tab.name if has_words else "")
