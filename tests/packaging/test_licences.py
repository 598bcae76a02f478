"""The licences file: what is shipped, by the lock file, each with its version and a text."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = runpy.run_path(str(ROOT / "packaging" / "licences.py"))
FILE = (ROOT / "resources" / "licences.txt").read_text("utf-8")
PACKAGES = sorted(SCRIPT["runtime_packages"]() | SCRIPT["BUILDERS"].keys())
QT = SCRIPT["QT"]


def section(heading: str) -> str:
    """Return what stands under a package's heading."""
    line = SCRIPT["LINE"]
    _before, _, rest = FILE.partition(f"{line}\n{heading}: ")
    text: str = rest.partition(f"{line}\n")[2].partition(f"\n{line}\n")[0]
    return text


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_of_the_lock_that_is_shipped_is_named_with_its_version(package):
    version = SCRIPT["locked_versions"]()[package]
    assert f"\n{package} {version} " in FILE
    if package not in QT:
        assert len(section(f"{package} {version}")) > 500


def test_nothing_else_is_named():
    table = FILE.partition("\nPython  ")[2].partition(f"\n\n{SCRIPT['LINE']}")[0]
    assert [line.split()[0] for line in table.splitlines()[1:]] == PACKAGES


def test_what_only_windows_needs_is_shipped_too():
    assert {"tzdata", "colorama"} <= set(PACKAGES)
    assert "pytest" not in PACKAGES


def test_qt_comes_with_the_whole_text_of_its_licence():
    version = SCRIPT["locked_versions"]()[QT[0]]
    assert "LGPL-3.0-only" in FILE
    text = section(f"{QT[0]} {version}")
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "TERMS AND CONDITIONS" in text


def test_the_boot_loader_comes_with_its_exception():
    text = section(f"pyinstaller {SCRIPT['locked_versions']()['pyinstaller']}")
    assert "Bootloader Exception" in text
    assert "embed compiled bootloader" in text
    assert "GNU GENERAL PUBLIC LICENSE" in text


@pytest.mark.parametrize("words", ["public domain", "Material Design Icons", "Apache License"])
def test_what_no_package_is_named_for(words):
    assert words in FILE
