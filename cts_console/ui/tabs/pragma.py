"""Is it set up right: every setting beside the profile's, and the way to change one."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QSplitter,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from cts_console.errors import CtsError
from cts_console.pragmas import PROFILE_NAMES, PragmaReading, ProfileName
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.frame.facts import let_go
from cts_console.ui.models.pragma_jobs import (
    Preview,
    apply_setting,
    configuration_lines,
    read_preview,
    read_settings,
    rebuild_file,
)
from cts_console.ui.models.pragma_model import Column, PragmaModel, state_of, value_text
from cts_console.ui.tabs.base import Tab
from cts_console.ui.widgets.basics import SPACE, ElidedLabel, badge, button, set_state
from cts_console.ui.widgets.pragma_panel import PragmaPanel
from cts_console.ui.widgets.state_stack import StateStack
from cts_console.worker import Client, Job

_PROFILE_KEY: Final = "pragma/profile"
_PANEL_WIDTH_PX: Final = 340
_WIDTHS_PX: Final = {
    Column.SETTING: 184,
    Column.VALUE: 150,
    Column.PROFILE: 136,
    Column.STATE: 92,
}


class PragmaTab(Tab):
    """The settings in two groups, and a panel for the one that is chosen."""

    name: ClassVar[str] = "PRAGMA"
    icon_name: ClassVar[str] = "mdi6.tune-variant"

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._readings: tuple[PragmaReading, ...] = ()
        self.model = PragmaModel(context.theme, self)
        self.view = self._make_view()
        self.panel = PragmaPanel(context.theme)
        self.panel.preview_wanted.connect(self._ask_preview)
        self.panel.apply_wanted.connect(self._on_apply)
        self._file_badge = badge("")
        self._connection_badge = badge("")
        self.profiles = self._make_profiles()
        self.copy_lines = button(
            context.theme,
            self.tr("Copy lines for the engine"),
            "mdi6.content-copy",
            self._on_copy_lines,
            tip=self.tr(
                "Copy the lines for the engine's configuration: what the profile wants of each "
                "connection, as PRAGMA statements"
            ),
        )
        self.states = StateStack(context.theme, self._make_content())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.addWidget(self.states)
        context.navigator.file_changed.connect(self._on_file_changed)
        context.theme.changed.connect(self._dress)
        self._dress()
        self._show_profile()
        self.states.show_empty(self.tr("No file is open"))

    @property
    def profile(self) -> ProfileName:
        """The profile that the settings are judged by."""
        found: ProfileName = self.profiles.currentData()
        return found

    def set_database(self, database: OpenDatabase | None) -> None:
        """Show another file's settings, or none."""
        is_other = (database and database.path) != (self.database and self.database.path)
        super().set_database(database)
        self.panel.set_unlocked(database is not None and database.writable)
        if is_other:
            self._reader.withdraw(self)
            self._readings = ()
            self.panel.show_setting(None)
        if database is None:
            self.states.show_empty(self.tr("No file is open"))
        elif self.isVisible():
            self.refresh()

    def on_shown(self) -> None:
        """Read the settings again: another program may have changed the file's."""
        self.refresh()

    def refresh(self) -> None:
        """Read the settings."""
        database = self.database
        if database is None:
            return
        if not self._readings:
            self.states.show_loading()
        job = Job(
            self.tr("Reading the settings"),
            partial(read_settings, profile=self.profile),
            database.target("read_write" if database.writable else "read_only"),
            quiet=True,
        )
        self._reader.submit(job, self, self._on_readings, self._on_read_failed, key="settings")

    @property
    def _reader(self) -> Client:
        """The thread whose connection is shown: the writing one while writing is allowed."""
        writable = self.database is not None and self.database.writable
        return self.context.operations if writable else self.context.browse

    # Reading

    def _on_readings(self, readings: tuple[PragmaReading, ...]) -> None:
        chosen = self.panel.name
        is_first = not self._readings
        self._readings = readings
        self.model.set_readings(readings, self._connection_title())
        self._show_badges()
        self.states.show_content()
        if is_first:
            self._span_groups()
            first = next((r.name for r in readings if state_of(r) == "differs"), readings[0].name)
            self._choose(chosen or first)
        self._on_chosen()

    def _on_read_failed(self, error: CtsError) -> None:
        self._readings = ()
        self.states.show_error(error, self.refresh)

    def _on_file_changed(self) -> None:
        if self.isVisible():
            self.refresh()

    def _connection_title(self) -> str:
        if self.database is not None and self.database.writable:
            return self.tr("This console's writing connection, ours alone")
        return self.tr("This console's reading connection, ours alone")

    def _show_badges(self) -> None:
        for scope, label, text in (
            ("file", self._file_badge, self.tr("the file: {0}")),
            ("connection", self._connection_badge, self.tr("our connection: {0}")),
        ):
            rows = [row for row in self._readings if row.scope == scope]
            judged = [row for row in rows if row.expected is not None]
            differing = sum(state_of(row) == "differs" for row in judged)
            if not judged:
                label.setText(text.format(self.tr("not judged")))
                set_state(label, "")
            elif differing:
                count = self.tr("1 differs") if differing == 1 else self.tr("{0} differ")
                label.setText(text.format(count.format(differing)))
                # What our own connection has is nobody's risk.
                set_state(label, "warn" if scope == "file" else "")
            else:
                label.setText(text.format(self.tr("as the profile")))
                set_state(label, "ok")

    # Choosing

    def _choose(self, name: str) -> None:
        index = self.model.index_of(name)
        selection = self.view.selectionModel()
        flags = QItemSelectionModel.SelectionFlag
        selection.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def _on_chosen(self) -> None:
        reading = self.model.reading(self.view.currentIndex())
        if reading is not None:
            self.panel.show_setting(reading)

    def _on_profile(self) -> None:
        self.context.settings.remember(_PROFILE_KEY, self.profile)
        self._show_profile()
        self.refresh()

    def _show_profile(self) -> None:
        self.copy_lines.setEnabled(bool(configuration_lines(self.profile)))

    # Copying

    def _on_copy_lines(self) -> None:
        lines = configuration_lines(self.profile)
        head = f"-- Profile {self.profile}: for each connection of the engine, after opening it."
        QGuiApplication.clipboard().setText("\n".join((head, *lines)) + "\n")
        self.context.navigator.notice_raised.emit(
            self.tr("{0} lines are on the clipboard.").format(len(lines))
        )

    def _on_copy_row(self) -> None:
        reading = self.model.reading(self.view.currentIndex())
        if reading is not None:
            QGuiApplication.clipboard().setText(f"{reading.name} = {reading.value}")

    # Changing

    def _ask_preview(self, name: str, value: str) -> None:
        if self.database is None:
            return
        work = partial(read_preview, name=name, value=value)
        target = self.database.target("read_write" if self.database.writable else "read_only")
        self._reader.submit(
            Job(self.tr("Looking ahead"), work, target, quiet=True),
            self,
            self.panel.show_preview,
            self.panel.show_refusal,
            key="preview",
        )

    def _on_apply(self, preview: Preview, backup: bool) -> None:
        if self.database is None or not self.database.writable:
            return
        self.panel.set_busy(True)
        self.panel.show_result("", "")
        apply = partial(self._apply, preview, backup)
        if preview.writes_file:
            self._let_others_go(apply)
        else:
            apply()

    def _let_others_go(self, then: partial[None]) -> None:
        """Close our own other connections: SQLite changes no journal mode beside them."""
        context = self.context
        context.history.hold()
        release = Job(self.tr("Letting go of the file"), let_go, quiet=True, releases_file=True)

        def release_browse(_nothing: None) -> None:
            context.browse.submit(release, self, lambda _: then(), self._on_apply_failed)

        context.monitor.submit(release, self, release_browse, self._on_apply_failed)

    def _apply(self, preview: Preview, backup: bool) -> None:
        if self.database is None or not self.database.writable:
            self._end_change()
            return
        if preview.needs_rebuild:
            title = self.tr("Rewriting the file for {0}").format(preview.name)
            work = partial(rebuild_file, preview=preview, backup=backup)
        else:
            title = self.tr("Setting {0}").format(preview.name)
            work = partial(apply_setting, preview=preview)
        self.context.operations.submit(
            Job(title, work, self.database.target("read_write")),
            self,
            partial(self._on_applied, preview),
            self._on_apply_failed,
        )

    def _on_applied(self, preview: Preview, reading: PragmaReading) -> None:
        self._end_change()
        self.panel.show_result(
            self.tr("Read back: {0} is {1}.").format(
                reading.name, value_text(reading.name, reading.value)
            ),
            "ok",
        )
        self.refresh()
        if preview.writes_file:
            self.context.navigator.file_changed.emit()

    def _on_apply_failed(self, error: CtsError) -> None:
        self._end_change()
        if error.code == "cancelled":
            self.panel.show_result(self.tr("Stopped; the setting is as it was."), "")
        else:
            self.panel.show_result(f"{error.title}. {error.message} {error.hint}".strip(), "bad")
        self.refresh()

    def _end_change(self) -> None:
        self.panel.set_busy(False)
        self.context.history.resume()

    # Making

    def _make_view(self) -> QTreeView:
        view = QTreeView()
        view.setModel(self.model)
        view.setAccessibleName(self.tr("Settings"))
        view.setRootIsDecorated(False)
        view.setItemsExpandable(False)
        view.setIndentation(0)
        view.setUniformRowHeights(True)
        view.setAllColumnsShowFocus(True)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = view.header()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(24)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        view.selectionModel().currentRowChanged.connect(self._on_row_changed)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), view)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self._on_copy_row)
        return view

    def _on_row_changed(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        self._on_chosen()

    def _make_profiles(self) -> QComboBox:
        profiles = QComboBox()
        profiles.setAccessibleName(self.tr("Profile"))
        for name in PROFILE_NAMES:
            profiles.addItem(self.tr("Profile: {0}").format(name), name)
        kept = self.context.settings.text(_PROFILE_KEY, PROFILE_NAMES[0])
        profiles.setCurrentIndex(max(0, profiles.findData(kept)))
        profiles.currentIndexChanged.connect(self._on_profile)
        return profiles

    def _make_content(self) -> QWidget:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * SPACE)
        header = QHBoxLayout()
        header.setSpacing(2 * SPACE)
        header.addWidget(ElidedLabel(self.tr("PRAGMA settings"), role="title"), 1)
        header.addWidget(self._file_badge)
        header.addWidget(self._connection_badge)
        header.addWidget(self.profiles)
        header.addWidget(self.copy_lines)
        layout.addLayout(header)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.view)
        self._splitter.addWidget(self.panel)
        self._splitter.setStretchFactor(0, 1)
        layout.addWidget(self._splitter, 1)
        return content

    def _span_groups(self) -> None:
        for row in range(self.model.rowCount()):
            self.view.setFirstColumnSpanned(row, QModelIndex(), True)
        self.view.expandAll()

    def _dress(self) -> None:
        px = self.context.theme.px
        self.panel.setMinimumWidth(px(_PANEL_WIDTH_PX))
        for column, width in _WIDTHS_PX.items():
            self.view.setColumnWidth(column, px(width))
