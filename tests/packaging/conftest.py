"""The set-up script is for Debian and Ubuntu; Windows and macOS use the pip commands.

There the application is built and tried by .github/workflows/package.yml alone.
"""

from __future__ import annotations

import sys

_LINUX_ALONE = ["test_built_application.py", "test_setup.py", "test_shell_scripts.py"]
collect_ignore = [] if sys.platform == "linux" else _LINUX_ALONE
