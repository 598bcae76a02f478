"""The import contracts bite: each is broken on purpose in a copy of the package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"

CASES = {
    "a room imports one above it": (
        "errors.py",
        "import cts_console.sqlite",
        "Imports point one way",
    ),
    "a room that no layer names": ("attic.py", "", "Imports point one way"),
    "apsw outside its room": (
        "audit/rules/sneaky.py",
        "import apsw",
        "Only cts_console.sqlite imports apsw",
    ),
    "the second SQLite": ("sqlite/second.py", "import sqlite3", "Nobody imports a second SQLite"),
    "Qt in the core": (
        "schema/painted.py",
        "from PySide6.QtCore import QObject",
        "Qt only in app, ui, worker and printing",
    ),
    "the command line opens a window": (
        "cli/window.py",
        "import cts_console.ui",
        "The command line and the HTTP endpoint reach no window",
    ),
    "the endpoint uses the window's worker": (
        "api/jobs.py",
        "import cts_console.worker",
        "The command line and the HTTP endpoint reach no window's worker",
    ),
}


def lint_copy(folder: Path, file: str, line: str) -> subprocess.CompletedProcess[str]:
    """Lint a copy of the package in which `file` holds `line` as well."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    package = folder / "cts_console"
    shutil.copytree(ROOT / "cts_console", package)
    for room in ("ui", "worker"):  # they come with later issues
        (package / room).mkdir(exist_ok=True)
        (package / room / "__init__.py").touch()
    target = package / file
    target.parent.mkdir(parents=True, exist_ok=True)
    for parent in target.relative_to(package).parents:
        (package / parent / "__init__.py").touch()
    with target.open("a", encoding="utf-8") as stream:
        stream.write(f"\n{line}\n")
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("file", "line", "contract"), CASES.values(), ids=CASES.keys())
def test_a_broken_contract_is_named(tmp_path, file, line, contract):
    lint = lint_copy(tmp_path, file, line)
    assert lint.returncode == 1, lint.stdout + lint.stderr
    assert f"{contract} BROKEN" in lint.stdout


def test_the_window_may_use_qt(tmp_path):
    lint = lint_copy(tmp_path, "ui/painted.py", "from PySide6.QtCore import QObject")
    assert "Qt only in app, ui, worker and printing KEPT" in lint.stdout
