from __future__ import annotations

from tests.transfer.trades.conftest import book, empty_book, history

__all__ = ["book", "empty_book", "history"]
