"""The pages that are kept: the last ones used, within bounds of number and memory."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from cts_console.schema.browse_cells import cells_bytes
from cts_console.ui.models.rows_map import PageRows

MOST_PAGES: Final = 50
MOST_BYTES: Final = 48_000_000


class PageStore:
    """Pages by their number."""

    def __init__(self) -> None:
        self._pages: OrderedDict[int, PageRows] = OrderedDict()
        self._sizes: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._pages)

    @property
    def size_bytes(self) -> int:
        """About how much memory the pages take."""
        return sum(self._sizes.values())

    def get(self, number: int) -> PageRows | None:
        """Return a page, which makes it the last used, or None."""
        page = self._pages.get(number)
        if page is not None:
            self._pages.move_to_end(number)
        return page

    def keep(self, pages: dict[int, PageRows], *, needed: tuple[int, int]) -> None:
        """Add pages; the longest unused go, those from `needed[0]` to `needed[1]` excepted."""
        for number, page in pages.items():
            self._pages[number] = page
            self._pages.move_to_end(number)
            self._sizes[number] = cells_bytes(page.rows)
        size_bytes = self.size_bytes
        for number in list(self._pages):
            if len(self._pages) <= MOST_PAGES and size_bytes <= MOST_BYTES:
                break
            if not needed[0] <= number <= needed[1] and number not in pages:
                del self._pages[number]
                size_bytes -= self._sizes.pop(number)

    def shift(self, pages: int) -> None:
        """Give every page a number that is higher by `pages`."""
        self._pages = OrderedDict((n + pages, page) for n, page in self._pages.items())
        self._sizes = {n + pages: size for n, size in self._sizes.items()}

    def clear(self) -> None:
        """Keep nothing."""
        self._pages.clear()
        self._sizes.clear()
