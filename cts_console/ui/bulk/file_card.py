"""Step 1 of an import: the file, and how it is read; what its content says can be overruled."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from cts_console.transfer import FORMATS, Detected, Preview, ReadOptions
from cts_console.ui.audit.flow_layout import FlowLayout
from cts_console.ui.bulk.parts import ChoiceBox, StepCard
from cts_console.ui.text import one_line, tip_text
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import (
    SPACE,
    ElidedLabel,
    WrappedLabel,
    button,
    plain_label,
    set_state,
)

_ENCODINGS: Final = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1")
_DELIMITERS: Final = (",", ";", "\t", "|")
_SKIPPED: Final = (0, 1, 2, 3, 4, 5, 10, 20)
_AUTO: Final = "auto"
_FIELD_PX: Final = 132
_LONGEST_TEXT: Final = 1_000


class FileCard(StepCard):
    """Chooses a file and shows what it is."""

    choose_wanted = Signal()
    """A file is to be chosen."""
    options_changed = Signal(object)
    """Carries the `ReadOptions` that a person wants now."""
    plain_chosen = Signal(bool)
    """Carries whether a trade history is to be taken as a file like any other."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(1, parent=parent)
        self.set_title(self.tr("File"))
        self._theme = theme
        self._options = ReadOptions()
        self._is_filling = False
        self.choose_button = button(
            theme,
            self.tr("Choose a file…"),
            "mdi6.file-import-outline",
            self.choose_wanted.emit,
            tip=self.tr(
                "CSV, TSV, JSON, SQL, XLSX or another database, gzip and zip as well; a trade "
                "history of an exchange is compared first"
            ),
        )
        self.name = ElidedLabel(self.tr("or drop it anywhere on the window"), middle=True)
        self.reasons = WrappedLabel("muted")
        self.history = WrappedLabel()
        self.compare_choice = QRadioButton(self.tr("Compare it with the trades of the database"))
        self.plain_choice = QRadioButton(self.tr("Import it as a plain file into another table"))
        self.compare_choice.clicked.connect(partial(self._on_plain, is_plain=False))
        self.plain_choice.clicked.connect(partial(self._on_plain, is_plain=True))
        self.format = self._box(self.tr("Format"))
        self.encoding = self._box(self.tr("Encoding"))
        self.delimiter = self._box(self.tr("Delimiter"))
        self.quote = self._box(self.tr("Quotes"))
        self.header_row = self._box(self.tr("First row"))
        self.skip = self._box(self.tr("Lines before"))
        self.decimal = self._box(self.tr("Decimals"))
        self.nulls = self._box(self.tr("NULL is"))
        self.part = QLineEdit()
        self.part.setAccessibleName(self.tr("Sheet, table or member"))
        self.part.setAcceptDrops(False)
        self.part.editingFinished.connect(self._on_part)
        self._fields = QWidget()
        self._labels: list[tuple[QWidget, QWidget]] = []
        self._lay_out()
        theme.changed.connect(self._dress)
        self._dress()
        self.show_file(None)

    @property
    def options(self) -> ReadOptions:
        """How the file is to be read."""
        return self._options

    def show_file(self, file: Path | None) -> None:
        """Show another file, about which nothing is known yet."""
        self._options = ReadOptions()
        self._fields.setVisible(False)
        self.reasons.setVisible(False)
        self.show_history("", is_plain=None)
        self.part.clear()
        # Nothing is found yet, and what was found in the file before holds no longer.
        quotes = [(text, mark) for mark, text in self._quotes().items()]
        for box, choices in (
            (self.format, _named_formats()),
            (self.encoding, _named_encodings()),
            (self.quote, quotes),
        ):
            self._fill(box, "", choices, None)
            box.setItemText(0, self.tr("by its content"))
        if file is None:
            self.name.setText(self.tr("or drop it anywhere on the window"))
            self.name.setToolTip("")
            self.show_state("")
            return
        self.name.setText(one_line(str(file), _LONGEST_TEXT))
        self.name.setToolTip(tip_text(str(file)))

    def show_history(self, text: str, *, is_plain: bool | None, has_parts: bool = False) -> None:
        """Say what trade history the file is; `is_plain` None offers no choice what becomes of it.

        Compared, it is read as its header says; nothing is to choose but the part that is meant.
        """
        self.history.setText(text)
        self.history.setVisible(bool(text))
        self._choices.setVisible(is_plain is not None)
        if is_plain is not None:
            (self.plain_choice if is_plain else self.compare_choice).setChecked(True)
        if is_plain is False:
            self._fields.setVisible(has_parts)
            for label, box in self._labels:
                label.setVisible(box is self.part)
            self.part.setPlaceholderText(self.tr("the first one"))
            self.reasons.setVisible(False)

    def _show_part_alone(self) -> None:
        """Offer to name the part that is meant, and what else may have made it unreadable.

        What was shown already stays, so that what was chosen wrongly can be chosen again.
        """
        if not self._fields.isHidden():
            return
        self._fields.setVisible(True)
        for label, box in self._labels:
            label.setVisible(box in (self.part, self.format, self.encoding, self.quote))

    def show_problem(self, text: str, *, asks_for_part: bool) -> None:
        """Say why the file cannot be read."""
        self.show_state(self.tr("cannot be read"), "bad")
        self.reasons.setText(text)
        self.reasons.show()
        set_state(self.reasons, "bad")
        if asks_for_part:
            self._show_part_alone()

    def show_preview(self, preview: Preview) -> None:
        """Show how the file is read."""
        found = preview.detected
        self._is_filling = True
        self._fill_format(found)
        is_csv = found.format == "csv"
        self._show_box(self.format, is_shown=True)
        self._show_box(self.encoding, is_shown=found.encoding is not None)
        for box in (self.delimiter, self.quote, self.header_row, self.skip):
            self._show_box(box, is_shown=is_csv)
        self._show_box(self.decimal, is_shown=found.format in ("csv", "json", "jsonl", "xlsx"))
        self._show_box(self.nulls, is_shown=found.format != "sql")
        has_parts = found.format in ("sqlite", "xlsx") or found.compression == "zip"
        self._show_box(self.part, is_shown=has_parts)
        self.part.setPlaceholderText(one_line(found.table or ""))
        self._fields.setVisible(True)
        self.reasons.setText(one_line("; ".join(found.reasons), _LONGEST_TEXT))
        self.reasons.setVisible(bool(found.reasons))
        set_state(self.reasons, "")
        self._is_filling = False

    def _fill_format(self, found: Detected) -> None:
        asked = self._options
        packed = "" if found.compression == "none" else f" ({found.compression})"
        self._fill(
            self.format,
            found.format.upper() + packed,
            _named_formats(),
            None if asked.format == _AUTO else asked.format,
        )
        self._fill(self.encoding, found.encoding or "", _named_encodings(), asked.encoding)
        names = {"\t": self.tr("tab"), ",": self.tr("comma ,"), ";": self.tr("semicolon ;")}
        self._fill(
            self.delimiter,
            names.get(found.delimiter or "", one_line(found.delimiter or self.tr("none"))),
            [(names.get(mark, mark), mark) for mark in _DELIMITERS],
            asked.delimiter,
        )
        quotes = self._quotes()
        self._fill(
            self.quote,
            quotes.get(found.quote or "", found.quote or ""),
            [(text, mark) for mark, text in quotes.items()],
            asked.quote,
        )
        heads = {True: self.tr("names the columns"), False: self.tr("holds values")}
        self._fill(
            self.header_row,
            heads[bool(found.has_header)],
            [(text, value) for value, text in heads.items()],
            asked.has_header,
        )
        self._fill(
            self.skip, str(found.skip_lines), [(str(n), n) for n in _SKIPPED], asked.skip_lines
        )
        marks = {False: self.tr("point 1.5"), True: self.tr("comma 1,5")}
        self._fill(
            self.decimal,
            marks[found.decimal_comma],
            [(text, value) for value, text in marks.items()],
            asked.decimal_comma,
        )
        rules: list[tuple[str, tuple[str, ...]]] = [
            (self.tr("empty, also in TEXT"), ("",)),
            (self.tr("empty, NULL, \\N"), ("", "NULL", "null", "\\N")),
            (self.tr("nothing"), ()),
        ]
        self._fill(self.nulls, self.tr("empty, not in TEXT"), list(rules), asked.null_texts)

    def _quotes(self) -> dict[str, str]:
        return {'"': self.tr('double "'), "'": self.tr("single '"), "": self.tr("none")}

    def _fill(
        self, box: ChoiceBox, found: str, choices: list[tuple[str, Any]], asked: object
    ) -> None:
        box.clear()
        if asked is None:
            box.addItem(self.tr("{0} (found)").format(one_line(found, 40)), None)
        else:
            box.addItem(self.tr("as found"), None)
        for text, value in choices:
            box.addItem(text, value)
        place = next((n for n, (_, value) in enumerate(choices, 1) if value == asked), 0)
        box.setCurrentIndex(place if asked is not None else 0)

    def _show_box(self, box: QWidget, *, is_shown: bool) -> None:
        for field, inside in self._labels:
            if inside is box:
                field.setVisible(is_shown)

    def _on_chosen(self) -> None:
        if self._is_filling:
            return
        texts = self.nulls.currentData()
        self._options = replace(
            self._options,
            format=self.format.currentData() or _AUTO,
            encoding=self.encoding.currentData(),
            delimiter=self.delimiter.currentData(),
            quote=self.quote.currentData(),
            has_header=self.header_row.currentData(),
            skip_lines=self.skip.currentData(),
            decimal_comma=self.decimal.currentData(),
            null_texts=None if texts is None else tuple(texts),
        )
        self.options_changed.emit(self._options)

    def _on_plain(self, _checked: bool = True, *, is_plain: bool) -> None:
        self.plain_chosen.emit(is_plain)

    def _on_part(self) -> None:
        table = self.part.text() or None
        if table != self._options.table:
            self._options = replace(self._options, table=table)
            self.options_changed.emit(self._options)

    def _box(self, name: str) -> ChoiceBox:
        box = ChoiceBox(name)
        box.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToContents)
        box.activated.connect(self._on_chosen)
        return box

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(3 * SPACE)
        row.addWidget(self.choose_button)
        row.addWidget(self.name, 1)
        self.inside.addLayout(row)
        self.inside.addWidget(self.history)
        self._choices = QWidget()
        choices = QVBoxLayout(self._choices)
        choices.setContentsMargins(0, 0, 0, 0)
        choices.setSpacing(2 * SPACE)
        for choice in (self.compare_choice, self.plain_choice):
            choices.addWidget(choice)
        self.inside.addWidget(self._choices)
        flow = FlowLayout(3 * SPACE, self._fields)
        flow.setContentsMargins(0, 0, 0, 0)
        boxes = (
            self.format,
            self.encoding,
            self.delimiter,
            self.quote,
            self.header_row,
            self.skip,
            self.decimal,
            self.nulls,
            self.part,
        )
        for box in boxes:
            field = QWidget()
            column = QVBoxLayout(field)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(SPACE)
            column.addWidget(plain_label(box.accessibleName(), role="muted"))
            column.addWidget(box)
            flow.addWidget(field)
            self._labels.append((field, box))
        self.inside.addWidget(self._fields)
        self.inside.addWidget(self.reasons)

    def _dress(self) -> None:
        for _field, box in self._labels:
            box.setMinimumWidth(self._theme.px(_FIELD_PX))


def _named_encodings() -> list[tuple[str, Any]]:
    return [(name, name) for name in _ENCODINGS]


def _named_formats() -> list[tuple[str, Any]]:
    return [(name.upper(), name) for name in FORMATS]
