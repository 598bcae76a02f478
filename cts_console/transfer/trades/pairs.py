"""The pairs of an exchange as its database describes them, found by the names that files use.

A file may say `BTC/USDT`, `BTC-USDT`, `BTCUSDT` or, Kraken, `XXBTZUSD`. A pair that the database
does not describe, or that a name does not tell from another, is not found: none is invented.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cts_console.sqlite import Connection

_LETTERS: Final = re.compile(r"[^A-Z0-9]")
_OLD_NAMES: Final = {"BTC": "XBT", "DOGE": "XDG"}
_NEW_NAMES: Final = {old: new for new, old in _OLD_NAMES.items()}
_SQL: Final = """
SELECT id, symbol, base_currency, quote_currency, market_type, CAST(contract_size AS TEXT)
FROM trading_pairs WHERE exchange_id = ? ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class MarketPair:
    """A row of `trading_pairs`."""

    id: int
    """Its row."""
    symbol: str
    """Its name."""
    base: str
    """What is traded."""
    quote: str
    """What it is paid in."""
    market_type: str
    """spot, swap or future."""
    contract_size: str
    """Base currency in one contract, as decimal text."""

    @property
    def is_inverse(self) -> bool:
        """Whether it is, or may be, settled in its base currency, so that cost is no product."""
        return self.market_type != "spot" and (
            f":{self.base}" in self.symbol or (self.quote == "USD" and ":USD" not in self.symbol)
        )


class Markets:
    """The pairs of one exchange."""

    def __init__(self, pairs: list[MarketPair], *, old_names: bool = False) -> None:
        self._exact: dict[str, list[MarketPair]] = defaultdict(list)
        self._old: dict[str, list[MarketPair]] = defaultdict(list)
        for pair in pairs:
            for name in {_bare(pair.symbol), _bare(pair.base + pair.quote)}:
                self._exact[name].append(pair)
            if old_names:
                for name in set(_old_pair_names(pair)):
                    self._old[name].append(pair)

    def find(self, name: str, market_types: tuple[str, ...]) -> MarketPair | None:
        """Return the one pair that `name` can mean; None for none or several."""
        bare = _bare(name)
        for known in (self._exact, self._old):
            fitting = [pair for pair in known.get(bare, ()) if pair.market_type in market_types]
            exact = [pair for pair in fitting if pair.symbol.upper() == name.strip().upper()]
            for found in (exact, fitting):
                if len(found) == 1:
                    return found[0]
        return None


def read_markets(connection: Connection, exchange_id: int, *, old_names: bool = False) -> Markets:
    """Return the pairs of an exchange; `old_names`: Kraken's, with XBT, XDG and X and Z before."""
    return Markets(
        [MarketPair(*row) for row in connection.read_rows(_SQL, (exchange_id,))],  # type: ignore[arg-type]  # STRICT columns
        old_names=old_names,
    )


def new_name(asset: str) -> str:
    """Return what Kraken's `XXBT`, `XBT` or `ZEUR` is called elsewhere."""
    bare = asset[1:] if len(asset) == 4 and asset[0] in "XZ" else asset
    return _NEW_NAMES.get(bare, bare)


def _old_pair_names(pair: MarketPair) -> Iterator[str]:
    for base in _asset_names(pair.base):
        for quote in _asset_names(pair.quote):
            yield _bare(base + quote)


def _asset_names(asset: str) -> tuple[str, ...]:
    name = asset.upper()
    short = _OLD_NAMES.get(name, name)
    return (name, short, f"X{short}", f"Z{short}")


def _bare(name: str) -> str:
    return _LETTERS.sub("", name.upper())
