"""What holds for every test: a home of its own, no screen, no thread left behind."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Before anything imports Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_SCALE_FACTOR"] = "1"

# A time limit per example would fail on a busy machine.
settings.register_profile("console", deadline=None)
settings.load_profile("console")

THREAD_GRACE_S = 5.0


@pytest.fixture(autouse=True)
def console_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the console's own files of this test apart, also those of its child processes."""
    home = tmp_path / "console-home"
    monkeypatch.setenv("CTS_CONSOLE_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Fail a test that leaves a thread running: it would disturb a later one."""
    before = set(threading.enumerate())
    yield
    leaked = [thread for thread in threading.enumerate() if thread not in before]
    # A dummy stands for a thread that Python did not start (Qt's); it stays in the list for good.
    leaked = [t for t in leaked if not isinstance(t, threading._DummyThread)]
    for thread in leaked:
        thread.join(THREAD_GRACE_S)
    still_running = [thread.name for thread in leaked if thread.is_alive()]
    assert not still_running, f"threads outlive the test: {still_running}"
