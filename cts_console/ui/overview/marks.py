"""What this person saw last of each file, kept among the window's settings."""

from __future__ import annotations

from pathlib import Path

from cts_console.overview import LookMark
from cts_console.ui.settings import WindowSettings


class LookMarks:
    """One mark per file, overwritten at every look.

    While a file stays open its news are counted from the mark that it had when it was opened; a
    look that is never followed by another is the one that the next session starts from.
    """

    def __init__(self, settings: WindowSettings) -> None:
        self._settings = settings
        self.base: LookMark | None = None
        self._last: LookMark | None = None
        self._path: Path | None = None

    def open(self, path: Path | None) -> None:
        """Begin to count for another file, or for none."""
        self._path = path
        self.base = None if path is None else LookMark.of_text(self._settings.text(_key(path)))
        self._last = None

    def keep(self, mark: LookMark) -> None:
        """Keep what was seen now."""
        self._last = mark
        if self._path is not None:
            self._settings.remember(_key(self._path), mark.as_text())

    def mark_as_seen(self) -> None:
        """Count from the last look on."""
        self.base = self._last or self.base


def _key(path: Path) -> str:
    # QSettings takes "/" as a level of its own.
    return f"looks/{str(path).encode('utf-8', 'surrogateescape').hex()}"
