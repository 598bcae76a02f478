"""Copy a database page by page with SQLite's backup API, consistent while others write.

Source: https://sqlite.org/backup.html. Measured: without a read transaction on the source a
stepwise copy beside a busy writer restarts for ever; with one (WAL mode) it ends.
"""

from __future__ import annotations

import os
from typing import Final

import apsw

from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.sqlite.connection import Connection
from cts_console.sqlite.transaction import read_transaction
from cts_console.sqlite.translation import translate

PAGES_PER_STEP: Final = 500


def run_page_copy(
    source: Connection,
    target: Connection,
    *,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> int:
    """Copy every page of `source` over the database of `target`; return the pages copied.

    The source is held in one read transaction meanwhile. Raises `CtsError`: cancelled, locked,
    disk_full, damaged.
    """
    with read_transaction(source):
        return copy_snapshot(source, target, on_progress=on_progress, cancel=cancel)


def copy_snapshot(
    source: Connection,
    target: Connection,
    *,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> int:
    """Copy the snapshot of `source` over the database of `target`; return the pages copied.

    `source` must be inside `read_transaction`: without one the copy restarts with each commit of
    another process. Raises `CtsError`: cancelled, locked, disk_full, damaged.
    """
    if not source.in_transaction:
        raise ValueError("copy_snapshot needs an open read transaction on the source")
    sampler = ProgressSampler(on_progress)
    try:
        with target.raw.backup("main", source.raw, "main") as backup:
            while not backup.done:
                if cancel is not None:
                    cancel.raise_if_cancelled()
                backup.step(PAGES_PER_STEP)
                done = backup.page_count - backup.remaining
                sampler.report(Progress(done, backup.page_count, "pages", "copying"))
            pages = backup.page_count
    except apsw.Error as error:
        known = translate(error, os.fspath(target.path))
        if known is None:
            raise
        raise known from error
    sampler.finish(Progress(pages, pages, "pages", "copied"))
    return pages
