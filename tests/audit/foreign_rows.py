"""Rows of other programs' databases as SQL: each consistent, a case changes what it is about.

The order is the same everywhere: a limit order to buy 2 at 100, filled, of 2024-05-01 10:00 UTC.
`PLAIN` makes a file of another tool that uses our names for what it has: no types, no keys.
"""

from __future__ import annotations

from tests.audit.rows import Sql, row

MILLISECONDS = 1_714_557_600_000
"""2024-05-01 10:00:00 UTC."""
JUST_NOW = Sql("strftime('%Y-%m-%d %H:%M:%f', 'now')")
"""The moment at which the case is built, as text."""
PLAIN = (
    "CREATE TABLE orders (id, connection_id, trading_pair_id, side, amount, filled, status,"
    " created_at, closed_at, position_id, bot_id);"
    "CREATE TABLE trades (id, connection_id, order_id, trading_pair_id, exchange_trade_id, side,"
    " price, amount, cost, fee, fee_currency, is_maker, executed_at, recorded_at, position_id);"
)


def legacy_order(number: int = 1, **values: object) -> str:
    """Return an order of a CTS v3.1 file."""
    return row(
        "orders",
        **{
            "id": number,
            "connection_id": 1,
            "exchange_order_id": f"x{number}",
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


def freqtrade_order(number: int = 1, **values: object) -> str:
    """Return an order of a freqtrade file, in ccxt's words."""
    return row(
        "orders",
        **{
            "id": number,
            "ft_trade_id": 1,
            "ft_order_side": "buy",
            "ft_pair": "BTC/USDT",
            "ft_is_open": 0,
            "order_id": f"x{number}",
            "status": "closed",
            "symbol": "BTC/USDT",
            "order_type": "limit",
            "side": "buy",
            "price": 100.0,
            "average": 100.0,
            "amount": 2.0,
            "filled": 2.0,
            "remaining": 0.0,
            "cost": 200.0,
            "order_date": "2024-05-01 10:00:00.000000",
            "order_filled_date": "2024-05-01 10:00:30.000000",
            "order_update_date": "2024-05-01 10:01:00.000000",
        }
        | values,
    )


def freqtrade_position(number: int = 1, **values: object) -> str:
    """Return an open position of freqtrade: 2 BTC long at 100, opened on 2024-05-01."""
    return row(
        "trades",
        **{
            "id": number,
            "exchange": "binance",
            "pair": "BTC/USDT",
            "is_open": 1,
            "fee_open": 0.001,
            "fee_close": 0.001,
            "open_rate": 100.0,
            "stake_amount": 200.0,
            "amount": 2.0,
            "open_date": "2024-05-01 10:00:00.000000",
            "is_short": 0,
        }
        | values,
    )


def hummingbot_order(number: int = 1, **values: object) -> str:
    """Return an order of a hummingbot file; amounts and prices are integers times 10^6."""
    return row(
        "Order",
        **{
            "id": f"c{number}",
            "config_file_path": "pmm.yml",
            "strategy": "pmm",
            "market": "binance",
            "symbol": "BTC-USDT",
            "base_asset": "BTC",
            "quote_asset": "USDT",
            "creation_timestamp": MILLISECONDS,
            "order_type": "LIMIT",
            "amount": 2_000_000,
            "price": 100_000_000,
            "last_status": "BuyOrderCompleted",
            "last_update_timestamp": MILLISECONDS + 60_000,
            "exchange_order_id": f"x{number}",
        }
        | values,
    )


def hummingbot_fill(number: int = 1, **values: object) -> str:
    """Return the fill of `hummingbot_order(1)`."""
    return row(
        "TradeFill",
        **{
            "config_file_path": "pmm.yml",
            "strategy": "pmm",
            "market": "binance",
            "symbol": "BTC-USDT",
            "base_asset": "BTC",
            "quote_asset": "USDT",
            "timestamp": MILLISECONDS + 30_000,
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
