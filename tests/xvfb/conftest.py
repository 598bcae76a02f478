"""A real X server without a screen, real keys and clicks; only where both programs exist."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.xvfb.display import Display, a_display


def _can_open_windows() -> bool:
    if not (shutil.which("Xvfb") and shutil.which("xdotool")):
        return False
    probe = Path(__file__).resolve().parents[2] / "packaging" / "qt_probe.py"
    return subprocess.run([sys.executable, probe, "window"], check=False).returncode == 0


collect_ignore_glob = [] if _can_open_windows() else ["test_*.py"]


@pytest.fixture
def display(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Display]:
    """A display of this test's own, which programs started by it use."""
    folder = tmp_path / "display"
    folder.mkdir()
    with a_display(folder) as made:
        monkeypatch.setenv("DISPLAY", made.name)
        monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        yield made
