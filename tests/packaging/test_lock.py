"""The lock files: complete, within the ranges of pyproject.toml, and bound to no place."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "packaging" / "requirements.lock"
BENCH = ROOT / "packaging" / "bench.lock"
PACKAGE = ROOT / "packaging" / "package.lock"

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


def read_entries(lock: Path) -> list[str]:
    """Return the logical lines: one package each, with its options."""
    text = lock.read_text("utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def read_pins(lock: Path) -> dict[str, Version]:
    """Return package -> pinned version; fails on an entry that is not one exact pin."""
    pins: dict[str, Version] = {}
    for entry in read_entries(lock):
        requirement = Requirement(entry.partition("--hash")[0])
        (specifier,) = requirement.specifier
        assert specifier.operator == "==", entry
        name = canonicalize_name(requirement.name)
        assert name not in pins, f"{name} is pinned twice"
        pins[name] = Version(specifier.version)
    return pins


@pytest.mark.parametrize("lock", [REQUIREMENTS, BENCH, PACKAGE], ids=lambda lock: lock.name)
def test_it_names_no_host_and_no_path(lock):
    text = lock.read_text("utf-8")
    assert not re.search(r"://|@|/[^ ]*/|\.whl|\.com|\.org|--(extra-)?index|--find-links", text)


@pytest.mark.parametrize("lock", [REQUIREMENTS, BENCH, PACKAGE], ids=lambda lock: lock.name)
def test_every_package_has_hashes(lock):
    without = [e for e in read_entries(lock) if not re.search(r"--hash=sha256:[0-9a-f]{64}", e)]
    assert not without


@pytest.mark.parametrize(
    ("lock", "declared"),
    [
        (REQUIREMENTS, PROJECT["dependencies"] + EXTRAS["dev"]),
        (BENCH, PROJECT["dependencies"] + EXTRAS["bench"]),
        (PACKAGE, PROJECT["dependencies"] + EXTRAS["package"]),
    ],
    ids=["requirements", "bench", "package"],
)
def test_what_the_project_asks_for_is_pinned_within_its_range(lock, declared):
    pins = read_pins(lock)
    for text in declared:
        requirement = Requirement(text)
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), text


@pytest.mark.parametrize("other", [BENCH, PACKAGE], ids=lambda lock: lock.name)
def test_the_lock_files_agree(other):
    tested, pins = read_pins(REQUIREMENTS), read_pins(other)
    common = tested.keys() & pins.keys()
    assert {name: tested[name] for name in common} == {name: pins[name] for name in common}


def test_the_application_is_built_from_what_was_tested():
    """No package that the program loads at run time is in the build alone."""
    makers = {"pyinstaller", "pyinstaller-hooks-contrib", "altgraph", "macholib", "pefile"}
    makers |= {"pywin32-ctypes", "setuptools"}
    assert read_pins(PACKAGE).keys() - read_pins(REQUIREMENTS).keys() == makers


def test_the_benchmarks_contenders_are_not_installed_for_tests():
    names = {canonicalize_name(Requirement(text).name) for text in EXTRAS["bench"]}
    assert not names & read_pins(REQUIREMENTS).keys()


def test_the_dependencies_are_these():
    assert PROJECT["dependencies"] == [
        "PySide6-Essentials>=6.11.2,<6.12",
        "pyqtgraph",
        "numpy",
        "apsw>=3.54",
        "qtawesome",
        "platformdirs",
        "typer<0.29",
        "rich",
        "jinja2",
        "openpyxl",
        "tzdata; sys_platform == 'win32'",
    ]
