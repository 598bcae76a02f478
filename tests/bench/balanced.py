"""A CTS database whose bytes lie in many tables, about as much in each, with a ledger that holds.

`python -m tests.bench.balanced FILE [MEGABYTES]` makes one. Everything is computed from row
numbers, so that two files of the same size hold the same rows.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from cts_console.sqlite import Connection, open_database, transaction
from cts_console.startup import run_startup

_AT: Final = 1_700_000_000_000
_PAIRS: Final = 50
# Rows per MB of the whole file, found by trial; one order in two closes a position.
_ORDERS_PER_MB: Final = 415

_SEED: Final = f"""
    INSERT INTO users (id, username, password_hash) VALUES (1, 'bench', '$argon2id$v=19$x');
    INSERT INTO exchange_connections (id, user_id, exchange_id, name) VALUES (1, 1, 1, 'bench');
    INSERT INTO portfolios (id, user_id, name) VALUES (1, 1, 'bench');
    DELETE FROM trading_pairs;
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {_PAIRS})
    INSERT INTO trading_pairs (id, exchange_id, symbol, base_currency, quote_currency)
    SELECT i, 1, 'C' || i || '/USDT', 'C' || i, 'USDT' FROM n;
"""
_FILL: Final = """
    CREATE TEMP TABLE n (i INTEGER PRIMARY KEY);
    WITH RECURSIVE r (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM r WHERE i < {orders} - 1)
    INSERT INTO n SELECT i FROM r;
    INSERT INTO positions (id, portfolio_id, connection_id, trading_pair_id, side, status,
        quantity, entry_price, exit_price, realized_pnl, fees_paid, opened_at, closed_at,
        updated_at)
    SELECT i / 2 + 1, 1, 1, i / 2 % {pairs} + 1, 'long', 'closed', 0, 100, 101, 0.799, 0.201,
        {at} + i * 1000, {at} + i * 1000 + 1600, {at} + i * 1000 + 1600 FROM n WHERE i % 2 = 0;
    INSERT INTO orders (id, connection_id, portfolio_id, trading_pair_id, position_id,
        client_order_id, exchange_order_id, side, order_type, price, amount, filled, remaining,
        average_price, fee_total, status, created_at, updated_at, submitted_at, closed_at)
    SELECT i + 1, 1, 1, i / 2 % {pairs} + 1, i / 2 + 1, 'client-' || i, 'exchange-' || i,
        iif(i % 2, 'sell', 'buy'), 'limit', 100 + i % 2, 1, 1, 0, 100 + i % 2,
        (100 + i % 2) * 0.001, 'filled', {at} + i * 1000, {at} + i * 1000 + 600,
        {at} + i * 1000, {at} + i * 1000 + 600 FROM n;
    INSERT INTO trades (id, connection_id, order_id, trading_pair_id, exchange_trade_id, side,
        price, amount, cost, fee, fee_currency, executed_at, recorded_at, position_id)
    SELECT 2 * i + h + 1, 1, i + 1, i / 2 % {pairs} + 1, 'trade-' || i || '-' || h,
        iif(i % 2, 'sell', 'buy'), 100 + i % 2, 0.5, (100 + i % 2) * 0.5,
        (100 + i % 2) * 0.0005, 'USDT', {at} + i * 1000 + 200 + h, {at} + i * 1000 + 240,
        i / 2 + 1 FROM n, (SELECT 0 AS h UNION ALL SELECT 1);
    INSERT INTO market_data (trading_pair_id, timeframe, open_time, open, high, low, close, volume,
        received_at)
    SELECT i % {pairs} + 1, '1m', {at} / 60000 * 60000 + (3 * (i / {pairs}) + h) * 60000,
        100 + i % 7, 108, 99, 100 + i % 5, 1 + i % 3,
        {at} / 60000 * 60000 + (3 * (i / {pairs}) + h + 1) * 60000
        FROM n, (SELECT 0 AS h UNION ALL SELECT 1 UNION ALL SELECT 2);
    INSERT INTO archived_market_data (trading_pair_id, timeframe, open_time, open, high, low,
        close, volume)
    SELECT i % {pairs} + 1, '1m', {at} / 60000 * 60000 - (2 * (i / {pairs}) + h + 1) * 60000,
        100, 108, 99, 101, 1 FROM n, (SELECT 0 AS h UNION ALL SELECT 1);
    INSERT INTO indications (connection_id, trading_pair_id, indication_type, timeframe, direction,
        value, status, metadata, calculated_at)
    SELECT 1, i % {pairs} + 1, 'move', '5m', 'long', i % 11, 'consumed', '{{"window": 48}}',
        {at} + i * 700 + h FROM n, (SELECT 0 AS h UNION ALL SELECT 1);
    INSERT INTO pseudo_positions (connection_id, trading_pair_id, side, entry_price, quantity,
        status, opened_at, closed_at, updated_at)
    SELECT 1, i % {pairs} + 1, 'long', 100, 1, 'closed', {at} + i, {at} + i + 1000,
        {at} + i + 1000 FROM n;
    INSERT INTO site_logs (level, category, message, connection_id, created_at)
    SELECT 'info', 'engine', 'cycle ' || i || ' took ' || (i % 90) || ' ms over 50 symbols', 1,
        {at} + i * 1000 FROM n;
    INSERT INTO trade_logs (connection_id, order_id, event_type, message, created_at)
    SELECT 1, i + 1, 'order_filled', 'order ' || i || ' filled', {at} + i * 1000 + 600 FROM n;
    INSERT INTO audit_logs (user_id, action, entity_type, entity_id, created_at)
    SELECT 1, 'order.place', 'order', i + 1, {at} + i * 1000 FROM n WHERE i % 2 = 0;
    DROP TABLE n;
"""


def make_balanced(path: Path, megabytes: int = 1_000) -> None:
    """Make the database at `path`, which must not exist, with about so many MB."""
    result = run_startup(path)
    assert result.ok, result
    with open_database(path, "read_write") as connection:
        connection.execute("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000")
        with transaction(connection):
            connection.execute(_SEED)
            fill = _FILL.format(at=_AT, pairs=_PAIRS, orders=megabytes * _ORDERS_PER_MB)
            connection.execute(fill)
        _settle(connection)


def _settle(connection: Connection) -> None:
    connection.execute("PRAGMA analysis_limit = 400; ANALYZE")
    connection.read_rows("PRAGMA wal_checkpoint(TRUNCATE)")


if __name__ == "__main__":
    make_balanced(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000)
