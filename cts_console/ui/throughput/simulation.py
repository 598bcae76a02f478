"""The button that starts and stops a simulated engine, only on a database of invented data."""

from __future__ import annotations

import json
from typing import Final, get_args

from PySide6.QtCore import QProcess, QTimer, Slot

from cts_console.engine.simulated import SimulationOptions, simulate_command
from cts_console.errors import CtsError, ErrorCode
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.widgets.basics import ThemedButton

PURPOSES: Final = ("demo", "simulation")
OPTIONS: Final = SimulationOptions(rows_per_s=500, commit_rows=10, burst=2)
"""Enough to see the graphs move, and the silence between two bursts."""
_PATIENCE_MS: Final = 3_000
_LAST_PATIENCE_MS: Final = 1_500
# Fine, and stopped on request.
_ENDED_WELL: Final = (0, 130)


class SimulationButton(ThemedButton):
    """Starts `cts-console simulate` as a process of its own and stops it; hidden elsewhere.

    The process ends when its standard input is closed: by this button, by the window's end, and by
    the system where the window dies.
    """

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.theme, "")
        self._navigator = context.navigator
        self._database: OpenDatabase | None = None
        self._process: QProcess | None = None
        self._is_stopping = False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self._kill)
        self.clicked.connect(self._on_clicked)
        self._show_state()

    @property
    def is_running(self) -> bool:
        """Whether an engine of this window runs, or has not ended yet."""
        return self._process is not None

    def set_database(self, database: OpenDatabase | None) -> None:
        """Go by another file; the engine on the one before is stopped."""
        before, self._database = self._database, database
        if database is None or before is None or before.path != database.path:
            self.stop()
        self._show_state()

    def start(self) -> None:
        """Start an engine on the open file."""
        if self._process is not None or self._database is None:
            return
        program, *words = simulate_command(self._database.path, OPTIONS, attached=True)
        process = self._process = QProcess(self)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        process.start(program, words)
        self._show_state()

    def stop(self) -> None:
        """Ask the engine to end; what it is writing is committed first."""
        if self._process is None:
            return
        self._is_stopping = True
        self._process.closeWriteChannel()
        self._patience.start()
        self._show_state()

    def end(self) -> None:
        """End the engine now: the window closes. Waits a moment, as for the window's threads."""
        process = self._process
        if process is None:
            return
        process.finished.disconnect(self._on_finished)
        process.errorOccurred.disconnect(self._on_error)
        process.closeWriteChannel()
        if not process.waitForFinished(_LAST_PATIENCE_MS):
            process.kill()
            process.waitForFinished(_LAST_PATIENCE_MS)
        self._forget()

    # What happens

    @Slot()
    def _on_clicked(self) -> None:
        if self._process is None:
            self.start()
        else:
            self.stop()

    @Slot()
    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is not QProcess.ProcessError.FailedToStart or self._process is None:
            return  # `finished` follows and tells
        why = self._process.errorString()
        self._forget()
        self._navigator.error_raised.emit(
            CtsError(
                "no_permission",
                self.tr("The simulated engine could not be started"),
                self.tr("The system does not start it: {0}.").format(why),
                self.tr("Start it by `cts-console simulate` on the command line."),
            )
        )

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, how: QProcess.ExitStatus) -> None:
        process = self._process
        if process is None:
            return
        answer = process.readAllStandardOutput().toStdString()
        told = process.readAllStandardError().toStdString().strip()
        was_stopped = self._is_stopping
        self._forget()
        if how is QProcess.ExitStatus.NormalExit and code in _ENDED_WELL:
            self._tell_what_was_written(answer)
        elif how is QProcess.ExitStatus.NormalExit or not was_stopped:
            self._navigator.error_raised.emit(self._read_error(answer, told))

    def _tell_what_was_written(self, answer: str) -> None:
        try:
            document = json.loads(answer)
        except ValueError:
            return
        rows = sum(document["rows"].values())
        text = self.tr("The simulated engine has ended: {0} rows in {1} commits.")
        self._navigator.notice_raised.emit(text.format(f"{rows:,}", f"{document['commits']:,}"))

    def _read_error(self, answer: str, told: str) -> CtsError:
        title = self.tr("The simulated engine has failed")
        try:
            error = json.loads(answer)["error"]
            known = [code for code in get_args(ErrorCode) if code == error["code"]]
            code: ErrorCode = known[0] if known else "internal"
            return CtsError(code, title, str(error["message"]), str(error["hint"]))
        except (ValueError, KeyError, TypeError):
            message = told.splitlines()[-1] if told else self.tr("It ended without a word.")
            return CtsError("internal", title, message, self.tr("Start it again."))

    # What is shown

    def _forget(self) -> None:
        self._patience.stop()
        self._is_stopping = False
        if self._process is not None:
            self._process.deleteLater()
            self._process = None
        self._show_state()

    def _show_state(self) -> None:
        is_running = self._process is not None
        may_start = self._database is not None and self._database.purpose in PURPOSES
        self.setVisible(is_running or may_start)
        self.setEnabled(not self._is_stopping)
        self.setText(self.tr("Stop engine") if is_running else self.tr("Simulate engine"))
        self.set_icon("mdi6.stop" if is_running else "mdi6.robot-outline")
        self.setToolTip(
            self.tr("Stop the simulated engine")
            if is_running
            else self.tr(
                "Start a simulated engine: a process of its own that writes invented data into "
                "this file, which is marked for it"
            )
        )
