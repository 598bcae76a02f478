"""The test run itself is strict: each fault below fails a test that would pass otherwise."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

FAULTY_TESTS = """
import threading, time, warnings
import pytest
from PySide6.QtCore import qWarning

def test_leaked_thread():
    threading.Thread(target=time.sleep, args=(0.5,), daemon=True).start()

def test_warning():
    warnings.warn("old", DeprecationWarning)

def test_unraisable():
    class Bad:
        def __del__(self):
            raise ValueError("in a finalizer")
    Bad()

def test_exception_in_a_thread():
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()

def test_qt_warning(qtbot):
    qWarning("Qt complains")

@pytest.mark.xfail
def test_unexpectedly_good():
    pass

def test_good(qtbot):
    pass
"""


def test_faults_that_pass_unseen_elsewhere_fail_here(tmp_path):
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    conftest = (ROOT / "tests" / "conftest.py").read_text("utf-8")
    patient = "THREAD_GRACE_S = 5.0"
    assert patient in conftest
    # The leaked thread ends by itself after a while; nobody waits for it here.
    (tmp_path / "tests" / "conftest.py").write_text(conftest.replace(patient, "THREAD_GRACE_S = 0"))
    (tmp_path / "tests" / "test_faulty.py").write_text(FAULTY_TESTS)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    # The leak is found when its test is over: that test passes and its end is an error.
    assert "5 failed, 2 passed, 1 error" in run.stdout, run.stdout
    assert "ERROR tests/test_faulty.py::test_leaked_thread" in run.stdout
    assert "FAILED tests/test_faulty.py::test_good" not in run.stdout
