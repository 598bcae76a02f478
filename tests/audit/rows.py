"""Rows of a CTS database as SQL: each complete and consistent, a case changes what it is about.

`SEED` holds the rows that the others refer to: user 1, connection 1 (spot, enabled, live, tested),
pair 1 (BTC/USDT, spot; tick 0.01, step 0.001, least amount 0.001) and pair 2 (ETH/USDT, swap),
portfolio 1, strategy 1 (active), bot 1. Times are SQL: `ago(60)` is a minute before the case is
built; `AT` is a fixed instant of the past.
"""

from __future__ import annotations


class Sql(str):
    """A value that is an expression already."""

    __slots__ = ()


AT = 1_700_000_000_000
"""2023-11-14 22:13:20 UTC, a whole number of 5-minute slots away from nothing special."""
MIDNIGHT = 1_699_920_000_000
"""2023-11-14 00:00:00 UTC, a Tuesday: on the grid of every timeframe up to a day."""
NOW = Sql("CAST(unixepoch('subsec') * 1000 AS INTEGER)")
"""The moment at which the case is built, milliseconds."""


def ago(seconds: float) -> Sql:
    """Return the instant so many seconds before the case is built."""
    return Sql(f"({NOW} - {round(seconds * 1000)})")


def ahead(seconds: float) -> Sql:
    """Return the instant so many seconds after the case is built."""
    return Sql(f"({NOW} + {round(seconds * 1000)})")


def row(table: str, **values: object) -> str:
    """Return an INSERT of one row."""
    names = ", ".join(f'"{name}"' for name in values)
    listed = ", ".join(literal(value) for value in values.values())
    return f'INSERT INTO "{table}" ({names}) VALUES ({listed});'


def literal(value: object) -> str:
    """Return a value as SQL."""
    if isinstance(value, Sql):
        return str(value)
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    text = str(value).replace("'", "''")
    return f"'{text}'"


def order(number: int = 1, **values: object) -> str:
    """Return an order of 2 BTC at 100, filled, an hour old; change what the case is about."""
    return row(
        "orders",
        **{
            "id": number,
            "connection_id": 1,
            "portfolio_id": 1,
            "trading_pair_id": 1,
            "client_order_id": f"c{number}",
            "exchange_order_id": f"x{number}",
            "side": "buy",
            "order_type": "limit",
            "price": 100.0,
            "amount": 2.0,
            "filled": 2.0,
            "remaining": 0.0,
            "average_price": 100.0,
            "fee_total": 0.2,
            "status": "filled",
            "created_at": ago(3600),
            "submitted_at": ago(3600),
            "updated_at": ago(3500),
            "closed_at": ago(3500),
        }
        | values,
    )


def trade(number: int = 1, **values: object) -> str:
    """Return the execution that fills `order(1)`: 2 BTC at 100, fee 0.2 USDT."""
    return row(
        "trades",
        **{
            "id": number,
            "connection_id": 1,
            "order_id": 1,
            "trading_pair_id": 1,
            "exchange_trade_id": f"t{number}",
            "side": "buy",
            "price": 100.0,
            "amount": 2.0,
            "cost": 200.0,
            "fee": 0.2,
            "fee_currency": "USDT",
            "is_maker": 0,
            "executed_at": ago(3550),
            "recorded_at": ago(3549),
        }
        | values,
    )


def position(number: int = 1, **values: object) -> str:
    """Return an open long position of 2 BTC at 100, opened an hour ago."""
    return row(
        "positions",
        **{
            "id": number,
            "portfolio_id": 1,
            "connection_id": 1,
            "trading_pair_id": 1,
            "strategy_id": 1,
            "side": "long",
            "status": "open",
            "quantity": 2.0,
            "entry_price": 100.0,
            "opened_at": ago(3560),
            "updated_at": ago(30),
        }
        | values,
    )


def exchange_position(number: int = 1, **values: object) -> str:
    """Return what the exchange says just now: 2 long of the swap, pair 2."""
    return row(
        "exchange_positions",
        **{
            "id": number,
            "connection_id": 1,
            "trading_pair_id": 2,
            "exchange_position_id": f"e{number}",
            "side": "long",
            "quantity": 2.0,
            "entry_price": 100.0,
            "sync_status": "synced",
            "synced_at": ago(5),
            "updated_at": ago(5),
        }
        | values,
    )


