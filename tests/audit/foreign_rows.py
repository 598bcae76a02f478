"""Rows of the files that are no CTS databases, as SQL: the legacy shape, hummingbot, and others.

`PLAIN` makes a file of another tool that uses our names for what it has: no types, no keys.
"""

from __future__ import annotations

from tests.audit.rows import row

PLAIN = (
    "CREATE TABLE orders (id, connection_id, trading_pair_id, side, amount, filled, status,"
    " created_at, closed_at, position_id, bot_id);"
    "CREATE TABLE trades (id, connection_id, order_id, trading_pair_id, exchange_trade_id, side,"
    " price, amount, cost, fee, fee_currency, is_maker, executed_at, recorded_at, position_id);"
)


def legacy_order(number: int = 1, **values: object) -> str:
    """Return an order of 2 BTC at 100, filled, of a CTS v3.1 file."""
    return row(
        "orders",
        **{
            "id": number,
            "connection_id": 1,
            "symbol": "BTCUSDT",
            "side": "buy",
            "type": "limit",
            "price": 100.0,
            "amount": 2.0,
            "filled": 2.0,
            "remaining": 0.0,
            "status": "filled",
            "created_at": "2024-05-01 10:00:00",
            "updated_at": "2024-05-01 10:01:00",
        }
        | values,
    )


def legacy_trade(number: int = 1, **values: object) -> str:
    """Return the trade that fills `legacy_order(1)`."""
    return row(
        "trades",
        **{
            "id": number,
            "connection_id": 1,
            "order_id": 1,
            "exchange_trade_id": f"t{number}",
            "symbol": "BTCUSDT",
            "side": "buy",
            "price": 100.0,
            "amount": 2.0,
            "fee": 0.2,
            "fee_currency": "USDT",
            "executed_at": "2024-05-01 10:00:30",
        }
        | values,
    )


def hummingbot_order(number: int = 1, **values: object) -> str:
    """Return an order of 2 BTC at 100, completed, of a hummingbot file."""
    return row(
        "Order",
        **{
            "id": f"c{number}",
            "config_file_path": "x",
            "strategy": "pure_market_making",
            "market": "binance",
            "symbol": "BTC-USDT",
            "base_asset": "BTC",
            "quote_asset": "USDT",
            "creation_timestamp": 1_714_557_600_000,
            "order_type": "LIMIT",
            "amount": 2_000_000,
            "price": 100_000_000,
            "last_status": "BuyOrderCompleted",
            "last_update_timestamp": 1_714_557_660_000,
        }
        | values,
    )


def hummingbot_fill(number: int = 1, **values: object) -> str:
    """Return the fill of `hummingbot_order(1)`: 2 BTC at 100, fee 0.2 USDT."""
    return row(
        "TradeFill",
        **{
            "config_file_path": "x",
            "strategy": "pure_market_making",
            "market": "binance",
            "symbol": "BTC-USDT",
            "base_asset": "BTC",
            "quote_asset": "USDT",
            "timestamp": 1_714_557_630_000,
            "order_id": "c1",
            "trade_type": "BUY",
            "order_type": "LIMIT",
            "price": 100_000_000,
            "amount": 2_000_000,
            "trade_fee": "{}",
            "trade_fee_in_quote": 200_000,
            "exchange_trade_id": f"t{number}",
        }
        | values,
    )
