"""Write rows of a database into a new file, as a stream, whole or not at all."""

from __future__ import annotations

import os
import time
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from cts_console.errors import CtsError
from cts_console.maintenance import open_look
from cts_console.maintenance.disk import check_free_space
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.sqlite import Connection, read_transaction, resolve_database_path
from cts_console.transfer.new_file import check_is_free, new_file
from cts_console.transfer.one_state import read_one_state
from cts_console.transfer.selected_rows import SelectedRows
from cts_console.transfer.selection import What, read_selection
from cts_console.transfer.writers import find_format
from cts_console.transfer.writing import (
    FileFormat,
    RowWriter,
    WriteOptions,
    count_note,
)

_TITLE: Final = "The file cannot be written"
_BYTES_PER_LOOK: Final = 16_000_000


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What a person asks for."""

    what: What
    """Which rows."""
    format: str
    """A name of `WRITERS`."""
    options: WriteOptions = field(default_factory=WriteOptions)
    """How the format writes them."""
    reveal_secrets: bool = False
    """Whether columns that may hold secrets are written as they are."""
    timeout_s: float | None = None
    """Give up after so many seconds; None for never."""


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What was written."""

    rows: int
    """Rows in the file."""
    bytes: int
    """Its size."""
    duration_ms: float
    """How long it took."""
    format: str
    """Its format."""
    output: Path
    """The new file."""
    notes: tuple[str, ...]
    """What a reader of the file must know, one sentence each."""


@dataclass(frozen=True, slots=True)
class _Written:
    rows: int
    size_bytes: int
    notes: tuple[str, ...]


def run_export(
    path: str | os.PathLike[str],
    request: ExportRequest,
    output: str | os.PathLike[str],
    *,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> ExportResult:
    """Write what `request` asks for of the database at `path` into the new file `output`.

    The rows are those of one commit. On any failure or stop nothing is left. Raises `CtsError`:
    usage for unknown names, for SQL that does more than read and where `output` exists; timeout,
    cancelled, damaged, disk_full before the disk would keep less than its reserve, and what opening
    or copying the file raises.
    """
    started_s = time.perf_counter()
    form = find_format(request.format)
    _check_options(request, form)
    original = resolve_database_path(path)
    target = Path(output)
    check_is_free(target)
    stop = cancel or CancelToken()
    work = partial(
        _write, request=request, form=form, target=target, on_progress=on_progress, cancel=stop
    )
    with open_look(path, on_progress=on_progress, cancel=stop) as look:
        written, note = read_one_state(look, original, work, on_progress=on_progress, cancel=stop)
    return ExportResult(
        rows=written.rows,
        bytes=written.size_bytes,
        duration_ms=(time.perf_counter() - started_s) * 1000,
        format=form.name,
        output=target.parent.resolve() / target.name,
        notes=(*([note] if note else []), *written.notes),
    )


def _check_options(request: ExportRequest, form: FileFormat) -> None:
    options = request.options
    if form.name == "csv":
        return
    protects = options.protect_formulas and not form.is_for_spreadsheets
    if options.null_text or options.bom or protects:
        raise CtsError(
            "usage",
            "Not an option of this format",
            "A text for NULL and a byte order mark belong to CSV, the protection of formulas to "
            f"CSV and XLSX; {form.title} takes none of those that were given.",
            "Leave the option out, or choose CSV.",
        )


def _write(
    connection: Connection,
    *,
    request: ExportRequest,
    form: FileFormat,
    target: Path,
    on_progress: ProgressCallback | None,
    cancel: CancelToken,
) -> _Written:
    # A sort may be larger than memory should be; it then goes to a file that nobody sees.
    connection.execute("PRAGMA temp_store = FILE")
    with (
        connection.guard(cancel=cancel, timeout_s=request.timeout_s),
        read_transaction(connection),
    ):
        selection = read_selection(connection, request.what, stored_only=form.name == "sql")
        reader = SelectedRows(connection, selection, reveals=request.reveal_secrets)
        file_writer = _FileWriter(reader, form, request.options, target, on_progress, cancel)
        try:
            return file_writer.write()
        except UnicodeDecodeError:
            # Rare, and dearer: every text as its bytes, from the beginning.
            reader.reads_bytes = True
            return file_writer.write()


@dataclass(frozen=True, slots=True)
class _FileWriter:
    reader: SelectedRows
    form: FileFormat
    options: WriteOptions
    target: Path
    on_progress: ProgressCallback | None
    cancel: CancelToken

    def write(self) -> _Written:
        with new_file(self.target, _TITLE) as file:
            writer = self.form.open(file, self.reader.heading(), self.options)
            try:
                rows = self._write_rows(writer, file)
                writer.finish()
            except BaseException:
                writer.abandon()
                raise
            file.flush()
            return _Written(rows, file.tell(), (*self._reading_notes(), *writer.notes()))

    def _reading_notes(self) -> list[str]:
        fate = "kept" if self.form.keeps_bytes else "shown as \ufffd"
        return [
            *self.reader.mask_notes(),
            *count_note(
                self.reader.broken_texts,
                f"text holds bytes that are no valid text; they are {fate}.",
                f"texts hold bytes that are no valid text; they are {fate}.",
            ),
        ]

    def _write_rows(self, writer: RowWriter, file: BinaryIO) -> int:
        sampler = ProgressSampler(self.on_progress)
        started_s = time.perf_counter()
        rows = looked_at_bytes = 0
        with closing(self.reader.stream_chunks()) as chunks:
            for chunk in chunks:
                self.cancel.raise_if_cancelled()
                writer.write_rows(chunk)
                rows += len(chunk)
                speed = rows / max(time.perf_counter() - started_s, 1e-6)
                written_bytes = file.tell()
                sampler.report(Progress(rows, None, "rows", "writing", speed, written_bytes))
                if written_bytes - looked_at_bytes >= _BYTES_PER_LOOK:
                    looked_at_bytes = written_bytes
                    # The engine may write on the same disk.
                    check_free_space(self.target.parent, _BYTES_PER_LOOK, "More of the export")
        return rows
