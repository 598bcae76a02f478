"""The figures over the charts of the Throughput tab, each with its scope."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QHBoxLayout, QWidget

from cts_console.monitor import Sample
from cts_console.ui.charts.wal_frames import AUTOCHECKPOINT_FRAMES
from cts_console.ui.context import WindowContext
from cts_console.ui.text import duration_text, one_line, size_text
from cts_console.ui.throughput.columns import Column
from cts_console.ui.throughput_history import LONGEST_WINDOW_S
from cts_console.ui.widgets.basics import SPACE, FigureCard, State

if TYPE_CHECKING:
    from cts_console.monitor.ring import FloatArray

# A figure that changes four times a second cannot be read: rates are of the last second or two.
_MEAN_S: Final = 1.5
_UNKNOWN: Final = "–"
_LONGEST_NAME: Final = 28
# A read shorter than this holds up no checkpoint that a person could notice.
_WORTH_TELLING_MS: Final = 500.0


class ThroughputFigures(QWidget):
    """Six cards in a line."""

    def __init__(self, context: WindowContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = context.history
        self._read_text = self._probe_text = ""
        self._commits = FigureCard(self.tr("Commits / s"))
        self._rows = FigureCard(self.tr("Rows appended / s"))
        self._bytes = FigureCard(self.tr("Written / s"))
        self._wal = FigureCard(self.tr("WAL"))
        self._missed = FigureCard(self.tr("Missed"))
        self._own = FigureCard(self.tr("This console"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3 * SPACE)
        for card in (
            self._commits,
            self._rows,
            self._bytes,
            self._wal,
            self._missed,
            self._own,
        ):
            layout.addWidget(card, 1)
        self._wal.setToolTip(
            self.tr(
                "The size of the log on disk, and how many of its frames are not in the main file "
                "yet, against the 1,000 at which SQLite checkpoints unless it was told otherwise."
            )
        )
        self._rows.setToolTip(
            self.tr(
                "Told by the largest rowid of each table: updates, deletions and rows put in the "
                "middle are not seen. Tables without a rowid are left out."
            )
        )
        self._own.setToolTip(
            self.tr(
                "What looking costs: how long it took to count the rows, by one short read per "
                "table that grew; no read was open for longer, and the log itself is looked at "
                "without a lock. Below, what this console wrote in the last second: its commits, "
                "how long one took, and how long it waited for the locks of others. What other "
                "processes wait for cannot be measured."
            )
        )
        self._missed.setToolTip(
            self.tr(
                "The log is written over from its start once it is checkpointed. Where that "
                "happens faster than we look, frames and bytes of a round are not seen and their "
                "figures are too low. Commits are always exact."
            )
        )

    def show_history(self) -> None:
        """Show the newest figures."""
        last = self._history.last
        if last is None:
            return
        now_s = last.at_ms / 1000
        recent = self._history.window(now_s - _MEAN_S, now_s)
        if recent is None or not recent.shape[1]:
            return
        self._show_rates(recent)
        self._show_wal(last)
        self._show_missed(last, now_s)
        self._show_rows(now_s)
        self._show_own(recent, last)

    def show_probe(self, text: str) -> None:
        """Show what the probe of the write lock found, "" where it is off."""
        self._probe_text = text

    def _show_rates(self, recent: FloatArray) -> None:
        everybody = self.tr("all processes")
        at_least = self.tr("at least, all processes")
        scope = at_least if recent[Column.MISSED].any() else everybody
        peak = self.tr("peak {0}, all processes").format(f"{self._history.peak_commits_per_s:,.0f}")
        self._commits.show_figure(_count_text(_mean(recent, Column.COMMITS_PER_S)), peak)
        frames_per_s = _mean(recent, Column.FRAMES_PER_S)
        bytes_per_s = _mean(recent, Column.BYTES_PER_S)
        if frames_per_s is None:
            self._bytes.show_figure(_UNKNOWN, self.tr("unknown"))
        else:
            frames = self.tr("{0} frames/s, {1}").format(_count_text(frames_per_s), scope)
            self._bytes.show_figure(size_text(bytes_per_s), frames)

    def _show_rows(self, now_s: float) -> None:
        """Show the newest reading, and the table that grew most."""
        rows = self._history.rows_window(now_s - 2 * _MEAN_S, now_s)
        if rows is None or not rows.shape[1] or not math.isfinite(rows[1:, -1].sum()):
            self._rows.show_figure(_UNKNOWN, self.tr("unknown"))
            return
        newest = rows[1:, -1].tolist()
        most = max(range(len(newest)), key=newest.__getitem__, default=None)
        detail = self.tr("all processes")
        if most is not None and newest[most] > 0:
            name = one_line(self._history.tables[most], _LONGEST_NAME)
            detail = f"{name} {_count_text(newest[most])}"
        self._rows.show_figure(_count_text(math.fsum(newest)), detail)

    def _show_own(self, recent: FloatArray, last: Sample) -> None:
        if last.rows_per_table is not None:
            self._read_text = self.tr("{0:.1f} ms").format(last.read_ms)
        elif last.journal_mode == "rollback":
            self._read_text = self.tr("no lock")
        parts = [self.tr("reading")]
        commits, commit_ms = _mean(recent, Column.OWN_COMMITS_PER_S), None
        if commits:
            commit_ms = _mean(recent, Column.OWN_COMMIT_MS)
            parts.append(self.tr("{0} commits/s").format(_count_text(commits)))
            if commit_ms is not None:
                parts.append(self.tr("{0:.1f} ms each").format(commit_ms))
        else:
            parts.append(self.tr("wrote nothing"))
        lock_ms = float(recent[Column.OWN_LOCK_MS].sum())
        if lock_ms >= 0.1:
            parts.append(self.tr("write lock {0:,.1f} ms").format(lock_ms))
        waited_ms = float(recent[Column.OWN_WAIT_MS].sum())
        if waited_ms:
            parts.append(self.tr("waited {0}").format(duration_text(waited_ms)))
        if last.own is not None and last.own.oldest_read_ms >= _WORTH_TELLING_MS:
            age = duration_text(last.own.oldest_read_ms)
            parts.append(self.tr("a read is open for {0}").format(age))
        parts.append(self._probe_text)
        told = " · ".join(part for part in parts if part)
        self._own.show_figure(self._read_text or _UNKNOWN, told, "warn" if waited_ms else "")

    def _show_wal(self, last: Sample) -> None:
        if last.journal_mode != "wal":
            self._wal.show_figure(self.tr("none"), self.tr("rollback journal"))
            return
        pending = last.wal_frames - last.wal_frames_checkpointed
        fill = pending / AUTOCHECKPOINT_FRAMES
        state: State = "warn" if fill > 2 else ""
        self._wal.show_figure(
            size_text(last.wal_bytes),
            self.tr("{0} of {1} frames, {2}").format(
                f"{pending:,}", f"{AUTOCHECKPOINT_FRAMES:,}", f"{fill:.0%}"
            ),
            state,
        )

    def _show_missed(self, last: Sample, now_s: float) -> None:
        if last.journal_mode != "wal":
            self._missed.show_figure("0", self.tr("commits are exact"))
            return
        window = self._history.window(now_s - LONGEST_WINDOW_S, now_s)
        missed = 0 if window is None else int(window[Column.MISSED].sum())
        if missed:
            self._missed.show_figure(f"{missed:,}", self.tr("WAL rounds in 15 min"), "warn")
        else:
            self._missed.show_figure("0", self.tr("in the last 15 min"))


def _mean(recent: FloatArray, column: Column) -> float | None:
    """Return the mean of a rate, weighted by time; None where nothing is known."""
    total = weight = 0.0
    for value, interval_s in zip(
        recent[column].tolist(), recent[Column.INTERVAL_S].tolist(), strict=True
    ):
        if math.isfinite(value):
            total += value * interval_s
            weight += interval_s
    return total / weight if weight else None


def _count_text(value: float | None) -> str:
    if value is None:
        return _UNKNOWN
    return f"{value:,.1f}" if 0 < value < 10 else f"{value:,.0f}"
