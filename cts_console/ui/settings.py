"""What the window remembers between two starts, in one place with names and types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QCoreApplication, QSettings

from cts_console import paths

RECENT_FILES: Final = 10


class WindowSettings:
    """Typed access to the window's `QSettings` file in the user's state folder."""

    def __init__(self, path: Path | None = None) -> None:
        file = path if path is not None else paths.user_state_dir() / "window.ini"
        # The parent keeps it in its thread: Python's collector could end it in any other.
        parent = QCoreApplication.instance()
        self._settings = QSettings(str(file), QSettings.Format.IniFormat, parent)

    def text(self, key: str, default: str = "") -> str:
        """Return a remembered text."""
        value = self._settings.value(key, default)
        return value if isinstance(value, str) else default

    def number(self, key: str, default: float) -> float:
        """Return a remembered number."""
        try:
            return float(self.text(key, str(default)))
        except ValueError:
            return default

    def flag(self, key: str, default: bool = False) -> bool:
        """Return a remembered yes or no."""
        return self.text(key, "yes" if default else "no") == "yes"

    def bytes(self, key: str) -> QByteArray:
        """Return remembered bytes (geometry, header states); empty where there are none."""
        return QByteArray.fromBase64(QByteArray(self.text(key).encode("ascii", "ignore")))

    def remember(self, key: str, value: str | float | bool | QByteArray) -> None:
        """Keep a value under `key`."""
        if isinstance(value, bool):
            text = "yes" if value else "no"
        elif isinstance(value, QByteArray):
            text = bytes(value.toBase64().data()).decode("ascii")
        else:
            text = str(value)
        self._settings.setValue(key, text)

    def forget(self, key: str) -> None:
        """Forget what was kept under `key`, if anything was."""
        self._settings.remove(key)

    def recent_files(self) -> list[str]:
        """Return the paths opened before, the last first; files that are gone stay listed."""
        try:
            found = json.loads(self.text("files/recent", "[]"))
        except ValueError:
            return []
        return [path for path in found if isinstance(path, str)][:RECENT_FILES]

    def remember_file(self, path: str) -> None:
        """Put `path` first among the recent files."""
        others = [known for known in self.recent_files() if known != path]
        self.remember("files/recent", json.dumps([path, *others][:RECENT_FILES]))

    def forget_files(self) -> None:
        """Empty the list of recent files."""
        self.remember("files/recent", "[]")

    def file_label(self, path: str) -> tuple[str, str]:
        """Return the name and the colour (a token, "" for none) that a person gave to a file."""
        return self.text(f"labels/{_key(path)}/name"), self.text(f"labels/{_key(path)}/color")

    def remember_label(self, path: str, name: str, color: str) -> None:
        """Keep the name and the colour of a file."""
        self.remember(f"labels/{_key(path)}/name", name)
        self.remember(f"labels/{_key(path)}/color", color)

    def sync(self) -> None:
        """Write what is remembered to disk."""
        self._settings.sync()


def _key(path: str) -> str:
    # A path as a key: QSettings takes "/" as a level of its own.
    return path.encode("utf-8", "surrogateescape").hex()