def metric(number: int = 1, **values: object) -> str:
    """Return the metrics of one day of the portfolio, computed when it was over."""
    return row(
        "performance_metrics",
        **{
            "id": number,
            "portfolio_id": 1,
            "period": "daily",
            "period_start": MIDNIGHT,
            "total_trades": 0,
            "calculated_at": MIDNIGHT + 86_400_000,
        }
        | values,
    )


def risk_limit(number: int = 1, **values: object) -> str:
    """Return an active limit of the whole portfolio: 3 positions, leverage 5, 100 a day, 10 %."""
    return row(
        "risk_limits",
        **{
            "id": number,
            "portfolio_id": 1,
            "max_daily_loss": 100.0,
            "max_drawdown_percent": 10.0,
            "max_leverage": 5.0,
            "max_open_positions": 3,
            "is_active": 1,
            "created_at": AT,
            "updated_at": AT,
        }
        | values,
    )


def candle(number: int, open_time: object, close: float = 100.0, **values: object) -> str:
    """Return a candle of pair 1, one minute, that opens and closes at `close`."""
    return row(
        "market_data",
        **{
            "id": number,
            "trading_pair_id": 1,
            "timeframe": "1m",
            "open_time": open_time,
            "open": close,
            "high": close,
            "low": close,
            "close": close,
            "volume": 1.0,
            "received_at": Sql(f"{literal(open_time)} + 60000"),
        }
        | values,
    )


def candles(
    count: int,
    start_ms: int = MIDNIGHT,
    *,
    first: int = 1,
    step_s: int = 60,
    volume: float | None = None,
    **values: object,
) -> str:
    """Return candles at 100, one step after the other, numbered from `first`.

    Where `volume` is None, no two neighbours have the same.
    """
    return "".join(
        candle(
            first + n,
            start_ms + n * step_s * 1000,
            100.0,
            **{"volume": 1.0 + n % 7 if volume is None else volume} | values,
        )
        for n in range(count)
    )


def connection(number: int = 2, **values: object) -> str:
    """Return a further connection: enabled, active, live, tested a minute ago."""
    return row(
        "exchange_connections",
        **{
            "id": number,
            "user_id": 1,
            "exchange_id": 1,
            "name": f"connection {number}",
            "is_enabled": 1,
            "is_active": 1,
            "is_live_trade": 1,
            "is_testnet": 0,
            "last_test_at": ago(60),
            "last_test_result": "success",
            "max_leverage": 10.0,
            "created_at": ago(864_000),
            "updated_at": ago(864_000),
        }
        | values,
    )


SEED = "".join(
    (
        row(
            "users",
            id=1,
            username="trader",
            password_hash="$argon2id$v=19$x",
            created_at=AT,
            updated_at=AT,
        ),
        connection(1, name="main"),
        # The pairs of the migrations go: a case is about its own.
        "DELETE FROM trading_pairs;",
        row(
            "trading_pairs",
            id=1,
            exchange_id=1,
            symbol="BTC/USDT",
            base_currency="BTC",
            quote_currency="USDT",
            market_type="spot",
            min_amount=0.001,
            price_tick=0.01,
            amount_step=0.001,
            min_cost=5.0,
            contract_size=1.0,
            created_at=AT,
            updated_at=AT,
        ),
        row(
            "trading_pairs",
            id=2,
            exchange_id=1,
            symbol="ETH/USDT",
            base_currency="ETH",
            quote_currency="USDT",
            market_type="swap",
            min_amount=0.01,
            price_tick=0.01,
            amount_step=0.01,
            min_cost=5.0,
            contract_size=1.0,
            created_at=AT,
            updated_at=AT,
        ),
        row(
            "portfolios",
            id=1,
            user_id=1,
            name="main",
            base_currency="USDT",
            created_at=AT,
            updated_at=AT,
        ),
        row(
            "strategies",
            id=1,
            user_id=1,
            name="s",
            strategy_type="base",
            is_active=1,
            created_at=AT,
            updated_at=AT,
        ),
        row(
            "bot_instances",
            id=1,
            user_id=1,
            portfolio_id=1,
            strategy_id=1,
            connection_id=1,
            name="b",
            created_at=AT,
            updated_at=AT,
        ),
    )
)
