"""Copy every page inside a read transaction that the caller holds.

So the caller can ask the very snapshot that is copied other questions, such as how many rows each
table has.
"""

from __future__ import annotations

import os

import apsw

from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.sqlite.connection import Connection
from cts_console.sqlite.copying import PAGES_PER_STEP
from cts_console.sqlite.translation import translate


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
