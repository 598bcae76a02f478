"""Putting a report where a person wants it: whole or not at all, and never over a database."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any, Final, Literal

from cts_console.audit.report.render import render_report
from cts_console.errors import CtsError
from cts_console.maintenance.disk import sync_folder, told_as
from cts_console.sqlite import side_file

Document = dict[str, Any]
ReportKind = Literal["html", "pdf", "json"]

_TITLE: Final = "The report could not be written"
_KINDS: Final[dict[str, ReportKind]] = {
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".json": "json",
}
# A name may have 255 bytes; a character at most 4; the rest is for what makes it unique.
_PREFIX_CHARACTERS: Final = 50


def report_kind(path: str | os.PathLike[str]) -> ReportKind:
    """Return which report a file name asks for by its ending. Raises `CtsError("usage")`."""
    kind = _KINDS.get(Path(path).suffix.lower())
    if kind is None:
        raise _wrong_ending(path, "html, .pdf or .json")
    return kind


def check_target(
    database: str | os.PathLike[str], path: str | os.PathLike[str], kind: ReportKind
) -> Path:
    """Return the absolute path of a report about `database`, checked to be a good place for it.

    The ending alone keeps a report from taking the place of a database or of its log: no file is
    opened to see what it is, because closing it would cancel this process's locks on it.

    Raises `CtsError`: usage for the name, not_found and no_permission for its folder.
    """
    name = os.fspath(path)
    if "\0" in name or not Path(name).name:
        raise CtsError("usage", "Not a path", f"{name!r} names no file.", "Name one.")
    with told_as(_TITLE, Path(name)):
        # Behind every link: a link called r.html may lead to a database.
        target = Path(os.path.realpath(name))
        for named in (name, target):
            if _KINDS.get(Path(named).suffix.lower()) != kind:
                raise _wrong_ending(named, kind)
        if target.exists() and not target.is_file():
            raise CtsError(
                "usage", "Not a file", f"{target} is not an ordinary file.", "Choose another name."
            )
        _refuse_database(Path(os.path.realpath(database)), target)
        if not target.parent.is_dir():
            raise CtsError(
                "not_found",
                "No such folder",
                f"{target.parent} does not exist.",
                "Create it first.",
            )
        if not os.access(target.parent, os.W_OK):
            raise CtsError(
                "no_permission",
                _TITLE,
                f"{target.parent} may not be written by this user.",
                "Choose another folder, or change its permissions.",
            )
    return target


def write_html_report(document: Document, path: str | os.PathLike[str]) -> Path:
    """Write the report of an audit's document as one HTML file and return its absolute path.

    A file of that name is replaced in one step. Raises `CtsError`: what `check_target` raises,
    disk_full and read_only.
    """
    return write_report_file(document, path, "html", render_report(document).encode())


def write_json_report(document: Document, path: str | os.PathLike[str]) -> Path:
    """Write the document itself, like `write_html_report`."""
    text = json.dumps(document, indent=2, allow_nan=False) + "\n"
    return write_report_file(document, path, "json", text.encode())


def write_report_file(
    document: Document, path: str | os.PathLike[str], kind: ReportKind, contents: bytes
) -> Path:
    """Write a report about the database of `document`, like `write_html_report`."""
    target = check_target(document["database"], path, kind)
    with told_as(_TITLE, target):
        prefix = f".{target.name[:_PREFIX_CHARACTERS]}.partial-"
        descriptor, name = tempfile.mkstemp(prefix=prefix, dir=target.parent)
        partial = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(contents)
                file.flush()
                os.fsync(descriptor)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        sync_folder(target.parent)
    return target


def _wrong_ending(path: str | os.PathLike[str], wanted: str) -> CtsError:
    return CtsError(
        "usage",
        "The name does not fit the report",
        f"{os.fspath(path)} does not end in .{wanted}.",
        "The ending says what a file is; other files are never replaced.",
    )


def _refuse_database(database: Path, target: Path) -> None:
    sides = (
        side_file(database, "-wal"),
        side_file(database, "-shm"),
        side_file(database, "-journal"),
    )
    for file in (database, *sides):
        if target == file or (target.exists() and file.exists() and target.samefile(file)):
            raise CtsError(
                "usage",
                "That is the audited database",
                f"{target} belongs to the audited database; a report never takes its place.",
                "Choose another name for the report.",
            )
