"""The trades of an exchange's file, line by line: none is skipped in silence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cts_console.transfer.trades.formats import (
    ExchangeFormat,
    detect_format,
    normalised,
    unknown_format,
)
from cts_console.transfer.trades.model import FileTrade, UnreadableLine
from cts_console.transfer.trades.pairs import Markets
from cts_console.transfer.trades.table import Cells, read_table
from cts_console.transfer.trades.values import UnreadableError

# Some files tell whose they are in a line above the header.
_LINES_ABOVE: Final = 3


class TradeFile:
    """A file of a known format, open. Make it with `open_trades`."""

    def __init__(self, format: ExchangeFormat, header: Cells, at: int, rows: Iterator[Cells]):
        self.format: Final = format
        """Which one."""
        self._names = tuple(map(normalised, header))
        self._line = at
        self._rows = rows

    def read(self, markets: Markets) -> Iterator[FileTrade | UnreadableLine]:
        """Yield what each line is; empty ones are left out."""
        for line, row in enumerate(self._rows, self._line + 1):
            if not any(cell.strip() for cell in row):
                continue
            yield self._read_line(line, row, markets)

    def _read_line(self, line: int, row: Cells, markets: Markets) -> FileTrade | UnreadableLine:
        # One that is too short was cut off; what is cut off may be a digit, too.
        if len(row) < len(self._names) or any(row[len(self._names) :]):
            return UnreadableLine(line, f"it has {len(row)} cells under {len(self._names)} columns")
        try:
            trade = self.format.read(line, dict(zip(self._names, row, strict=False)), markets)
        except UnreadableError as error:
            return UnreadableLine(line, str(error))
        if trade.fee and trade.market and not trade.fee_currency:
            return UnreadableLine(line, "it has a fee and does not say in which currency")
        return trade


@contextmanager
def open_trades(path: Path) -> Iterator[TradeFile]:
    """Open a trade history. Raises `CtsError`: usage for a format that is not known, and what
    `read_table` raises.
    """
    with read_table(path) as (first, rows, _facts):
        tried = first
        for at in range(1, _LINES_ABOVE + 1):
            known = detect_format(tried)
            if known is not None:
                yield TradeFile(known, tried, at, rows)
                return
            following = next(rows, None)
            if following is None:
                break
            tried = following
    raise unknown_format(str(path), first)
