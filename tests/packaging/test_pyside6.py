"""The installed Qt: its range, and the fault for which 6.12.0 is shut out.

PySide6 6.12.0 on Python 3.11 drops one reference to None with each call that returns None; after
some five thousand calls the interpreter aborts. Each test runs in a child process, so that such a
Qt cannot take the test run with it.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[2]

COUNT_REFERENCES = """
import sys
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
widget = QWidget()
widget.update()
before = sys.getrefcount(None)
for _ in range(1000):
    widget.update()
print(before - sys.getrefcount(None))
application.shutdown()
"""


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_installed_version_is_in_the_range():
    assert version("PySide6-Essentials") in SpecifierSet(">=6.11.2,<6.12")
    assert version("shiboken6") == version("PySide6-Essentials")


def test_a_thousand_calls_lose_no_reference_to_none():
    child = run_python("-c", COUNT_REFERENCES)
    assert child.returncode == 0, child.stderr
    # A handful may come and go with the interpreter's own work; the fault loses all thousand.
    assert int(child.stdout) < 10


def test_qtawesome_finds_essentials_through_qtpy():
    child = run_python("-c", "import qtawesome, qtpy; print(qtpy.API_NAME)")
    assert child.returncode == 0, child.stderr
    assert child.stdout.strip() == "PySide6"


def test_the_probe_finds_what_qt_needs_here():
    child = run_python("packaging/qt_probe.py", "core")
    assert (child.returncode, child.stdout) == (0, ""), child.stderr
