"""What the built program runs first: the same entry point as `python -m cts_console`."""

from __future__ import annotations

import os
import sys
from typing import Final

_LIBRARY_PATH: Final = "LD_LIBRARY_PATH"
_OWN_VARIABLES: Final = ("QT_PLUGIN_PATH", "QML2_IMPORT_PATH")


def forget_own_places() -> None:
    """Take out of the environment where this program's own libraries lie.

    PyInstaller put it there, and this process has read it. A browser or file manager that the
    window opens would look for its libraries and Qt plug-ins in our folder, and fail. Qt finds its
    plug-ins without: they lie beside its libraries.
    """
    before = os.environ.pop(f"{_LIBRARY_PATH}_ORIG", None)
    os.environ.pop(_LIBRARY_PATH, None)
    if before is not None:
        os.environ[_LIBRARY_PATH] = before
    for name in list(os.environ):
        if name in _OWN_VARIABLES or name.startswith("_PYI_"):
            del os.environ[name]


if __name__ == "__main__":
    if sys.platform == "linux":
        forget_own_places()
    from cts_console.__main__ import main

    sys.exit(main())
