"""The panel beside the settings: one of them, what a change would do, and the button for it."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cts_console.errors import CtsError
from cts_console.pragmas import PragmaReading, find_pragma
from cts_console.ui.colors import Token
from cts_console.ui.models.pragma_jobs import Preview
from cts_console.ui.models.pragma_model import state_look, state_of, value_text
from cts_console.ui.text import duration_text, one_line, size_text
from cts_console.ui.theme import Theme
from cts_console.ui.widgets.basics import (
    SPACE,
    Card,
    State,
    button,
    plain_label,
    set_state,
)
from cts_console.ui.widgets.pragma_editor import PragmaEditor

_LONGEST_WORD: Final = 24
_STATES: Final[dict[Token, State]] = {"ok": "ok", "warn": "warn"}
DOCUMENTATION: Final = "https://sqlite.org/pragma.html#pragma_{0}"


class PragmaPanel(Card):
    """Shows one setting; asks for a preview whenever another value is chosen."""

    preview_wanted = Signal(str, str)
    """Carries the setting's name and the value that was chosen."""
    apply_wanted = Signal(object, bool)
    """Carries the `Preview` to carry out, and whether to back up first."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("No setting chosen"), parent)
        self._theme = theme
        self._reading: PragmaReading | None = None
        self._preview: Preview | None = None
        self._is_unlocked = False
        self._is_busy = False
        self.state = plain_label()
        self._state_icon = QLabel()
        self.meaning = _wrapped()
        self.scope = _wrapped(role="muted")
        self.value = plain_label(selectable=True)
        self.expected = plain_label(selectable=True)
        self.default = plain_label(selectable=True)
        self.editor = PragmaEditor()
        self.preview = _wrapped()
        self.backup = QCheckBox(self.tr("Back up first"))
        self.apply = button(theme, self.tr("Apply"), on_click=self._on_apply, primary=True)
        self.why_not = _wrapped(role="muted")
        self.result = _wrapped()
        self._lay_out()
        self.editor.changed.connect(self._on_edited)
        theme.changed.connect(self._dress)
        self._dress()
        self.show_setting(None)

    @property
    def name(self) -> str:
        """The setting that is shown; "" for none."""
        return "" if self._reading is None else self._reading.name

    def set_unlocked(self, unlocked: bool) -> None:
        """Tell whether the lock switch is open."""
        self._is_unlocked = unlocked
        self._show_button()

    def set_busy(self, busy: bool) -> None:
        """Tell whether a change is being carried out."""
        self._is_busy = busy
        self._show_button()

    def show_setting(self, reading: PragmaReading | None) -> None:
        """Show a setting, or none. The same setting keeps the value that is being edited."""
        before, self._reading = self._reading, reading
        self._content.setVisible(reading is not None)
        if reading is None:
            self.title.setText(self.tr("No setting chosen"))
            self.state.setText("")
            self._state_icon.hide()
            return
        self._show_facts(reading)
        is_same = before is not None and before.name == reading.name
        if before is None or not is_same or before.value != reading.value:
            self._preview = None
            self.editor.edit(find_pragma(reading.name), reading.value)
            self.preview.setText("")
        if not is_same:
            self.show_result("", "")
        self._show_button()

    def show_preview(self, preview: Preview) -> None:
        """Show what the change would do."""
        if preview.name != self.name:
            return
        self._preview = preview
        self.preview.setText("\n".join(self._preview_lines(preview)))
        set_state(self.preview, "" if preview.is_possible else "warn")
        self._show_button()

    def show_refusal(self, error: CtsError) -> None:
        """Show why a value cannot be taken."""
        self._preview = None
        self.preview.setText(_breakable(f"{error.message} {error.hint}".strip()))
        set_state(self.preview, "bad")
        self._show_button()

    def show_result(self, text: str, state: State) -> None:
        """Show how a change ended."""
        self.result.setText(_breakable(text))
        self.result.setVisible(bool(text))
        set_state(self.result, state)

    def open_documentation(self) -> None:
        """Open SQLite's page about the setting in the desktop's browser."""
        if self.name:
            QDesktopServices.openUrl(QUrl(DOCUMENTATION.format(self.name)))

    # What is shown

    def _show_facts(self, reading: PragmaReading) -> None:
        state = state_of(reading)
        self.title.setText(reading.name)
        self.state.setText(self._state_text(reading))
        icon, token = state_look(state)
        set_state(self.state, _STATES.get(token, ""))
        self._state_icon.setVisible(bool(icon))
        if icon:
            self._state_icon.setPixmap(self._theme.icon(icon, token).pixmap(self._theme.icon_size))
        self.meaning.setText(reading.doc)
        self.scope.setText(self._scope_text(reading))
        self.value.setText(value_text(reading.name, reading.value) or "–")
        self.expected.setText(
            self.tr("does not say")
            if reading.expected is None
            else value_text(reading.name, reading.expected)
        )
        self.default.setText(value_text(reading.name, reading.default))

    def _state_text(self, reading: PragmaReading) -> str:
        return {
            "ok": self.tr("ok"),
            "safer": self.tr("safer than the profile"),
            "differs": self.tr("differs from the profile"),
            "unknown": self.tr("unknown: SQLite gave no answer"),
            "unjudged": "",
        }[state_of(reading)]

    def _scope_text(self, reading: PragmaReading) -> str:
        if reading.scope == "connection":
            return self.tr(
                "Of this console's connection alone. It ends with that connection and says "
                "nothing about the engine's."
            )
        if reading.needs_vacuum:
            return self.tr(
                "Kept in the file, for every program. A change on a file that holds tables needs "
                "a VACUUM, which writes the whole file anew."
            )
        return self.tr("Kept in the file, for every program.")

    def _preview_lines(self, preview: Preview) -> list[str]:
        lines = [self._what_text(preview)]
        if preview.writes_file:
            users = preview.users.describe()
            lines.append(_breakable(one_line(f"{users[0].upper()}{users[1:]}.", 400)))
            lines.append(
                self.tr("The file is locked for about {0}.").format(
                    duration_text(preview.hold_s * 1000)
                )
            )
        if preview.needs_rebuild:
            lines.append(
                self.tr("It takes up to {0} of disk; {1} are free.").format(
                    size_text(preview.needed_bytes), size_text(preview.free_bytes)
                )
            )
            if preview.needed_bytes > preview.free_bytes:
                lines.append(self.tr("That is not enough."))
        if not preview.is_possible and not preview.users.alone:
            lines.append(self.tr("Refused until nobody else has the file open."))
        return lines

    def _what_text(self, preview: Preview) -> str:
        change = f"{preview.name}: {preview.value} → {preview.wanted}"
        if preview.needs_rebuild:
            return self.tr("{0}, by a VACUUM: every page of the file is written anew.").format(
                change
            )
        if preview.writes_file:
            return self.tr("{0}, written to the file's header.").format(change)
        return self.tr("{0}. Nothing is written to the file.").format(change)

    def _show_button(self) -> None:
        reading, preview = self._reading, self._preview
        settable = reading is not None and find_pragma(reading.name).settable
        is_change = preview is not None and preview.wanted != preview.value
        rebuild = preview is not None and preview.needs_rebuild
        self.editor.setVisible(settable)
        self._editor_label.setVisible(settable)
        self.apply.setVisible(settable)
        self.backup.setVisible(settable and rebuild)
        self.preview.setVisible(bool(self.preview.text()))
        self.apply.setText(self._button_text(rebuild=rebuild))
        self.apply.setEnabled(
            self._is_unlocked
            and not self._is_busy
            and is_change
            and preview is not None
            and preview.is_possible
        )
        why_not = self._why_not(settable=settable)
        self.why_not.setText(why_not)
        self.why_not.setVisible(bool(why_not))

    def _button_text(self, *, rebuild: bool) -> str:
        if not self._is_unlocked:
            return self.tr("Unlock writing first (Ctrl+L)")
        if self._is_busy:
            return self.tr("Working …")
        return self.tr("Apply and rewrite the file") if rebuild else self.tr("Apply")

    def _why_not(self, *, settable: bool) -> str:
        if not settable:
            return self.tr(
                "The console only reads it: it protects the console, or says whose file this is."
            )
        if not self._is_unlocked:
            return self.tr(
                "The file is open read-only. The lock in the tool bar, or Ctrl+L, allows writing."
            )
        return ""

    # What happens

    def _on_edited(self, value: str) -> None:
        self._preview = None
        self._show_button()
        self.show_result("", "")
        if self.name:
            self.preview_wanted.emit(self.name, value)

    def _on_apply(self) -> None:
        if self._preview is not None:
            backup = self._preview.needs_rebuild and self.backup.isChecked()
            self.apply_wanted.emit(self._preview, backup)

    # Making

    def _lay_out(self) -> None:
        self.backup.setChecked(True)
        self.header.addWidget(self._state_icon)
        self.header.addWidget(self.state)
        self._content = QWidget()
        layout = QVBoxLayout(self._content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(self.meaning)
        layout.addLayout(self._make_facts())
        layout.addWidget(self.scope)
        link = button(
            self._theme,
            self.tr("What SQLite says about it"),
            "mdi6.open-in-new",
            self.open_documentation,
            tip=self.tr("Open sqlite.org in the browser"),
        )
        link.setProperty("flat", True)
        row = QHBoxLayout()
        row.addWidget(link)
        row.addStretch(1)
        layout.addLayout(row)
        self._editor_label = plain_label(self.tr("New value"), role="muted")
        self._editor_label.setBuddy(self.editor)
        for part in (self._editor_label, self.editor, self.preview, self.backup, self.apply):
            layout.addWidget(part)
        layout.addWidget(self.why_not)
        layout.addWidget(self.result)
        layout.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._content)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.addWidget(scroll, 1)

    def _make_facts(self) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(4 * SPACE)
        form.setVerticalSpacing(SPACE)
        for word, label in (
            (self.tr("Value"), self.value),
            (self.tr("Profile"), self.expected),
            (self.tr("Default"), self.default),
        ):
            label.setProperty("mono", True)
            form.addRow(plain_label(word, role="muted"), label)
        return form

    def _dress(self) -> None:
        if self._reading is not None:
            self._show_facts(self._reading)


def _wrapped(*, role: str = "") -> QLabel:
    label = plain_label(role=role, selectable=True)
    label.setWordWrap(True)
    return label


def _breakable(text: str) -> str:
    """Return `text` with places where a long path or command may be broken."""
    return re.sub(rf"(\S{{{_LONGEST_WORD}}})", "\\1\u200b", text)
