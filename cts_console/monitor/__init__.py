"""The monitor room: what every process writes to the open file, measured without a lock.

`ring.py` is not loaded here: it needs numpy, which a program that only samples does not.
"""

from __future__ import annotations

from cts_console.monitor.sample import (
    JournalMode,
    OwnShare,
    PageWrites,
    RowGrowth,
    Sample,
    TablePages,
    TableRows,
)
from cts_console.monitor.sampler import Sampler
from cts_console.monitor.watching import watch_file

__all__ = [
    "JournalMode",
    "OwnShare",
    "PageWrites",
    "RowGrowth",
    "Sample",
    "Sampler",
    "TablePages",
    "TableRows",
    "watch_file",
]
