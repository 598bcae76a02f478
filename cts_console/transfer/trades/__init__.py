"""Trade histories of exchanges: their formats, and what a database lacks of them."""

from __future__ import annotations

from cts_console.transfer.trades.accounts import KnownAccount, list_accounts
from cts_console.transfer.trades.compare import OpenComparison, compare_trades, open_comparison
from cts_console.transfer.trades.formats import EXCHANGE_FORMATS, detect_format
from cts_console.transfer.trades.matching import count_equals
from cts_console.transfer.trades.missing import (
    IMPORT_MARK,
    MissingTrade,
    OrderUnit,
    is_missing_id,
    rank_missing,
    read_units,
)
from cts_console.transfer.trades.model import (
    Account,
    ComparedTrade,
    Comparison,
    Difference,
    FileTrade,
    Part,
    UnreadableLine,
)

__all__ = [
    "EXCHANGE_FORMATS",
    "IMPORT_MARK",
    "Account",
    "ComparedTrade",
    "Comparison",
    "Difference",
    "FileTrade",
    "KnownAccount",
    "MissingTrade",
    "OpenComparison",
    "OrderUnit",
    "Part",
    "UnreadableLine",
    "compare_trades",
    "count_equals",
    "detect_format",
    "is_missing_id",
    "list_accounts",
    "open_comparison",
    "rank_missing",
    "read_units",
]
