"""Users, permissions and resource limits as POSIX has them."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.name == "posix" else ["test_*.py"]
