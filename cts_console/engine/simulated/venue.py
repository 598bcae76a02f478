"""A place of its own for each simulated engine: venue, pairs, account, and the lease on it.

Two engines on one file, or two runs after each other, share nothing but the tables. Everything is
named so that nobody takes it for real.
"""

from __future__ import annotations

import os
import socket
from collections import Counter
from dataclasses import dataclass
from typing import Final

from cts_console.engine.simulated.prices import Symbol
from cts_console.sqlite import Connection, SqliteValue

LEASE_MS: Final = 30_000
"""For how long a lease holds without being renewed, milliseconds."""
_LOTS_IN_CASH: Final = 25_000
"""An account begins with the worth of so many orders."""

# A well-formed PHC string whose hash is 32 zero bytes: no password is known that gives it.
_NO_PASSWORD: Final = f"$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5IHNpZ25zIGluIGhlcmU${'A' * 43}"
_NEXT_NUMBER: Final = """
SELECT coalesce(max(CAST(substr(name, 11) AS INTEGER)), 0) + 1
FROM exchanges WHERE name GLOB 'simulated-[0-9]*'
"""
# An order that was never acknowledged gets the name that its exchange would have given it.
_RELEASE: Final = {
    "orders": """
        UPDATE orders SET status = 'cancelled', closed_at = :now, updated_at = :now,
            submitted_at = coalesce(submitted_at, :now),
            exchange_order_id = coalesce(exchange_order_id, 'x-' || client_order_id)
        WHERE connection_id = :connection AND closed_at IS NULL""",
    "indications": """
        UPDATE indications SET status = 'expired'
        WHERE connection_id = :connection AND status = 'active'""",
    "trade_engine_state": """
        UPDATE trade_engine_state SET status = 'stopped', stopped_at = :now, updated_at = :now
        WHERE connection_id = :connection""",
    "connection_coordination": """
        UPDATE connection_coordination SET status = 'idle', owner = NULL, lease_expires_at = NULL,
            current_operation = NULL, updated_at = :now
        WHERE connection_id = :connection""",
    "bot_instances": """
        UPDATE bot_instances SET status = 'stopped', stopped_at = :now, updated_at = :now
        WHERE id = :bot""",
    "exchange_connections": """
        UPDATE exchange_connections SET is_enabled = 0, is_active = 0, updated_at = :now
        WHERE id = :connection""",
    "trading_pairs": """
        UPDATE trading_pairs SET is_active = 0, updated_at = :now WHERE exchange_id = :exchange""",
}
_GOODBYE: Final = (
    "INSERT INTO site_logs (level, category, message, connection_id, created_at) "
    "VALUES ('info', 'engine', 'simulated engine stopped', :connection, :now)"
)
# What a good program does when it closes a database; within milliseconds, by the limit.
_OPTIMIZE: Final = "PRAGMA analysis_limit = 400; PRAGMA optimize(0x10012)"


@dataclass(frozen=True, slots=True)
class Venue:
    """The rows that are one engine's own, by their numbers."""

    number: int
    """Which simulated engine of this file it is, from 1."""
    exchange: int
    connection: int
    portfolio: int
    strategy: int
    preset: int
    bot: int
    pairs: tuple[int, ...]
    """Per symbol, in their order."""
    first_cash: float
    """The invented money to begin with, in the quote currency."""


