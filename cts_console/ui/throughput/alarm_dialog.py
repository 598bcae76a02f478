"""Ask what a person wants to be told of."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from cts_console.monitor.alarms import AlarmRules
from cts_console.ui.text import one_line
from cts_console.ui.theme import Theme
from cts_console.ui.throughput.alarm_settings import AlarmSettings
from cts_console.ui.widgets.basics import SPACE, WrappedLabel, button, plain_label, set_state

_WIDTH_PX: Final = 640
_VALUE_PX: Final = 130
_LONGEST_COMMAND: Final = 4_000
_LONGEST_NAME: Final = 60


class AlarmDialog(QDialog):
    """Three rules, each off until it is ticked, and a command."""

    def __init__(
        self,
        theme: Theme,
        alarms: AlarmSettings,
        tables: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Alarms"))
        rules = alarms.rules
        self.silence = _Rule(
            theme,
            self.tr("No commit for more than"),
            self.tr(" s"),
            rules.silence_s,
            usual=60,
            most=86_400,
        )
        self.wal = _Rule(
            theme, self.tr("WAL larger than"), self.tr(" MB"), rules.wal_mb, usual=256, most=1e6
        )
        self.rows = _Rule(
            theme,
            self.tr("Rows appended, fewer than"),
            self.tr(" rows/s"),
            rules.rows_per_s,
            usual=1,
            most=1e6,
        )
        self.table = QComboBox()
        self.table.setAccessibleName(self.tr("Table whose rows count"))
        self.table.addItem(self.tr("in all tables"), None)
        known = dict.fromkeys((*tables, *((rules.table,) if rules.table else ())))
        for table in known:
            self.table.addItem(self.tr("in {0}").format(one_line(table, _LONGEST_NAME)), table)
        self.table.setCurrentIndex(max(0, self.table.findData(rules.table)))
        self.table.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.command = QLineEdit(shlex.join(alarms.command))
        self.command.setAccessibleName(self.tr("Command"))
        self.command.setPlaceholderText(self.tr("/home/me/bin/wake-me --loud"))
        self.command.setMaxLength(_LONGEST_COMMAND)
        self.command.setProperty("mono", True)
        self.problem = plain_label()
        set_state(self.problem, "bad")
        self.ok_button = button(theme, self.tr("Save"), on_click=self.accept, primary=True)
        self.ok_button.setDefault(True)
        self.cancel_button = button(theme, self.tr("Cancel"), on_click=self.reject)
        self.cancel_button.setAutoDefault(False)
        self.command.textChanged.connect(self._show_state)
        self._lay_out()
        self.setMinimumWidth(theme.px(_WIDTH_PX))
        self._show_state()

    @property
    def alarms(self) -> AlarmSettings:
        """What is wanted now."""
        rules = AlarmRules(
            self.silence.limit, self.wal.limit, self.rows.limit, self.table.currentData()
        )
        return AlarmSettings(rules, self._words() or ())

    def accept(self) -> None:
        """Close with the answer, if it can be understood."""
        if self._words() is not None:
            super().accept()

    def _words(self) -> tuple[str, ...] | None:
        """Return the command as an argument list, None where a quote is left open."""
        try:
            return tuple(shlex.split(self.command.text()))
        except ValueError:
            return None

    def _show_state(self) -> None:
        is_right = self._words() is not None
        self.problem.setText("" if is_right else self.tr("A quotation mark is left open."))
        self.problem.setVisible(not is_right)
        self.ok_button.setEnabled(is_right)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(2 * SPACE)
        grid.setColumnStretch(2, 1)
        for line, rule in enumerate((self.silence, self.wal, self.rows)):
            grid.addWidget(rule.tick, line, 0)
            grid.addWidget(rule.value, line, 1)
        claim = plain_label(self.tr("while an engine says it runs"), role="muted")
        claim.setToolTip(
            self.tr("In a file that tells nothing of engines: while another program has it open")
        )
        grid.addWidget(claim, 0, 2)
        grid.addWidget(self.table, 2, 2)
        note = WrappedLabel("muted")
        note.setText(
            self.tr(
                "An alarm shows in the message bar and as a notification of the desktop, and runs "
                "your command: without a shell, for 30 s at most, with CTS_ALARM, CTS_DATABASE and "
                "CTS_MESSAGE in its environment; the log keeps what it writes. Alarms ring while "
                "this window is open."
            )
        )
        foot = QHBoxLayout()
        foot.setSpacing(2 * SPACE)
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.ok_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(plain_label(self.tr("Tell me when"), role="title"))
        layout.addLayout(grid)
        layout.addWidget(plain_label(self.tr("Command to run"), role="muted"))
        layout.addWidget(self.command)
        layout.addWidget(self.problem)
        layout.addWidget(note)
        layout.addLayout(foot)


class _Rule:
    """A tick and a number."""

    def __init__(
        self,
        theme: Theme,
        text: str,
        unit: str,
        limit: float | None,
        *,
        usual: float,
        most: float,
    ) -> None:
        self.tick = QCheckBox(text)
        self.tick.setChecked(limit is not None)
        self.value = QDoubleSpinBox()
        self.value.setAccessibleName(text)
        self.value.setDecimals(1)
        self.value.setRange(0.1, most)
        self.value.setValue(usual if limit is None else limit)
        self.value.setSuffix(unit)
        self.value.setEnabled(limit is not None)
        self.value.setMinimumWidth(theme.px(_VALUE_PX))
        self.value.lineEdit().setTextMargins(theme.px(2 * SPACE), 0, 0, 0)
        self.tick.toggled.connect(self.value.setEnabled)

    @property
    def limit(self) -> float | None:
        """The number, None where the rule is off."""
        return self.value.value() if self.tick.isChecked() else None
