"""The trades of an exchange's file, line by line: none is skipped in silence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

from cts_console.progress import CancelToken
from cts_console.transfer.files import Position
from cts_console.transfer.trades.formats import (
    ExchangeFormat,
    detect_format,
    normalised,
    unknown_format,
)
from cts_console.transfer.trades.model import FileTrade, UnreadableLine
from cts_console.transfer.trades.pairs import Markets
from cts_console.transfer.trades.table import Cells, Table, open_table
from cts_console.transfer.trades.values import UnreadableError

# Some files tell whose they are in a line above the header.
_LINES_ABOVE: Final = 3


class TradeFile:
    """A file of a known format, open. Make it with `open_trades`."""

    def __init__(self, format: ExchangeFormat, header: Cells, table: Table) -> None:
        self.format: Final = format
        """Which one."""
        self._names = tuple(map(normalised, header))
        self._table = table

    @property
    def position(self) -> Position | None:
        """How far the file is read; None where nobody measures it."""
        return self._table.position

    def read(self, markets: Markets) -> Iterator[FileTrade | UnreadableLine]:
        """Yield what each line is; empty ones are left out."""
        for line, row in self._table.rows:
            if any(cell.strip() for cell in row):
                yield self._read_line(line, row, markets)

    def _read_line(self, line: int, row: Cells, markets: Markets) -> FileTrade | UnreadableLine:
        missing = len(self._names) - len(row)
        if missing > 0 and self._table.is_sheet:
            row = (*row, *[""] * missing)
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
def open_trades(
    path: Path, part: str | None = None, cancel: CancelToken | None = None
) -> Iterator[TradeFile]:
    """Open a trade history. Raises `CtsError`: usage for a format that is not known, and what
    `open_table` raises.
    """
    with open_table(path, part, cancel) as table:
        above: list[Cells] = []
        for _line, cells in islice(table.rows, _LINES_ABOVE):
            known = detect_format(cells)
            if known is not None:
                yield TradeFile(known, cells, table)
                return
            above.append(cells)
    raise unknown_format(str(path), above[0] if above else ())
