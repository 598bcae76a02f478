"""Folders of small migrations, and a way to run them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[..., Path]


@pytest.fixture
def write_scripts(tmp_path: Path) -> Write:
    """Return a function that writes `{file name: text or bytes}` into a folder and returns it."""

    def write(scripts: dict[str, str | bytes]) -> Path:
        folder = tmp_path / "scripts"
        folder.mkdir(exist_ok=True)
        for name, text in scripts.items():
            (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return folder

    return write
