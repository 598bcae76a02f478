"""People, markets, accounts and strategies around the ledger. All of it is invented.

No row here can do anything: the passwords match nothing and no account is live.
"""

from __future__ import annotations

from typing import Final

from cts_console.demo.accounts import (
    AUDITOR,
    CYCLE_PRESET,
    CYCLE_STRATEGY,
    HOLDING_PRESET,
    HOLDING_STRATEGY,
    LEDGER_STEP,
    LEDGER_SYMBOL,
    MARGIN,
    OWNER,
    PAIR_IDS,
    PRICE_TICK,
    SANDBOX,
    SETUP_AT,
    SIGNAL_PRESET,
    SIGNAL_STRATEGY,
    SPOT,
    TRADER,
)
from cts_console.demo.rows import TableRows, table_rows

# A well-formed PHC string whose hash is 32 zero bytes: no password is known that gives it.
NO_PASSWORD: Final = f"$argon2id$v=19$m=65536,t=3,p=4$ZGVtbyBoYXMgbm8gc2lnbi1pbg${'A' * 43}"
LEAST_COST: Final = 0.001
"""ETH; below the smallest order, like `min_amount` a plausible minimum of the exchange."""

_MADE: Final = (SETUP_AT, SETUP_AT)
_PEOPLE: Final = (
    (OWNER, "olivia", "Olivia Owner", "owner"),
    (TRADER, "tariq", "Tariq Trader", "trader"),
    (AUDITOR, "aino", "Aino Auditor", "auditor"),
)
_PREFERENCES: Final = (
    (OWNER, "theme", "dark", "string"),
    (TRADER, "theme", "dark", "string"),
    (TRADER, "chart.timeframe", "5m", "string"),
    (AUDITOR, "report.rows_per_page", "50", "integer"),
)
_CONNECTIONS: Final = (
    # number, name, api_type, position_mode, is_testnet, is_enabled
    (SPOT, "Holding", "spot", "oneway", 0, 1),
    (MARGIN, "Cycles", "margin", "hedge", 0, 1),
    (SANDBOX, "Sandbox", "spot", "oneway", 1, 0),
)
_STRATEGIES: Final = (
    (HOLDING_STRATEGY, "Accumulate XRP", "dca", '{"pair": "XRP/ETH", "side": "buy"}'),
    (CYCLE_STRATEGY, "Hedged cycles", "block", '{"pair": "XRP/ETH", "leverage": 1}'),
    (SIGNAL_STRATEGY, "Follow direction", "trailing", '{"take_profit": 0.02, "stop_loss": 0.01}'),
)
_PRESETS: Final = (
    (HOLDING_PRESET, HOLDING_STRATEGY, "XRP holding", "main", "auto", '{"connection": "Holding"}'),
    (CYCLE_PRESET, CYCLE_STRATEGY, "XRP cycles", "real", "active", '{"connection": "Cycles"}'),
    (SIGNAL_PRESET, SIGNAL_STRATEGY, "Four hours", "base", "direction", '{"window_candles": 48}'),
)


def derive_people() -> list[TableRows]:
    """Return the rows of `users`, `user_roles` and `user_preferences`."""
    return [
        table_rows(
            "users",
            "id username email password_hash display_name created_at updated_at",
            [
                (number, name, f"{name}@example.invalid", NO_PASSWORD, title, SETUP_AT, SETUP_AT)
                for number, name, title, _ in _PEOPLE
            ],
        ),
        table_rows(
            "user_roles",
            "user_id role granted_by granted_at",
            [(number, role, OWNER, SETUP_AT) for number, _, _, role in _PEOPLE],
        ),
        table_rows(
            "user_preferences",
            "user_id key value value_type updated_at",
            [(*preference, SETUP_AT) for preference in _PREFERENCES],
        ),
    ]


def derive_markets(exchange_id: int) -> list[TableRows]:
    """Return the rows of `trading_pairs` and `exchange_connections` on the given exchange."""
    test = (SETUP_AT, "success")
    return [
        table_rows(
            "trading_pairs",
            "id exchange_id symbol base_currency quote_currency min_amount min_cost price_tick "
            "amount_step created_at updated_at",
            [
                (number, exchange_id, symbol, *symbol.split("/"), *_limits(symbol), *_MADE)
                for symbol, number in PAIR_IDS.items()
            ],
        ),
        table_rows(
            "exchange_connections",
            "id name api_type position_mode is_testnet is_enabled user_id exchange_id "
            "last_test_at last_test_result max_leverage credential_ref created_at updated_at",
            [
                (*row, TRADER, exchange_id, *test, 3.0, f"keyring:demo-{row[1].lower()}", *_MADE)
                for row in _CONNECTIONS
            ],
        ),
    ]


def derive_strategies() -> list[TableRows]:
    """Return the rows of `strategies` and `presets`."""
    return [
        table_rows(
            "strategies",
            "id name strategy_type parameters user_id is_active created_at updated_at",
            [(*row, TRADER, 1, *_MADE) for row in _STRATEGIES],
        ),
        table_rows(
            "presets",
            "id strategy_id name preset_type indication_type config user_id is_active "
            "created_at updated_at",
            [(*row, TRADER, 1, *_MADE) for row in _PRESETS],
        ),
    ]


def _limits(symbol: str) -> tuple[float, float, float, float]:
    """Return least amount, least cost, tick and step, as the sample's values show them."""
    if symbol == LEDGER_SYMBOL:
        return float(LEDGER_STEP), LEAST_COST, PRICE_TICK, float(LEDGER_STEP)
    return 0.0, 0.0, PRICE_TICK, 1e-8
