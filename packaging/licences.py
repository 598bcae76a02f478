"""Write `resources/licences.txt`: what is shipped with the program, and under which licences.

`.venv-package/bin/python packaging/licences.py`, after `make package` made that environment from
`package.lock`; on a Debian system, which keeps the texts that the wheels of Qt leave out, with
tzdata (which Windows alone needs) installed as well. Run it after `make lock`. Versions come from
the lock file, names and texts from the installed packages; two runs write the same.
"""

from __future__ import annotations

import re
import sysconfig
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "resources" / "licences.txt"
LOCK = ROOT / "packaging" / "package.lock"
COMMON = Path("/usr/share/common-licenses")
# The program is built for all three; what one of them needs is named.
SYSTEMS = (
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "extra": ""},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "extra": ""},
    {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "extra": ""},
)
LINE = "=" * 78
# Qt's wheels hold no text of their licences. Of the three that they offer, this one is taken.
QT = ("pyside6-essentials", "shiboken6")
QT_LICENCE = "LGPL-3.0-only"
# Parts of them are in the built program: the boot loader and the modules that it loads first.
BUILDERS = {
    "pyinstaller": "GPL-2.0-or-later with the Bootloader Exception; run-time hooks Apache-2.0",
    "pyinstaller-hooks-contrib": "Apache-2.0 (the run-time hooks, which alone are shipped)",
}
_TEXT_NAME = re.compile(r"licen[sc]e|copying|notice", re.IGNORECASE)
_CLASSIFIER = "License :: OSI Approved :: "

HEAD = """\
CTS Console is free software under the MIT licence (the file LICENSE). This file is written by
packaging/licences.py; it names what is shipped together with the program, and under which terms.

SQLite, inside of APSW, is in the public domain (sqlite.org/copyright.html).

Qt and PySide6 are used under the GNU Lesser General Public License, version 3. They are shipped as
separate libraries, which you may replace by your own builds of the same interface. Their source is
at code.qt.io. Qt contains code of others under licences of their own, which
doc.qt.io/qt-6/licenses-used-in-qt.html lists.

The built application (not the Python package) is started by the boot loader of PyInstaller, which
is under the GNU General Public License, version 2 or later, with an exception that lets it be
embedded into any program and handed on with it without restriction. Its words stand below.

The icons are Material Design Icons by the Pictogrammers (pictogrammers.com), as qtawesome ships
them, under the Apache License 2.0, whose text stands below with the package "packaging".
"""


def runtime_packages(root: Path = ROOT) -> set[str]:
    """Return what the program needs to run on any of the three systems, all depths."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    open_ends = [Requirement(text) for text in project["dependencies"]]
    found: set[str] = set()
    while open_ends:
        requirement = open_ends.pop()
        name = canonicalize_name(requirement.name)
        marker = requirement.marker
        wanted = marker is None or any(marker.evaluate(system) for system in SYSTEMS)
        if not wanted or name in found:
            continue
        found.add(name)
        try:
            open_ends += [Requirement(text) for text in metadata.requires(name) or ()]
        except metadata.PackageNotFoundError:
            # Another system's: its own needs show where it is installed, as writing demands.
            if marker is None or marker.evaluate():
                raise
    return found


def locked_versions(lock: Path = LOCK) -> dict[str, str]:
    """Return package -> version as the lock file pins it."""
    pins = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock.read_text("utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pins}


def licence_name(package: str) -> str:
    """Return what a package says of its licence, in the words of its own metadata."""
    if package in QT:
        return QT_LICENCE
    if package in BUILDERS:
        return BUILDERS[package]
    about = metadata.metadata(package)
    classifiers = about.get_all("Classifier") or []
    named = [text.removeprefix(_CLASSIFIER) for text in classifiers if _CLASSIFIER in text]
    stated = about.get("License-Expression") or about.get("License") or ""
    is_short = stated and "\n" not in stated
    return stated if is_short else ", ".join(named) or "see the text"


def licence_texts(package: str) -> Iterator[tuple[str, str]]:
    """Yield every licence text that a package brings along, with the name of its file."""
    if package in QT:
        yield from ((name, (COMMON / name).read_text("utf-8")) for name in ("LGPL-3", "GPL-3"))
        return
    seen: set[str] = set()
    for file in sorted(metadata.files(package) or (), key=str):
        if not _TEXT_NAME.search(file.name) or file.suffix in (".py", ".pyc"):
            continue
        text = Path(str(file.locate())).read_text("utf-8", errors="replace").strip()
        if text not in seen:
            seen.add(text)
            yield file.name, text


def sections() -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Yield name with version, licence and texts: Python, then the packages by name.

    Raises:
        SystemExit: where a package has no text, or is not the one of the lock file.
    """
    standard = Path(sysconfig.get_path("stdlib"))
    python = standard / "LICENSE.txt"
    yield "Python", "PSF-2.0", [(python.name, python.read_text("utf-8").strip())]
    versions, qt_is_told = locked_versions(), False
    for package in sorted(runtime_packages() | BUILDERS.keys()):
        if _installed_version(package) != versions[package]:
            raise SystemExit(
                f"{package} is not installed as locked: run `make package` first, and for what "
                f"only another system needs `pip install {package}=={versions[package]}`"
            )
        texts = [] if package in QT and qt_is_told else list(licence_texts(package))
        if not texts and package not in QT:
            raise SystemExit(f"{package} brings no licence text along: add it by hand here")
        qt_is_told = qt_is_told or package in QT
        yield f"{package} {versions[package]}", licence_name(package), texts


def _installed_version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def licences() -> str:
    """Return the whole file."""
    parts = list(sections())
    width = max(len(name) for name, _licence, _texts in parts)
    table = "\n".join(f"{name:{width}}  {licence}" for name, licence, _texts in parts)
    blocks = [HEAD, table]
    for name, licence, texts in parts:
        blocks.append(f"{LINE}\n{name}: {licence}\n{LINE}")
        blocks += [f"--- {file}\n\n{text}" for file, text in texts]
    lines = "\n\n".join(blocks).splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


if __name__ == "__main__":
    OUTPUT.write_text(licences(), "utf-8")
    print(f"wrote {OUTPUT.relative_to(ROOT)}: {OUTPUT.stat().st_size} bytes")
