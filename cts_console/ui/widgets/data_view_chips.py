"""The filters in force, as chips that a click removes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cts_console.schema.browse_source import Condition
from cts_console.sqlite import SqliteValue
from cts_console.ui.text import one_line, size_text, tip_text
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import SPACE, ThemedButton, button, plain_label

_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that come and go together."""

    conditions: tuple[Condition, ...]
    """What must hold."""
    title: str = ""
    """Why these rows; "" says it by column and value."""
    note: str = ""
    """What it costs: "reads all rows: no index on pair"; "" for little."""

    @property
    def text(self) -> str:
        """What the chip says."""
        said = " and ".join(_condition_text(condition) for condition in self.conditions)
        return f"{one_line(self.title, 2 * _LONGEST)}: {said}" if self.title else said


class FilterChips(QWidget):
    """A row of chips; nothing where there is no filter."""

    removed = Signal(int)
    """Carries the number of the filter whose chip was clicked."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2 * SPACE)
        self.chips: list[ThemedButton] = []
        self.setVisible(False)

    def show_filters(self, filters: Sequence[Filter]) -> None:
        """Show a chip for each filter."""
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.chips = []
        for number, one in enumerate(filters):
            chip = button(
                self._theme,
                f"{one_line(one.text, 2 * _LONGEST)}  ×",
                on_click=partial(self.removed.emit, number),
                tip=tip_text(self.tr("{0}\nClick to remove this filter").format(one.text)),
            )
            chip.setCheckable(True)
            chip.setChecked(True)
            chip.setProperty("chip", True)
            self._row.addWidget(chip)
            self.chips.append(chip)
        notes = [one.note for one in filters if one.note]
        if notes:
            self._row.addWidget(plain_label(notes[0], role="muted"))
        self._row.addStretch(1)
        self.setVisible(bool(filters))


def _condition_text(condition: Condition) -> str:
    column = one_line(condition.column, _LONGEST)
    if len(condition.values) == 1:
        return f"{column} = {value_text(condition.values[0])}"
    return f"{column} is one of {len(condition.values):,} values"


def value_text(value: SqliteValue) -> str:
    """Return a value on a chip."""
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"BLOB {size_text(len(value))}"
    return repr(value) if isinstance(value, int | float) else one_line(value, _LONGEST) or "''"
