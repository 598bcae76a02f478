"""What the built program does without, and why that is safe. `cts-console.spec` asks here.

Read the pairs as facts found by experiment: `PySide6.QtOpenGL`, `pydoc` and `unittest` are not
among them, because pyqtgraph imports them when it starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import Final

Entry = tuple[str, str, str]
"""One file of the build as PyInstaller has it: its place, where it comes from, its kind."""

MODULES: Final = (
    "tkinter",
    "sqlite3",  # a second SQLite in one process cancels file locks
    "readline",  # brings libreadline along, which is under the GPL
    "apsw.tests",
    "pyqtgraph.examples",
    "pyqtgraph.opengl",
    "numpy.f2py",
    "IPython",
    "matplotlib",
    "PIL",
    "scipy",
    "PySide6.QtDesigner",
    "PySide6.QtHelp",
    "PySide6.QtNetwork",  # the console speaks to no network
    "PySide6.QtQml",
    "PySide6.QtQuick",
    "PySide6.QtQuickControls2",
    "PySide6.QtQuickWidgets",
    "PySide6.QtSql",
    "PySide6.QtUiTools",
)
"""Python modules that are not packed."""

QT_LIBRARIES: Final = (
    "Designer",
    "EglFSDeviceIntegration",
    "EglFsKmsSupport",
    "EglFsKmsGbmSupport",
    "Help",
    "Network",
    "Pdf",
    "Qml",
    "QmlMeta",
    "QmlModels",
    "QmlWorkerScript",
    "Quick",
    "QuickWidgets",
    "Sql",
    "VirtualKeyboard",
    "VirtualKeyboardQml",
    "WaylandCompositor",
    "WaylandEglCompositorHwIntegration",
    "WaylandEglClientHwIntegration",
)
"""Libraries of Qt that no shipped module or plug-in links to, without `Qt6` before the name."""

QT_PLUGIN_FOLDERS: Final = (
    "egldeviceintegrations",
    "generic",
    "networkinformation",
    "platforminputcontexts",
    "printsupport",
    "qmltooling",
    "sqldrivers",
    "tls",
    "virtualkeyboard",
)
"""Kinds of Qt plug-ins that the console does not use."""

QT_PLUGINS: Final = (
    "qeglfs",
    "qlinuxfb",
    "qminimal",
    "qminimalegl",
    "qvnc",
    "qvkkhrdisplay",
    "qdirect2d",
    "qgtk3",  # brings the whole of GTK along
    "qgif",
    "qicns",
    "qpdf",
    "qtga",
    "qtiff",
    "qwbmp",
    "qwebp",
)
"""Single plug-ins: screens without a desktop, image formats that nobody shows."""

DATA_FOLDERS: Final = (
    "PySide6/Qt/translations",
    "PySide6/translations",
    "apsw/tests",
    "pyqtgraph/examples",
)


def is_left_out(destination: str) -> bool:
    """Return whether a file with this place in the build stays out of it."""
    path = PurePosixPath(destination.replace("\\", "/"))
    if any(str(path).startswith(f"{folder}/") for folder in DATA_FOLDERS):
        return True
    stem = path.name.partition(".")[0].removeprefix("lib")
    if stem.startswith("Qt6") and stem.removeprefix("Qt6") in QT_LIBRARIES:
        return True
    if "plugins" not in path.parts:
        return False
    return path.parent.name in QT_PLUGIN_FOLDERS or stem in QT_PLUGINS


def reached(entries: Iterable[Entry], linked_names: Callable[[str], set[str]]) -> list[Entry]:
    """Return `entries` without the libraries that no module, plug-in or program links to.

    `linked_names` returns the names of all libraries that a file links to, at any depth.
    """
    entries = list(entries)
    wanted: set[str] = set()
    for place, source, _kind in entries:
        if not _is_library(place):
            wanted |= linked_names(source)
    return [e for e in entries if not _is_library(e[0]) or PurePosixPath(e[0]).name in wanted]


def _is_library(place: str) -> bool:
    """Return whether the file is there only because another one links to it."""
    path = PurePosixPath(place)
    is_in_library_folder = str(path.parent) in (".", "PySide6/Qt/lib")
    return is_in_library_folder and ".so" in path.name and not path.name.startswith("libpython")
