"""hummingbot's own model (`hummingbot/model/*.py`): decimals are integers times 10^6."""

from __future__ import annotations

from typing import Final

from cts_console.audit.trading.source import Source, made, same, scaled

_HUMMINGBOT_STATUS: Final = made(
    "CASE last_status WHEN 'OrderCancelled' THEN 'cancelled' WHEN 'OrderExpired' THEN 'expired' "
    "WHEN 'OrderFailure' THEN 'rejected' WHEN 'BuyOrderCompleted' THEN 'filled' "
    "WHEN 'SellOrderCompleted' THEN 'filled' WHEN 'OrderFilled' THEN 'partially_filled' "
    "WHEN 'BuyOrderCreated' THEN 'open' WHEN 'SellOrderCreated' THEN 'open' "
    "ELSE lower(last_status) END",
    "last_status",
)
_HUMMINGBOT_FILL_KEYS: Final = frozenset({"market", "order_id", "exchange_trade_id", "trade_type"})
_HUMMINGBOT_FILLS: Final = {
    "id": made("rowid"),
    "connection_id": same("market"),
    "order_id": same("order_id"),
    "trading_pair_id": made("market || ':' || symbol", "market", "symbol"),
    "exchange_trade_id": same("exchange_trade_id"),
    "side": made("lower(trade_type)", "trade_type"),
    "price": scaled("price"),
    "amount": scaled("amount"),
    # What was paid is kept as JSON; this is its value in the quote currency.
    "fee": scaled("trade_fee_in_quote"),
    "fee_currency": same("quote_asset"),
    "executed_at": same("timestamp"),
}
HUMMINGBOT: Final = (
    Source(
        "orders",
        "Order",
        frozenset({"market", "last_status", "amount", "creation_timestamp"}),
        {
            "id": same("id"),
            "connection_id": same("market"),
            "trading_pair_id": made("market || ':' || symbol", "market", "symbol"),
            "exchange_order_id": same("exchange_order_id"),
            # `LIMIT_MAKER` is a limit order that must not take.
            "order_type": made("replace(lower(order_type), 'limit_maker', 'limit')", "order_type"),
            # A market order has no price: it is kept as 0.
            "price": made(f"nullif({scaled('price').sql}, 0)", "price"),
            "amount": scaled("amount"),
            "status": _HUMMINGBOT_STATUS,
            "created_at": same("creation_timestamp"),
            "updated_at": same("last_update_timestamp"),
        },
        grain=1e-6,
    ),
    Source("trades", "TradeFill", _HUMMINGBOT_FILL_KEYS, _HUMMINGBOT_FILLS, grain=1e-6),
)
