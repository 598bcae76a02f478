"""Watch a file for a while: one sample per interval, whatever becomes of its log meanwhile."""

from __future__ import annotations

import itertools
import os
from collections.abc import Generator, Iterator
from dataclasses import replace

from cts_console.monitor.sample import Sample
from cts_console.monitor.sampler import Sampler
from cts_console.progress import CancelToken
from cts_console.sqlite import Connection, open_database, side_file


def watch_file(
    path: str | os.PathLike[str],
    *,
    interval_s: float,
    seconds: float | None = None,
    cancel: CancelToken | None = None,
) -> Generator[Sample]:
    """Yield what all processes wrote, once per `interval_s` seconds, for `seconds` or until a stop.

    The interval is waited between two samples, so it is never shorter than asked (rows are read
    once a second at most), and `seconds` are rounded to whole intervals. A file that nobody else
    had open in a folder that we cannot write is looked at without locks, as one that nobody
    writes; as soon as somebody opens it, it is opened anew, and that one sample says that
    something may be missed.

    Raises `CtsError`: what opening says, not_found where the file is gone or replaced, cancelled.
    """
    token = cancel or CancelToken()
    connection = open_database(path, cancel=token)
    try:
        sampler, is_new = Sampler(connection), False
        _take(sampler, token)
        for wait_s in _intervals(interval_s, seconds):
            token.wait(wait_s)
            token.raise_if_cancelled()
            if connection.immutable and _is_in_use(connection):
                connection.close()
                connection = open_database(path, cancel=token)
                sampler, is_new = Sampler(connection), True
                _take(sampler, token)
            sample = _take(sampler, token)
            yield replace(sample, missed=sample.missed + is_new)
            is_new = False
    finally:
        connection.close()


def _intervals(interval_s: float, seconds: float | None) -> Iterator[float]:
    if seconds is None:
        return itertools.repeat(interval_s)
    return itertools.repeat(min(interval_s, seconds), max(1, round(seconds / interval_s)))


def _take(sampler: Sampler, cancel: CancelToken) -> Sample:
    with sampler.connection.guard(cancel=cancel):
        return sampler.sample()


def _is_in_use(connection: Connection) -> bool:
    return side_file(connection.path, "-shm").exists()
