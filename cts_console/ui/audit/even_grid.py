"""Cards side by side in as many columns as fit, all of one width."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE


class EvenGrid(QWidget):
    """Lays its parts out anew when the width changes; hidden parts take no place."""

    def __init__(
        self, theme: Theme, parts: Sequence[QWidget], least_px: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._least_px = least_px
        self._parts = list(parts)
        self._arranged: tuple[int, int] = (0, 0)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(3 * SPACE)
        for part in self._parts:
            part.setParent(self)
        theme.changed.connect(self.arrange)
        self.arrange()

    def set_part_visible(self, part: QWidget, visible: bool) -> None:
        """Show or hide a part and close the gap."""
        part.setVisible(visible)
        self.arrange()

    def arrange(self) -> None:
        """Choose the number of columns and place the parts."""
        parts = [part for part in self._parts if not part.isHidden()]
        fitting = max(1, self.width() // self._theme.px(self._least_px))
        rows = -(-len(parts) // fitting) if parts else 1
        # As even as possible: six parts of which five would fit stand in two rows of three.
        columns = max(1, -(-len(parts) // rows))
        if (columns, len(parts)) == self._arranged:
            return
        self._arranged = (columns, len(parts))
        for part in self._parts:
            self._grid.removeWidget(part)
        for number, part in enumerate(parts):
            self._grid.addWidget(part, number // columns, number % columns)
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    def minimumSizeHint(self) -> QSize:
        """Return the width of one column: narrower windows get more rows."""
        return QSize(self._theme.px(self._least_px), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew."""
        super().resizeEvent(event)
        self.arrange()
