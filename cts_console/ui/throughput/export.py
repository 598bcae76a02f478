"""Save what the charts show: as a picture, or as numbers."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QIODevice, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFileDialog, QWidget

from cts_console.sqlite import Connection
from cts_console.transfer.new_file import new_file
from cts_console.ui.context import OpenDatabase, WindowContext
from cts_console.ui.throughput.columns import Column
from cts_console.worker import Errand, Job

if TYPE_CHECKING:
    from cts_console.monitor.ring import FloatArray
    from cts_console.ui.throughput_history import ThroughputHistory

KINDS: Final = ("png", "svg", "csv")


class PictureSaver(QObject):
    """Asks for a name; the bytes are made at once and written in the operations thread."""

    def __init__(self, context: WindowContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._parent = parent
        self._name = ""
        self.dialog: QFileDialog | None = None

    def choose(self, database: OpenDatabase, picture: QWidget, from_s: float, to_s: float) -> None:
        """Ask where the picture, or its numbers, are to be saved; the ending says which."""
        stamp = datetime.fromtimestamp(to_s, UTC).strftime("%Y-%m-%d-%H%M%S")
        self._name = f"{database.path.stem}.throughput-{stamp}Z"
        self.dialog = QFileDialog(self._parent, self.tr("Save the charts"))
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.dialog.setNameFilters(
            [self.tr("Picture (*.png)"), self.tr("Drawing (*.svg)"), self.tr("Numbers (*.csv)")]
        )
        self.dialog.setDefaultSuffix("png")
        self.dialog.filterSelected.connect(self._on_filter)
        self.dialog.setDirectory(str(database.path.parent))
        self.dialog.selectFile(f"{self._name}.png")
        self.dialog.fileSelected.connect(partial(self.save, picture, from_s, to_s))
        self.dialog.finished.connect(self._on_closed)
        self.dialog.open()

    def save(self, picture: QWidget, from_s: float, to_s: float, path: str) -> None:
        """Write the picture, or its numbers, to the new file `path`."""
        kind = Path(path).suffix.lower().removeprefix(".")
        if kind == "csv":
            data = csv_bytes(self._context.history, from_s, to_s)
        else:
            data = svg_bytes(picture) if kind == "svg" else png_bytes(picture)
        navigator = self._context.navigator
        work = partial(write_work, path=Path(path), data=data)
        self._context.operations.submit(
            Job(self.tr("Saving the charts"), work),
            self,
            navigator.file_saved.emit,
            navigator.error_raised.emit,
        )

    def _on_filter(self, name_filter: str) -> None:
        if self.dialog is not None:
            suffix = name_filter.rpartition("*.")[2].rstrip(")")
            self.dialog.setDefaultSuffix(suffix)
            self.dialog.selectFile(f"{self._name}.{suffix}")

    def _on_closed(self) -> None:
        self.dialog = None


def png_bytes(picture: QWidget) -> bytes:
    """Return what a widget shows as PNG."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.grab().save(buffer, "PNG")
    return bytes(buffer.data().data())


def svg_bytes(picture: QWidget) -> bytes:
    """Return what a widget shows as SVG."""
    from PySide6.QtSvg import QSvgGenerator

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    size = picture.size()
    generator.setSize(QSize(size))
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    painter = QPainter(generator)
    picture.render(painter, QPoint())
    painter.end()
    return bytes(buffer.data().data())


def csv_bytes(history: ThroughputHistory, from_s: float, to_s: float) -> bytes:
    """Return the samples of a time as CSV: a line for each, then rows per second by table.

    Instants are in UTC; an empty field is unknown. Rows are counted once a second at most: each
    reading stands in the first line that is not older.
    """
    window, rows = history.window(from_s, to_s), history.rows_window(from_s, to_s)
    text = io.StringIO()
    writer = csv.writer(text)
    tables = history.tables if rows is not None else ()
    names = [column.name.lower() for column in Column][1:]
    writer.writerow(["at_utc", *names, *(f"rows_per_s {table}" for table in tables)])
    if window is not None:
        readings = _rows_by_line(window, rows)
        for number, line in enumerate(window.T.tolist()):
            at = datetime.fromtimestamp(line[0], UTC).isoformat(timespec="milliseconds")
            given = readings.get(number, [float("nan")] * len(tables))
            writer.writerow([at, *map(_field, line[1:]), *map(_field, given)])
    return text.getvalue().encode("utf-8", "backslashreplace")


def write_work(_connection: Connection | None, errand: Errand, *, path: Path, data: bytes) -> Path:
    """Write bytes to a new file; nothing is written over, and the file is whole or absent."""
    errand.cancel.raise_if_cancelled()
    with new_file(path, "The charts cannot be saved") as file:
        file.write(data)
    return path


def _rows_by_line(window: FloatArray, rows: FloatArray | None) -> dict[int, list[float]]:
    if rows is None or not rows.shape[1]:
        return {}
    places = window[Column.AT_S].searchsorted(rows[0] - 0.0005)
    return dict(zip(places.tolist(), rows[1:].T.tolist(), strict=True))


def _field(value: float) -> str:
    return "" if value != value else f"{value:.6g}"  # noqa: PLR0124 - NaN is not itself
