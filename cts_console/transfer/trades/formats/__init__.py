"""The trade histories that are known. To add one: one file, and one line in `EXCHANGE_FORMATS`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cts_console.errors import CtsError
from cts_console.transfer.trades.formats import binance, bybit, coinbase, kraken
from cts_console.transfer.trades.formats.format import ExchangeFormat, Record, normalised

__all__ = ["EXCHANGE_FORMATS", "ExchangeFormat", "Record", "detect_format", "normalised"]

EXCHANGE_FORMATS: Final[tuple[ExchangeFormat, ...]] = (
    binance.SPOT,
    binance.OLD_SPOT,
    binance.FUTURES,
    bybit.SPOT,
    bybit.SPOT_FEE_COIN,
    coinbase.FILLS,
    kraken.TRADES,
)


def detect_format(header: Sequence[str]) -> ExchangeFormat | None:
    """Return the format whose columns are all there, of several the one with the most."""
    names = set(map(normalised, header))
    fitting = [known for known in EXCHANGE_FORMATS if names.issuperset(known.columns)]
    return max(fitting, key=lambda known: len(known.columns), default=None)


def unknown_format(where: str, header: Sequence[str]) -> CtsError:
    """Return the error for a file of no known format, which names those that are known."""
    shown = ", ".join(name[:40] for name in header[:20])
    known = "; ".join(f"{each.name}: {', '.join(each.columns)}" for each in EXCHANGE_FORMATS)
    return CtsError(
        "usage",
        "Not a known trade history",
        f"{where} begins with the columns {shown or '(none)'}, which is no trade history that is "
        "known here.",
        f"Known by their columns are {known}.",
    )
