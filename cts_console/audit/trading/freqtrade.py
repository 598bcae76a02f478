"""freqtrade's own model (`freqtrade/persistence/trade_model.py`): a trade of it is a position."""

from __future__ import annotations

from typing import Final

from cts_console.audit.trading.source import Source, instant, made, same

_FREQTRADE_ORDERS: Final = {
    "id": same("id"),
    "position_id": same("ft_trade_id"),
    "trading_pair_id": same("ft_pair"),
    "exchange_order_id": same("order_id"),
    "side": made("lower(side)", "side"),
    "order_type": made("lower(order_type)", "order_type"),
    "price": same("price"),
    "average_price": same("average"),
    "amount": same("amount"),
    "filled": made("coalesce(filled, 0)", "filled"),
    "remaining": made(
        "coalesce(remaining, amount - coalesce(filled, 0))", "remaining", "filled", "amount"
    ),
    # ccxt's `closed` is filled, and on some venues cancelled in part.
    "status": made(
        "CASE lower(status) WHEN 'canceled' THEN 'cancelled' WHEN 'closed' THEN "
        "CASE WHEN coalesce(filled, 0) >= amount * 0.999999999 THEN 'filled' ELSE 'cancelled' END "
        "ELSE lower(status) END",
        "status",
        "filled",
        "amount",
    ),
    "created_at": instant("order_date"),
    "updated_at": made(
        "CAST(round(unixepoch(coalesce(order_update_date, order_filled_date, order_date), "
        "'subsec') * 1000) AS INTEGER)",
        "order_update_date",
        "order_filled_date",
        "order_date",
    ),
    # freqtrade keeps whether an order is over, and a time only where something was filled.
    "closed_at": made(
        "CASE ft_is_open WHEN 0 THEN CAST(round(unixepoch(coalesce(order_filled_date, "
        "order_update_date, order_date), 'subsec') * 1000) AS INTEGER) END",
        "ft_is_open",
        "order_filled_date",
        "order_update_date",
        "order_date",
    ),
}
_FREQTRADE_KEYS: Final = frozenset({"ft_trade_id", "ft_pair", "order_id", "amount"})
FREQTRADE: Final = (
    Source("orders", "orders", _FREQTRADE_KEYS, _FREQTRADE_ORDERS),
    Source(
        "executions",
        "orders",
        _FREQTRADE_KEYS | {"ft_is_open", "filled"},
        {
            "id": same("id"),
            "position_id": same("ft_trade_id"),
            "trading_pair_id": same("ft_pair"),
            "side": made("lower(side)", "side"),
            # freqtrade's own fallback where an exchange gives no average.
            "price": made("coalesce(average, price)", "average", "price"),
            "amount": same("filled"),
            "base_fee": made("coalesce(ft_fee_base, 0)", "ft_fee_base"),
            "ordered_at": instant("order_date"),
            "executed_at": made(
                "CAST(round(unixepoch(coalesce(order_filled_date, order_date), 'subsec') * 1000)"
                " AS INTEGER)",
                "order_filled_date",
                "order_date",
            ),
        },
        # freqtrade moves a position once an order is done with, not with each part of it.
        where="filled > 0 AND coalesce(ft_is_open, 0) = 0",
    ),
    Source(
        "positions",
        "trades",
        frozenset({"pair", "is_open", "open_rate", "stake_amount", "amount"}),
        {
            "id": same("id"),
            "connection_id": same("exchange"),
            "trading_pair_id": same("pair"),
            "side": made("CASE is_short WHEN 1 THEN 'short' ELSE 'long' END", "is_short"),
            "status": made("CASE is_open WHEN 1 THEN 'open' ELSE 'closed' END", "is_open"),
            "quantity": same("amount"),
            "entry_price": same("open_rate"),
            "exit_price": same("close_rate"),
            "leverage": made("coalesce(leverage, 1)", "leverage"),
            "stop_loss": made("nullif(stop_loss, 0)", "stop_loss"),
            "liquidation_price": same("liquidation_price"),
            "opened_at": instant("open_date"),
            "closed_at": instant("close_date"),
        },
    ),
)
