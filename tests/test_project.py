"""The project as a whole: what lies at its top, how big things are, what an import pulls in."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import cts_console

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "cts_console"

FOLDERS = {"cts_console", "migrations", "resources", "tests", "packaging"}
FILES = {"pyproject.toml", "README.md", "Makefile", "CHANGELOG.md", "LICENSE"}

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60

WITH_QT = ("app", "ui", "worker", "printing", "__main__")
"""Rooms that may load Qt; `__main__` starts a face when it is imported as a program."""

IMPORT_ALL_BUT_QT = """
import importlib, json, pkgutil, sys
import cts_console
skipped = tuple("cts_console." + room for room in sys.argv[1:])
names = []
def visit(path, prefix):  # not walk_packages: that imports every package it passes
    for module in pkgutil.iter_modules(path, prefix):
        if module.name not in skipped:
            names.append(module.name)
            package = importlib.import_module(module.name)
            if module.ispkg:
                visit(package.__path__, module.name + ".")
visit(cts_console.__path__, "cts_console.")
forbidden = {"PySide6", "shiboken6", "pyqtgraph", "qtpy", "qtawesome", "sqlite3", "_sqlite3"}
print(json.dumps([names, sorted(forbidden & sys.modules.keys())]))
"""


def project_files() -> list[Path]:
    """Return tracked files and those that would be, relative to the top."""
    if not (ROOT / ".git").exists():  # an unpacked source distribution: it holds nothing else
        inside = (path for path in ROOT.rglob("*") if path.is_file())
        return [path.relative_to(ROOT) for path in inside if "__pycache__" not in path.parts]
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others"]
    listed = subprocess.run(
        [*command, "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [Path(name) for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def test_only_what_belongs_there_lies_at_the_top():
    tops = {(path.parts[0], len(path.parts) == 1) for path in project_files()}
    strangers = {
        name
        for name, is_file in tops
        if not name.startswith(".") and name not in (FILES if is_file else FOLDERS)
    }
    assert not strangers
    assert {name for name, is_file in tops if is_file} >= FILES
    assert {name for name, is_file in tops if not is_file} >= FOLDERS


def test_files_stay_readable_in_one_sitting():
    too_long = {
        str(path.relative_to(ROOT)): count
        for path in PACKAGE.rglob("*.py")
        if (count := len(path.read_text("utf-8").splitlines())) > MAX_FILE_LINES
    }
    assert not too_long


def test_functions_stay_on_one_screen():
    too_long = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                count = (node.end_lineno or node.lineno) - node.lineno + 1
                if count > MAX_FUNCTION_LINES:
                    too_long[f"{path.relative_to(ROOT)}:{node.name}"] = count
    assert not too_long


def test_the_version_has_one_source():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "version" in project["dynamic"]
    assert cts_console.__version__.count(".") == 2


def test_the_command_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["scripts"] == {"cts-console": "cts_console.__main__:main"}


@pytest.fixture(scope="module")
def imported() -> tuple[list[str], list[str]]:
    """Import every module outside the rooms of Qt in a fresh process.

    Return the modules and what they pulled in that they must not.
    """
    child = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORT_ALL_BUT_QT, *WITH_QT],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    names, pulled_in = json.loads(child.stdout)
    return names, pulled_in


def test_the_core_and_the_command_line_load_neither_qt_nor_a_second_sqlite(imported):
    names, pulled_in = imported
    assert {"cts_console.errors", "cts_console.paths", "cts_console.sqlite"} <= set(names)
    assert pulled_in == []


def test_every_module_of_the_core_was_imported(imported):
    """A folder without an __init__.py would escape from the test above, and from the contracts."""
    on_disk = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in PACKAGE.rglob("*.py")
    }
    with_qt = tuple(f"cts_console.{room}" for room in WITH_QT)
    expected = {
        name
        for name in on_disk
        if name != "cts_console" and not any((name + ".").startswith(q + ".") for q in with_qt)
    }
    assert set(imported[0]) == expected
