from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# Users, modes and resource limits as POSIX has them.
collect_ignore_glob = [] if os.name == "posix" else ["*_posix.py"]


@pytest.fixture
def shared_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home that every user may enter; pytest's own folders are closed to others."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    monkeypatch.setenv("CTS_CONSOLE_HOME", str(folder / "home"))
    (folder / "home").mkdir(mode=0o755)
    yield folder / "home"
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder)
