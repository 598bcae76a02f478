"""How much memory a process needed at most, asked by the process itself (Linux).

`getrusage` would do, but a child's peak begins with that of the process that started it.
"""

from __future__ import annotations

from pathlib import Path


def read_peak_kib() -> int:
    """Return this process's peak of resident memory, KiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
