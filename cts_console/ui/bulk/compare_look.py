"""Know an exchange's trade history by its header, and whose trades it can be compared with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.sqlite import Connection
from cts_console.transfer.files import SourceFile, find_file, open_bytes, read_stamp
from cts_console.transfer.trades import KnownAccount, list_accounts
from cts_console.transfer.trades.accounts import check_is_cts
from cts_console.transfer.trades.formats import ExchangeFormat
from cts_console.transfer.trades.reading import open_trades

Stamp = tuple[int, int, int, int]
_HEAD_BYTES: Final = 1 << 16
# The header of a history is among the first lines.
_LINES: Final = 5


@dataclass(frozen=True, slots=True)
class FoundHistory:
    """A trade history, and the connections whose trades it may hold."""

    file: Path
    """Where it is."""
    part: str | None
    """The sheet of a workbook or the member of a zip that a person named."""
    has_parts: bool
    """Whether there may be others to name."""
    stamp: Stamp
    """What changes when the file does."""
    format: str
    """Which history: `kraken trades`."""
    exchange: str
    """Of which exchange: `kraken`."""
    accounts: tuple[KnownAccount, ...]
    """The connections of the exchange."""
    problem: CtsError | None
    """Why nothing of this database can be compared with it."""

    @property
    def proposed(self) -> int | None:
        """The connection that goes without saying: the only one that is enabled."""
        enabled = [each.account.id for each in self.accounts if each.is_enabled]
        return enabled[0] if len(enabled) == 1 else None

    @property
    def is_foreign(self) -> bool:
        """Whether the database keeps no trades as CTS does: there is nothing to compare with."""
        return self.problem is not None and self.problem.code == "foreign_file"


def find_history(
    connection: Connection, file: Path, part: str | None, cancel: CancelToken
) -> FoundHistory | None:
    """Return what history `file` is, or its `part`; None where it is none. Nothing is changed."""
    try:
        packed = find_file(file, part)
        known = _find_format(packed, part, cancel)
    except CtsError as error:
        if error.code == "cancelled":
            raise
        # Whatever it is, it is no history: whoever looks at it as a plain file says what it is.
        return None
    if known is None:
        return None
    problem: CtsError | None = None
    accounts: tuple[KnownAccount, ...] = ()
    try:
        check_is_cts(connection)
        accounts = list_accounts(connection)
    except CtsError as error:
        if error.code not in ("foreign_file", "usage"):
            raise
        problem = error
    return FoundHistory(
        file=file,
        part=part,
        has_parts=packed.is_workbook or packed.compression == "zip",
        stamp=read_stamp(file),
        format=known.name,
        exchange=known.exchange,
        accounts=tuple(each for each in accounts if each.account.exchange == known.exchange),
        problem=problem,
    )


def _find_format(
    packed: SourceFile, part: str | None, cancel: CancelToken
) -> ExchangeFormat | None:
    if packed.is_database:
        return None
    if not packed.is_workbook:
        with open_bytes(packed, cancel) as content:
            head = content.read(_HEAD_BYTES) or b""
        # A file that is one long line is no history, and is not to be read whole to know that.
        if len(head) == _HEAD_BYTES and len(head.splitlines()) < _LINES:
            return None
    with open_trades(packed.path, part, cancel) as trades:
        return trades.format
