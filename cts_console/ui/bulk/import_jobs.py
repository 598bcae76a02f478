"""What the import page asks the threads to do besides looking: check, import, take back.

Plain functions for jobs; nothing here knows a widget.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from cts_console.bulk import undo_batch
from cts_console.errors import CtsError
from cts_console.maintenance import BackupResult, backup_before
from cts_console.maintenance.private_folders import private_folder
from cts_console.sqlite import Connection, open_database
from cts_console.transfer import ImportRequest, ImportResult, run_import
from cts_console.transfer.files import find_file, open_bytes, read_stamp
from cts_console.ui.bulk.compare_look import Stamp
from cts_console.ui.bulk.import_look import ImportLook
from cts_console.worker import Errand

_REJECTS_BYTES: Final = 1 << 20
_HEAD_BYTES: Final = 4_096
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class ImportRun:
    """What an import did, and how it can be taken back."""

    result: ImportResult
    """What the core says."""
    backup: Path | None
    """The backup that was made before."""


def check_work(
    _connection: Connection | None,
    errand: Errand,
    *,
    path: Path,
    look: ImportLook,
    request: ImportRequest,
) -> ImportResult:
    """Say what the import would do. The refused rows are counted and told, and kept nowhere."""
    check_same(look.order.file, look.stamp)
    with private_folder("dry-run-rejects", _REJECTS_BYTES) as folder:
        is_script = look.preview.detected.format == "sql"
        asked = replace(request, dry_run=True, rejects=None if is_script else folder / "rows.csv")
        result = run_import(
            path,
            look.order.file,
            asked,
            on_progress=errand.on_progress,
            cancel=errand.cancel,
        )
    check_same(look.order.file, look.stamp)
    return replace(result, rejects_file=None)


def import_work(
    _connection: Connection | None,
    errand: Errand,
    *,
    path: Path,
    look: ImportLook,
    request: ImportRequest,
    backup: bool,
) -> ImportRun:
    """Import the file that was looked at, and no other."""
    check_same(look.order.file, look.stamp)
    made: BackupResult | None = None
    if backup:
        made = backup_before(path, "import", on_progress=errand.on_progress, cancel=errand.cancel)
        errand.cancel.raise_if_cancelled()
    result = run_import(
        path,
        look.order.file,
        request,
        on_progress=errand.on_progress,
        on_wait=errand.on_wait,
        cancel=errand.cancel,
    )
    return ImportRun(result, None if made is None else made.output)


def undo_work(_connection: Connection | None, errand: Errand, *, path: Path, name: str) -> int:
    """Take a batch back; return how many rows were left because somebody changed them since."""
    with (
        open_database(path, "read_write", cancel=errand.cancel) as connection,
        connection.guard(cancel=errand.cancel, on_wait=errand.on_wait),
    ):
        return undo_batch(connection, name)


def is_import_work(_connection: Connection | None, errand: Errand, *, path: Path) -> bool:
    """Return whether a file is something to import rather than a database to open."""
    try:
        file = find_file(path, None)
        if file.is_database or file.compression != "none" or file.is_workbook:
            return not file.is_database
        with open_bytes(file, errand.cancel) as content:
            head = content.read(_HEAD_BYTES) or b""
    except CtsError as error:
        # A zip of several files, an empty file: the import page says what can be done. What is no
        # file at all is told by the opening.
        return error.code == "usage"
    # So a picture and an encrypted database look; the opening knows what to say of them.
    return b"\0" not in head or head.startswith(_UTF16)


def check_same(file: Path, stamp: Stamp | None) -> None:
    """Raise `CtsError("usage")` where the file is not the one that was looked at any more."""
    if stamp is None or (file.is_file() and read_stamp(file) == stamp):
        return
    raise CtsError(
        "usage",
        "The file changed meanwhile",
        f"{file} is not the file that was looked at any more; nothing was imported.",
        "Look at it again (F5) and check what is shown.",
    )
