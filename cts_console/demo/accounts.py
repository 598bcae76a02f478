"""Who and where: the fixed numbers that the demo's tables share. All of it is invented.

Pairs, connections and people have numbers of their own, so that every table can be derived
without asking the database, and two demos are equal.
"""

from __future__ import annotations

from typing import Final

LEDGER_SYMBOL: Final = "XRP/ETH"
CANDLE_SYMBOLS: Final = (
    "ADA/BTC",
    "DASH/BTC",
    "ETC/BTC",
    "ETH/BTC",
    "LTC/BTC",
    "NXT/BTC",
    "TRX/BTC",
    "XLM/BTC",
    "XMR/BTC",
    "ZEC/BTC",
)
PAIR_IDS: Final = {
    symbol: number for number, symbol in enumerate((*CANDLE_SYMBOLS, LEDGER_SYMBOL), 101)
}
"""Symbol to trading_pairs.id; the migrations' own sixteen pairs come before 101."""
LEDGER_PAIR: Final = PAIR_IDS[LEDGER_SYMBOL]

PRICE_TICK: Final = 1e-8
"""The grid of every price of both samples, in quote units."""
LEDGER_STEP: Final = 1
"""XRP: every amount of the executions is a whole number."""

OWNER: Final = 1
TRADER: Final = 2
AUDITOR: Final = 3

SPOT: Final = 1
"""exchange_connections.id of the account with the holding."""
MARGIN: Final = 2
"""exchange_connections.id of the account that trades in cycles."""
SANDBOX: Final = 3
"""exchange_connections.id of a disabled testnet account."""

PORTFOLIO: Final = 1
INITIAL_ETH: Final = 2_000.0

HOLDING_STRATEGY: Final = 1
CYCLE_STRATEGY: Final = 2
SIGNAL_STRATEGY: Final = 3

HOLDING_BOT: Final = 1
CYCLE_BOT: Final = 2

HOLDING_PRESET: Final = 1
CYCLE_PRESET: Final = 2
SIGNAL_PRESET: Final = 3

SETUP_AT: Final = 1_515_542_400_000
"""2018-01-10T00:00:00Z, hours before the first candle: when the invented people set it all up."""
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 86_400_000
