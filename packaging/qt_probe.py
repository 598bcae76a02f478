"""Tell whether the system has what Qt and the tests need.

`python packaging/qt_probe.py core` starts Qt without a screen; `… window` asks the dynamic linker
about the plug-in that opens windows; `… extra` looks for fonts and for the programs that the tests
with a real X server need; `… build` for what builds the application. Prints what is missing, one a
line; exit code 1 when something is. Run it with the Python that has PySide6.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

EXTRA_FONTS = ("Inter", "JetBrains Mono")
EXTRA_PROGRAMS = ("Xvfb", "xdotool")
BUILD_PROGRAMS = ("objcopy", "strip", "strace", "desktop-file-validate")


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


def missing_extras() -> list[str]:
    """Return the fonts and programs that are nice to have and not there."""
    if not sys.platform.startswith("linux"):
        return []
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtGui import QFontDatabase
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    families = QFontDatabase.families()
    application.shutdown()
    missing = [font for font in EXTRA_FONTS if font not in families]
    return missing + [program for program in EXTRA_PROGRAMS if shutil.which(program) is None]


def missing_for_build() -> list[str]:
    """Return what the application cannot be built or tried without; PyInstaller ships libpython."""
    if not sys.platform.startswith("linux"):
        return []
    missing = [program for program in BUILD_PROGRAMS if shutil.which(program) is None]
    name, folder = (str(sysconfig.get_config_var(v)) for v in ("INSTSONAME", "LIBDIR"))
    is_there = ".so" not in name or (Path(folder) / name).exists()
    return missing if is_there else [*missing, name]


PROBES: dict[str, Callable[[], list[str]]] = {
    "core": missing_for_core,
    "window": missing_for_window,
    "extra": missing_extras,
    "build": missing_for_build,
}


def main(arguments: list[str]) -> int:
    """Print what is missing for the part that is named; return the exit code."""
    missing = PROBES[arguments[0]]()
    print("\n".join(missing), end="\n" if missing else "")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
