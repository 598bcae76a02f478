"""The memory of another process is told by /proc."""

from __future__ import annotations

import sys

collect_ignore_glob = (
    [] if sys.platform.startswith("linux") else ["test_soak_*.py", "test_*_linux.py"]
)
