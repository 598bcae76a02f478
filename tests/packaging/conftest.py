"""The set-up script is for Debian and Ubuntu; Windows and macOS use the pip commands."""

from __future__ import annotations

import sys

collect_ignore = [] if sys.platform == "linux" else ["test_setup.py", "test_shell_scripts.py"]
