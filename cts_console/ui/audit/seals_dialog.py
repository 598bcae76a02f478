"""The seals of the open file: which tables are sealed, and whether they are what was sealed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from cts_console.audit.seal import SealedTable
from cts_console.ui.audit.flow_layout import FlowLayout
from cts_console.ui.audit.seals_detail import SealDetail
from cts_console.ui.audit.seals_foot import SealsFoot
from cts_console.ui.audit.seals_view import SealsView
from cts_console.ui.context import WindowContext
from cts_console.ui.models.seals_model import SealItem, SealsModel
from cts_console.ui.text import one_line
from cts_console.ui.widgets.basics import SPACE, ThemedButton, WrappedLabel, button, set_state

_SIZE_PX: Final = (1_000, 620)
_LONGEST_NAME: Final = 60
_LONGEST_NAMES: Final = 300
_LONGEST_ORIGIN: Final = 1_000


class SealsDialog(QDialog):
    """Shows the list and asks for work; who made it does the work."""

    seal_asked = Signal(tuple)
    """Carries the names of tables to seal, or whose seals to extend."""
    verify_asked = Signal(tuple)
    """Carries the names of tables to verify."""
    anew_asked = Signal(tuple)
    """Carries the names of tables whose rows are trusted as they are."""
    export_asked = Signal(tuple)
    """Carries the names of tables whose seals are to be exported."""
    import_asked = Signal()
    """Import an exported file."""
    stop_asked = Signal()
    """Stop what runs."""
    rows_asked = Signal(object)
    """Carries the `RowsWanted` of rows that differ."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        theme = context.theme
        self._added: list[str] = []
        self.setWindowTitle(self.tr("Seals"))
        self.model = SealsModel(theme, context.clock, self)
        self.table = SealsView(theme, self.model)
        self.chooser = QComboBox()
        self.chooser.setAccessibleName(self.tr("Another table to seal"))
        self.chooser.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.chooser.setMinimumContentsLength(20)
        self.add_button = button(
            theme,
            self.tr("Add"),
            "mdi6.plus",
            self.add_table,
            tip=self.tr("List this table, to seal it"),
        )
        self.detail = SealDetail(theme)
        self.foot = SealsFoot(theme)
        self.origin = WrappedLabel()
        set_state(self.origin, "warn")
        self.origin.hide()
        self._buttons = self._make_buttons(context)
        self.seal_button, self.verify_button, self.export_button = self._buttons[:3]
        self.import_button, self.anew_button, self.close_button = self._buttons[3:]
        self.detail.rows_asked.connect(self.rows_asked)
        self.foot.stop_asked.connect(self.stop_asked)
        self.table.selection_changed.connect(self._show_state)
        self._lay_out()
        room = parent.window().size()
        self.resize(*map(min, map(theme.px, _SIZE_PX), (room.width(), room.height())))
        self._show_state()

    def reject(self) -> None:
        """Esc stops what runs; else it closes."""
        if self.foot.is_busy:
            self.stop_asked.emit()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close like the button does: what runs goes on."""
        self.accept()
        event.accept()

    def show_list(self, items: Sequence[SealItem], others: Sequence[str], origin: str = "") -> None:
        """Show the tables of the file in place of the ones before; the same stay selected.

        `origin` says for which other file the seals were kept; "" where they are of this one.
        """
        self.origin.setText(one_line(origin, _LONGEST_ORIGIN))
        self.origin.setVisible(bool(origin))
        is_first = not self.model.items
        self._added = [name for name in self._added if name in others]
        self.model.set_items([*items, *(SealItem(SealedTable(name)) for name in self._added)])
        self.chooser.clear()
        for name in others:
            if name not in self._added:
                self.chooser.addItem(one_line(name, _LONGEST_NAME), name)
        if is_first:
            self.table.select([item.sealed.table for item in items])
        self._show_state()

    def add_table(self) -> None:
        """List the table that the chooser names, and select it."""
        name = self.chooser.currentData()
        if name is not None:
            self.chooser.removeItem(self.chooser.currentIndex())
            self._added.append(str(name))
            self.model.set_items([*self.model.items, SealItem(SealedTable(str(name)))])
            self.table.select([str(name)])

    def show_busy(self, title: str) -> None:
        """Work was asked for."""
        self.foot.show_busy(title)
        self._show_state()

    def show_idle(self) -> None:
        """Nothing runs."""
        self.foot.clear()
        self._show_state()

    def _names(self, is_wanted: Callable[[SealItem], bool]) -> tuple[str, ...]:
        return tuple(item.sealed.table for item in self.table.selected if is_wanted(item))

    def _on_seal(self) -> None:
        self.seal_asked.emit(self._names(_can_be_sealed))

    def _on_verify(self) -> None:
        self.verify_asked.emit(self._names(_can_be_verified))

    def _on_export(self) -> None:
        self.export_asked.emit(self._names(_can_be_verified))

    def _on_anew(self) -> None:
        names = self._names(_can_begin_anew)
        told = self.tr(
            "Trust the rows of {0} as they are now? A new seal takes the place of the kept one: "
            "what was changed or removed before will not show any more."
        )
        shown = one_line(", ".join(names), _LONGEST_NAMES)
        yes = partial(self.anew_asked.emit, names)
        self.foot.ask(told.format(shown), self.tr("Trust them"), yes)

    def _show_state(self) -> None:
        selected, is_free = self.table.selected, not self.foot.is_busy
        for each, is_wanted in (
            (self.seal_button, _can_be_sealed),
            (self.verify_button, _can_be_verified),
            (self.export_button, _can_be_verified),
            (self.anew_button, _can_begin_anew),
        ):
            each.setEnabled(is_free and any(map(is_wanted, selected)))
        self.import_button.setEnabled(is_free)
        self.chooser.setEnabled(is_free and self.chooser.count() > 0)
        self.add_button.setEnabled(self.chooser.isEnabled())
        hint = ""
        if not self.model.items and self.chooser.count():
            hint = self.tr("No table is sealed. Choose one that only takes new rows, and add it.")
        self.detail.show_item(self.table.current_item, hint)

    def _make_buttons(self, context: WindowContext) -> tuple[ThemedButton, ...]:
        theme = context.theme
        made = (
            button(
                theme,
                self.tr("Seal"),
                "mdi6.lock-outline",
                self._on_seal,
                primary=True,
                tip=self.tr("Seal the selected tables, or extend their seals by the rows since"),
            ),
            button(
                theme,
                self.tr("Verify"),
                "mdi6.shield-check-outline",
                self._on_verify,
                tip=self.tr("Read the sealed rows of the selected tables again"),
            ),
            button(
                theme,
                self.tr("Export …"),
                "mdi6.export",
                self._on_export,
                tip=self.tr("Write the seals into a small file, to keep elsewhere"),
            ),
            button(
                theme,
                self.tr("Import …"),
                "mdi6.import",
                self.import_asked.emit,
                tip=self.tr("Keep the seals of an exported file"),
            ),
            button(
                theme,
                self.tr("Trust the rows as they are now"),
                "mdi6.restart",
                self._on_anew,
                tip=self.tr("Begin a new seal, whatever was sealed before"),
            ),
            button(theme, self.tr("Close"), on_click=self.accept),
        )
        for each in (*made, self.add_button):
            each.setAutoDefault(False)
        return made

    def _lay_out(self) -> None:
        intro = WrappedLabel("muted")
        intro.setText(
            self.tr(
                "A seal over a table that only takes new rows makes later changes of its rows "
                "visible. It is kept in the console's own records; keep an exported copy elsewhere."
            )
        )
        adding = QHBoxLayout()
        adding.setSpacing(2 * SPACE)
        adding.addWidget(self.chooser)
        adding.addWidget(self.add_button)
        adding.addStretch(1)
        # At 200 % the list alone can fill a small window.
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(intro)
        layout.addWidget(self.origin)
        layout.addWidget(self.table)
        layout.addLayout(adding)
        layout.addWidget(self.detail)
        layout.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(body)
        foot = FlowLayout(2 * SPACE)
        for each in self._buttons:
            foot.addWidget(each)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(14, 14, 14, 14)
        outer.setSpacing(3 * SPACE)
        outer.addWidget(area, 1)
        outer.addWidget(self.foot)
        outer.addLayout(foot)


def _can_be_sealed(item: SealItem) -> bool:
    return not item.sealed.is_gone and not item.sealed.problem


def _can_be_verified(item: SealItem) -> bool:
    return item.sealed.seal is not None


def _can_begin_anew(item: SealItem) -> bool:
    has_seal = item.sealed.seal is not None or bool(item.sealed.problem)
    return has_seal and not item.sealed.is_gone
