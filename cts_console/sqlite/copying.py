"""Copy a database page by page with SQLite's backup API, consistent while others write.

Source: https://sqlite.org/backup.html. Measured: without a read transaction on the source a
stepwise copy beside a busy writer restarts for ever; with one (WAL mode) it ends.
"""

from __future__ import annotations

import os

import apsw

from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.sqlite.connection import Connection
from cts_console.sqlite.transaction import read_transaction
from cts_console.sqlite.translation import translate

PAGES_PER_STEP = 500


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
    sampler = ProgressSampler(on_progress)
    with read_transaction(source):
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
