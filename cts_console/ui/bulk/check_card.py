"""Step 3 of an import: what becomes of conflicts and refused rows, and a trial without a trace."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from cts_console.transfer import ImportRequest
from cts_console.ui.bulk.import_look import ImportLook
from cts_console.ui.bulk.parts import ChoiceBox, StepCard
from cts_console.ui.text import one_line, tip_text
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import (
    SPACE,
    ElidedLabel,
    State,
    WrappedLabel,
    button,
    plain_label,
    set_state,
)

_CHOICE_PX: Final = 220


class CheckCard(StepCard):
    """Asks what becomes of conflicts, and shows what the dry run said."""

    check_wanted = Signal()
    """The dry run is to be run."""
    changed = Signal()
    """Something was chosen: what was checked before holds no longer."""
    rejects_wanted = Signal()
    """Another file for the refused rows is to be chosen."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(3, parent=parent)
        self.set_title(self.tr("Conflicts and checks"))
        self._theme = theme
        self._file: Path | None = None
        self.rejects_path: Path | None = None
        """The file that takes refused rows, where they are wanted."""
        self.conflict = ChoiceBox(self.tr("Where a row's key is there already"))
        for text, value in (
            (self.tr("stop and import nothing"), "abort"),
            (self.tr("leave the new row out"), "ignore"),
            (self.tr("replace the old row"), "replace"),
            (self.tr("update the old row's columns"), "update"),
        ):
            self.conflict.addItem(text, value)
        self.key = ChoiceBox(self.tr("Key that finds the row"))
        self.collect = QCheckBox(self.tr("Collect refused rows in a file and import the others"))
        self.rejects_name = ElidedLabel(role="muted", middle=True)
        self.rejects_button = button(
            theme, self.tr("Another file…"), on_click=self.rejects_wanted.emit
        )
        self.again = QCheckBox(self.tr("Import it although this very file was imported before"))
        self.check_button = button(
            theme,
            self.tr("Dry run"),
            "mdi6.clipboard-check-outline",
            self.check_wanted.emit,
            tip=self.tr("Check every row of the file; the database is only read"),
        )
        self.verdict = WrappedLabel()
        self.notes = WrappedLabel("muted")
        self.conflict.activated.connect(self._on_changed)
        self.key.activated.connect(self._on_changed)
        self.collect.toggled.connect(self._on_collect)
        self.again.toggled.connect(self._on_changed)
        self._lay_out()
        theme.changed.connect(self._dress)
        self._dress()
        self.show_look(None)

    @property
    def destroys(self) -> bool:
        """Whether rows that are there may be changed."""
        return self.conflict.currentData() in ("replace", "update")

    def show_look(self, look: ImportLook | None) -> None:
        """Go by another file, table or mapping."""
        is_ready = look is not None and look.request is not None
        self.content.setVisible(is_ready)
        self.show_verdict("", "")
        if look is None or not is_ready:
            self.show_state(self.tr("once the columns have their ways"))
            return
        if look.order.file != self._file:
            self._file = look.order.file
            self.collect.setChecked(False)
            self.again.setChecked(False)
            self.rejects_path = None
        is_script = look.preview.detected.format == "sql"
        for part in (self.conflict, self.collect, self.again):
            part.setEnabled(not is_script)
        if is_script:
            self.conflict.choose("abort")
            self.collect.setChecked(False)
        self._fill_keys(look)
        self._show()

    def complete(self, request: ImportRequest) -> ImportRequest:
        """Return `request` with what is chosen here."""
        on_conflict = self.conflict.currentData()
        key = self.key.currentData() if on_conflict == "update" else None
        return replace(
            request,
            on_conflict=on_conflict,
            key=tuple(key or ()),
            rejects=self.rejects_path if self.collect.isChecked() else None,
            allow_repeat=self.again.isChecked(),
        )

    def set_rejects_path(self, path: Path) -> None:
        """Collect refused rows there."""
        self.rejects_path = path
        self._on_changed()

    def show_verdict(self, text: str, state: State, notes: str = "") -> None:
        """Show what the dry run said; "" for not run."""
        self.notes.setText(notes)
        self.notes.setVisible(bool(notes))
        self.verdict.setText(text)
        self.verdict.setVisible(bool(text))
        set_state(self.verdict, state)

    def _fill_keys(self, look: ImportLook) -> None:
        choice = look.choice
        written = {*look.pairs.values(), *look.constants}
        keys = [key for key in choice.keys if written.issuperset(key)] if choice else []
        chosen = self.key.currentData()
        self.key.clear()
        for key in keys:
            self.key.addItem(one_line(", ".join(key), 80), list(key))
        if chosen is not None:
            self.key.choose(chosen)

    def _on_collect(self) -> None:
        if self.collect.isChecked() and self._file is not None and self.rejects_path is None:
            moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%SZ")
            self.rejects_path = self._file.with_name(f"{self._file.stem}.refused-{moment}.csv")
        self._on_changed()

    def _on_changed(self) -> None:
        self.show_verdict("", "")
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        is_update = self.conflict.currentData() == "update"
        self._key_row.setVisible(is_update)
        self._rejects_row.setVisible(self.collect.isChecked())
        path = "" if self.rejects_path is None else str(self.rejects_path)
        self.rejects_name.setText(one_line(path, 1_000))
        self.rejects_name.setToolTip(tip_text(path))
        if is_update and not self.key.count():
            self.show_state(self.tr("no key is filled"), "warn")
        else:
            self.show_state(self.tr("ready"), "ok")

    def _lay_out(self) -> None:
        self._conflict_row = self._row(
            plain_label(self.conflict.accessibleName(), role="muted"), self.conflict
        )
        self._key_row = self._row(plain_label(self.key.accessibleName(), role="muted"), self.key)
        self._rejects_row = self._row(self.rejects_name, self.rejects_button, stretched=0)
        for part in (
            self._conflict_row,
            self._key_row,
            self.collect,
            self._rejects_row,
            self.again,
            self._row(self.check_button),
            self.verdict,
            self.notes,
        ):
            self.inside.addWidget(part)

    def _row(self, *parts: QWidget, stretched: int | None = None) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * SPACE)
        for place, part in enumerate(parts):
            row.addWidget(part, 1 if place == stretched else 0)
        if stretched is None:
            row.addStretch(1)
        return made

    def _dress(self) -> None:
        self.conflict.setMinimumWidth(self._theme.px(_CHOICE_PX))
        self.key.setMinimumWidth(self._theme.px(_CHOICE_PX))