def claim_venue(
    connection: Connection, symbols: tuple[Symbol, ...], now_ms: int, added: Counter[str]
) -> Venue:
    """Make a new venue and take the lease on it; `added` counts the rows.

    Runs inside the caller's write transaction, so that no two engines get the same number.
    """
    maker = _Maker(connection, now_ms, added)
    number = connection.read_int(_NEXT_NUMBER)
    name = f"Simulated {number}"
    user = maker.user()
    exchange = maker.row("exchanges", name=f"simulated-{number}", display_name=name, **maker.made)
    account = maker.row(
        "exchange_connections",
        user_id=user,
        exchange_id=exchange,
        name=name,
        api_type="spot",
        position_mode="oneway",
        is_enabled=1,
        is_active=1,
        last_test_at=now_ms,
        last_test_result="success",
        credential_ref=f"keyring:simulated-{number}",
        **maker.made,
    )
    quote, cash = symbols[0].quote, _LOTS_IN_CASH * symbols[0].lot
    portfolio = maker.row(
        "portfolios",
        user_id=user,
        name=name,
        base_currency=quote,
        initial_value=cash,
        total_value=cash,
        cash_value=cash,
        valued_at=now_ms,
        **maker.made,
    )
    owned = {"user_id": user, "name": name, "is_active": 1, **maker.made}
    strategy = maker.row("strategies", strategy_type="custom", **owned)
    preset = maker.row(
        "presets", strategy_id=strategy, preset_type="auto", indication_type="auto", **owned
    )
    bot = maker.row(
        "bot_instances",
        user_id=user,
        portfolio_id=portfolio,
        strategy_id=strategy,
        connection_id=account,
        name=name,
        status="running",
        started_at=now_ms,
        heartbeat_at=now_ms,
        **maker.made,
    )
    pairs = tuple(maker.pair(exchange, symbol) for symbol in symbols)
    maker.engine(account)
    return Venue(number, exchange, account, portfolio, strategy, preset, bot, pairs, cash)


def release_venue(
    connection: Connection, venue: Venue, now_ms: int
) -> tuple[Counter[str], Counter[str]]:
    """Cancel what is live, say that the engine stopped, give the lease back, keep statistics.

    Runs inside the caller's write transaction; returns the rows added and changed, by table.
    """
    names: dict[str, SqliteValue] = {
        "now": now_ms,
        "connection": venue.connection,
        "bot": venue.bot,
        "exchange": venue.exchange,
    }
    changed: Counter[str] = Counter()
    for table, sql in _RELEASE.items():
        count = connection.execute(sql, names)
        if count:
            changed[table] += count
    connection.execute(_GOODBYE, names)
    connection.execute(_OPTIMIZE)
    return Counter({"site_logs": 1}), changed


class _Maker:
    def __init__(self, connection: Connection, now_ms: int, added: Counter[str]) -> None:
        self._connection = connection
        self._now_ms = now_ms
        self._added = added
        self.made: dict[str, SqliteValue] = {"created_at": now_ms, "updated_at": now_ms}

    def row(self, table: str, **values: SqliteValue) -> int:
        places = ", ".join(f":{name}" for name in values)
        row = self._connection.read_rows(
            f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places}) RETURNING id", values
        )[0]
        self._added[table] += 1
        return row[0] if isinstance(row[0], int) else 0

    def user(self) -> int:
        known = self._connection.read_int("SELECT id FROM users WHERE username = 'simulator'")
        if known:
            return known
        return self.row(
            "users",
            username="simulator",
            email="simulator@example.invalid",
            password_hash=_NO_PASSWORD,
            display_name="Simulator",
            **self.made,
        )

    def pair(self, exchange: int, symbol: Symbol) -> int:
        step = 10.0**-symbol.amount_digits
        return self.row(
            "trading_pairs",
            exchange_id=exchange,
            symbol=f"{symbol.base}/{symbol.quote}",
            base_currency=symbol.base,
            quote_currency=symbol.quote,
            min_amount=step,
            price_tick=10.0**-symbol.digits,
            amount_step=step,
            **self.made,
        )

    def engine(self, account: int) -> None:
        now_ms = self._now_ms
        self.row(
            "trade_engine_state",
            connection_id=account,
            status="running",
            started_at=now_ms,
            last_realtime_run_at=now_ms,
            updated_at=now_ms,
        )
        self.row(
            "connection_coordination",
            connection_id=account,
            owner=f"{socket.gethostname()}:{os.getpid()}",
            lease_expires_at=now_ms + LEASE_MS,
            status="busy",
            current_operation="simulating",
            last_heartbeat_at=now_ms,
            updated_at=now_ms,
        )
        self.row(
            "site_logs",
            level="info",
            category="engine",
            message="simulated engine started",
            connection_id=account,
            created_at=now_ms,
        )
