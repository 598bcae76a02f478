"""The questions of the earlier audits, as plain functions for jobs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cts_console.audit import (
    Past,
    add_comparison,
    mark_accepted_now,
    read_audit,
    read_changes,
    read_past,
    without_comparison,
)
from cts_console.errors import CtsError
from cts_console.sqlite import Connection
from cts_console.store import StoredAudit
from cts_console.ui.audit.job import ShownAudit
from cts_console.worker import Errand

Changes = dict[int, dict[str, int] | None]
"""By an audit's number: how many findings are new, worse, the same, fixed and unknown."""


def past_work(_connection: Connection | None, errand: Errand, *, path: Path) -> Past:
    """List the kept audits of the file at `path`."""
    return read_past(path, errand.cancel)


def changes_work(
    _connection: Connection | None,
    errand: Errand,
    *,
    path: Path,
    pairs: Sequence[tuple[int, int]],
) -> Changes:
    """Compare some of them with the ones before."""
    return read_changes(path, pairs, errand.cancel)


def open_work(
    _connection: Connection | None, _errand: Errand, *, path: Path, number: int
) -> ShownAudit:
    """Read a kept audit to be shown."""
    stored = _read(path, number)
    return ShownAudit.of_document(stored.document, is_stored=True, number=stored.id, is_old=True)


def compare_work(
    _connection: Connection | None,
    _errand: Errand,
    *,
    path: Path,
    shown: ShownAudit,
    number: int,
) -> ShownAudit:
    """Compare the shown audit with a kept one."""
    document = without_comparison(shown.document)
    return shown.with_document(add_comparison(document, _read(path, number)))


def end_work(_connection: Connection | None, _errand: Errand, *, shown: ShownAudit) -> ShownAudit:
    """Compare the shown audit no longer."""
    return shown.with_document(without_comparison(shown.document))


def back_work(
    _connection: Connection | None, errand: Errand, *, path: Path, latest: ShownAudit
) -> ShownAudit:
    """Return the latest audit with what is accepted now, where the records can be read."""
    try:
        return latest.with_document(mark_accepted_now(path, latest.document))
    except CtsError:
        errand.cancel.raise_if_cancelled()
        return latest


def _read(path: Path, number: int) -> StoredAudit:
    stored = read_audit(path, str(number), "")
    assert stored is not None  # a number that is not there raises
    return stored
