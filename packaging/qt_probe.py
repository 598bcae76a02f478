"""Tell whether Qt finds the system libraries that it needs.

`python packaging/qt_probe.py core` starts Qt without a screen; `… window` asks the dynamic linker
about the plug-in that opens windows. Prints what is missing, one a line; exit code 1 when
something is. Run it with the Python that has PySide6.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def missing_for_core() -> list[str]:
    """Return what keeps Qt from starting offscreen, in the words of the system."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        from PySide6.QtGui import QFontDatabase
        from PySide6.QtWidgets import QApplication
    except ImportError as error:
        return [str(error)]
    application = QApplication([])
    fonts = QFontDatabase.families()
    application.shutdown()
    return [] if fonts else ["no font at all"]


def missing_for_window() -> list[str]:
    """Return the libraries that the X11 plug-in links to and the system does not have."""
    if not sys.platform.startswith("linux"):
        return []
    import PySide6

    plugin = Path(PySide6.__file__).parent / "Qt/plugins/platforms/libqxcb.so"
    linked = subprocess.run(["ldd", str(plugin)], capture_output=True, text=True, check=True)
    return sorted({line.split()[0] for line in linked.stdout.splitlines() if "not found" in line})


def main(arguments: list[str]) -> int:
    """Print what is missing for `core` or `window`; return the exit code."""
    missing = missing_for_window() if arguments == ["window"] else missing_for_core()
    print("\n".join(missing), end="\n" if missing else "")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
