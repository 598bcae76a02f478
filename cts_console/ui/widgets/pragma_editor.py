"""An editor that fits a setting: its words to choose from, or a number within its bounds."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox, QStackedWidget, QWidget

from cts_console.pragmas import Pragma

_INT32_MAX: Final = 2**31 - 1
_PAGE_SIZES: Final = tuple(str(2**power) for power in range(9, 17))


class PragmaEditor(QStackedWidget):
    """Edits the value of one setting at a time."""

    changed = Signal(str)
    """Carries the value that stands in it, as a person gave it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = QComboBox()
        self._number = QSpinBox()
        # For numbers that a spin box cannot hold.
        self._digits = QLineEdit()
        for part in (self._words, self._number, self._digits):
            part.setAccessibleName(self.tr("New value"))
            self.addWidget(part)
        self._number.setKeyboardTracking(False)
        self._words.currentTextChanged.connect(self._on_changed)
        self._number.valueChanged.connect(self._on_changed)
        self._digits.editingFinished.connect(self._on_changed)
        self._is_loading = False

    @property
    def value(self) -> str:
        """What stands in it."""
        match self.currentWidget():
            case self._words:
                return self._words.currentText()
            case self._number:
                return str(self._number.value())
            case _:
                return self._digits.text()

    def edit(self, pragma: Pragma, value: str) -> None:
        """Offer what `pragma` allows, with `value` chosen."""
        self._is_loading = True
        words = _PAGE_SIZES if pragma.name == "page_size" else pragma.words
        if words:
            self._words.clear()
            self._words.addItems(words)
            self._words.setCurrentText(value)
            self.setCurrentWidget(self._words)
        elif pragma.maximum <= _INT32_MAX and pragma.minimum >= -_INT32_MAX:
            self._number.setRange(pragma.minimum, pragma.maximum)
            self._number.setSingleStep(_step(value))
            self._number.setValue(int(value) if _is_number(value) else pragma.minimum)
            self.setCurrentWidget(self._number)
        else:
            self._digits.setText(value)
            self._digits.setToolTip(
                self.tr("A whole number from {0} to {1}").format(
                    f"{pragma.minimum:,}", f"{pragma.maximum:,}"
                )
            )
            self.setCurrentWidget(self._digits)
        self._is_loading = False

    def _on_changed(self) -> None:
        if not self._is_loading:
            self.changed.emit(self.value)


def _is_number(value: str) -> bool:
    return value.removeprefix("-").isdecimal()


def _step(value: str) -> int:
    """Return a step of about a tenth of the value."""
    return 10 ** max(0, len(value.removeprefix("-")) - 2) if _is_number(value) else 1
