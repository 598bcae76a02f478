"""The pages of the help as they are shipped: Markdown under `resources/help`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from cts_console import paths
from cts_console.errors import CtsError
from cts_console.sqlite import Connection
from cts_console.worker import Errand

FIRST_PAGE: Final = "start"
TROUBLES_PAGE: Final = "troubleshooting"
ENDING: Final = ".md"


@dataclass(frozen=True, slots=True)
class HelpPage:
    """One page."""

    name: str
    """Its file without the ending: a tab in small letters, `start` or `troubleshooting`."""
    text: str
    """Markdown; the first line is the title."""

    @property
    def title(self) -> str:
        """What the list of pages says."""
        return self.text.partition("\n")[0].lstrip("# ")

    def has(self, words: Iterable[str]) -> bool:
        """Return whether every word occurs on the page, whatever its letters' case."""
        plain = self.text.replace("*", "").replace("`", "").casefold()
        return all(word.casefold() in plain for word in words)


def page_of(tab_name: str) -> str:
    """Return the name of the page about a tab."""
    return tab_name.lower()


def read_pages(
    _connection: Connection | None, _errand: Errand, *, tab_names: Sequence[str]
) -> tuple[HelpPage, ...]:
    """Return the first steps, the pages of these tabs in their order, and the troubles.

    A page about a tab that this window does not have is left out.

    Raises:
        CtsError: "internal" where the installation lacks the help.
    """
    folder = paths.resources_dir() / "help"
    names = (FIRST_PAGE, *map(page_of, tab_names), TROUBLES_PAGE)
    files = [folder / f"{name}{ENDING}" for name in names]
    try:
        pages = [
            HelpPage(file.stem, file.read_text(encoding="utf-8"))
            for file in files
            if file.is_file()
        ]
    except OSError as error:
        raise _missing(f"{folder}: {error.strerror or error}.") from error
    if not pages:
        raise _missing(f"There is no page in {folder}.")
    return tuple(pages)


def _missing(message: str) -> CtsError:
    return CtsError("internal", "The help cannot be read", message, "Install CTS Console again.")
