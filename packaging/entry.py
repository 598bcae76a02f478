"""What the built program runs first: the same entry point as `python -m cts_console`."""

from __future__ import annotations

import sys

from cts_console.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
