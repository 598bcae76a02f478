"""What the tests of this room share."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.transfer.export_case import make_table

# Resource limits as POSIX has them; files without a name, and /proc.
collect_ignore_glob = [] if os.name == "posix" else ["*_posix.py"]
if not sys.platform.startswith("linux"):
    collect_ignore_glob.append("*_linux.py")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A small database in a folder of its own."""
    folder = tmp_path / "data"
    folder.mkdir()
    return make_table(folder / "a.db", [(number, "text") for number in range(3_000)], ("a", "b"))
