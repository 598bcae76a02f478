"""Says that an old audit is shown, or with which one the shown is compared, and leads back."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from cts_console.ui.audit.ages import ago_text
from cts_console.ui.audit.job import ShownAudit
from cts_console.ui.clock import Clock
from cts_console.ui.models.findings import count_changes
from cts_console.ui.text import one_line, tip_text
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, ElidedLabel, button, set_state


class PastLine(QWidget):
    """One line, hidden while the latest audit is shown by itself."""

    back_asked = Signal()
    """Show the latest audit again."""
    end_asked = Signal()
    """Compare no longer."""

    def __init__(self, theme: Theme, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self._shown: ShownAudit | None = None
        self._icon = QLabel()
        self.text = ElidedLabel()
        self.end_button = button(
            theme,
            self.tr("End comparison"),
            "mdi6.close",
            self.end_asked.emit,
            tip=self.tr("Show the audit by itself"),
        )
        self.back_button = button(
            theme,
            self.tr("Back to the latest"),
            "mdi6.arrow-u-left-top",
            self.back_asked.emit,
            tip=self.tr("Show the latest audit again"),
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self._icon)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.end_button)
        layout.addWidget(self.back_button)
        theme.changed.connect(self._dress)
        clock.changed.connect(self._show_text)
        self.show_audit(None)

    def show_audit(self, shown: ShownAudit | None) -> None:
        """Say what there is to say of this audit; None for none."""
        self._shown = shown
        self._show_text()
        self._dress()

    def _show_text(self) -> None:
        shown = self._shown
        is_old = shown is not None and shown.is_old
        is_compared = shown is not None and shown.is_compared
        parts = []
        if shown is not None and is_old:
            at = self._clock.text(shown.started_at_ms // 1000 * 1000)
            age = ago_text(time.time() - shown.started_at_ms / 1000)
            parts.append(self.tr("An old audit, {0}, {1}: not the latest").format(age, at))
        if shown is not None and is_compared:
            parts.append(self._comparison(shown))
        text = ". ".join(parts)
        self.text.setText(text)
        self.text.setToolTip(tip_text(text))
        set_state(self.text, "warn" if is_old else "")
        self.end_button.setVisible(is_compared)
        self.back_button.setVisible(is_old)
        self.setVisible(bool(parts))

    def _comparison(self, shown: ShownAudit) -> str:
        """Return with which audit it is compared, and what came of that."""
        earlier: dict[str, Any] = shown.document["compared_with"]
        moment_ms = datetime.fromisoformat(earlier["started_at"]).timestamp() * 1000
        at = self._clock.text(moment_ms // 1000 * 1000)
        told = self.tr("Compared with the {0} audit of {1}").format(earlier["profile"], at)
        if earlier["original"] is not None:
            path = one_line(earlier["original"], 300)
            told += self.tr(" of {0}, of which this is a copy").format(path)
        changes = count_changes(shown.items)
        counts = self.tr("{0} new, {1} worse, {2} fixed, {3} the same").format(
            *(f"{n:,}" for n in (changes["new"], changes["worse"], len(shown.gone))),
            f"{changes['same']:,}",
        )
        parts = [f"{told}: {counts}"]
        unknown = changes["unknown"] + len(shown.document["unknown"])
        if unknown:
            parts.append(self.tr("of {0} one of the two says nothing").format(f"{unknown:,}"))
        if earlier["profile"] != shown.document["profile"]:
            parts.append(self.tr("their profiles differ, so only what both asked is compared"))
        return "; ".join(parts)

    def _dress(self) -> None:
        is_old = self._shown is not None and self._shown.is_old
        name = "mdi6.history" if is_old else "mdi6.compare-horizontal"
        icon = self._theme.icon(name, "warn" if is_old else "info")
        self._icon.setPixmap(icon.pixmap(self._theme.icon_size))
