"""Batches that are kept, whichever made them: finished, or taken back."""

from __future__ import annotations

import os
from collections.abc import Callable

from cts_console.bulk import resume_batch, undo_batch
from cts_console.bulk.batches import open_batch
from cts_console.progress import CancelToken, Progress, ProgressCallback
from cts_console.reconcile.run import resume_import
from cts_console.sqlite import open_database


def finish_batch(
    path: str | os.PathLike[str],
    name: str,
    *,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> int:
    """Finish a batch that a crash cut short; return how many of its rows are in the database.

    Raises what `resume_batch` and `resume_import` raise.
    """
    with open_batch(name) as batch:
        operation = batch.read_order().operation
    with open_database(path, "read_write", cancel=cancel) as connection:
        if operation == "reconcile":
            return resume_import(connection, name, on_progress=on_progress, cancel=cancel)

        def told(done: int, note: str) -> None:
            if on_progress is not None:
                on_progress(Progress(done, None, "rows", note))

        return resume_batch(connection, name, told=told, cancel=cancel)


def take_back_batch(
    path: str | os.PathLike[str],
    name: str,
    *,
    on_wait: Callable[[float], None] | None = None,
    cancel: CancelToken | None = None,
) -> int:
    """Take a batch back as a whole; return how many rows were left, changed by somebody since.

    Raises what `undo_batch` raises; what a stop leaves can be taken back later.
    """
    with (
        open_database(path, "read_write", cancel=cancel) as connection,
        connection.guard(cancel=cancel, on_wait=on_wait),
    ):
        return undo_batch(connection, name)
