"""Cases of GEN-02: words outside the vocabulary."""

from tests.audit.case import Case

_ORDERS = (
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, trading_pair_id INTEGER, amount REAL,"
    " filled REAL, side TEXT, status TEXT{check});"
)


def _legacy_order(number: int, status: str = "filled", side: str = "buy") -> str:
    return (
        "INSERT INTO orders (connection_id, exchange_order_id, symbol, side, type, amount, status)"
        f" VALUES (1, 'x{number}', 'BTCUSDT', '{side}', 'limit', 1, '{status}');"
    )


def _legacy_position(side: str, status: str = "open") -> str:
    return (
        "INSERT INTO strategies_real (symbol, side, entry_price, volume, status)"
        f" VALUES ('BTCUSDT', '{side}', 1, 1, '{status}');"
    )


DEFECT = (
    Case(
        "another spelling and a word of its own in a v3.1 file",
        _legacy_order(1, "canceled") + _legacy_order(2, "closed") + _legacy_order(3, "lost"),
        base="cts_legacy",
        objects=("orders.status",),
        confidence="likely",
        severity="error",
    ),
    Case(
        "capital letters",
        _legacy_order(1, side="BUY") + _legacy_order(2),
        base="cts_legacy",
        objects=("orders.side",),
    ),
    Case(
        "buy beside long",
        _legacy_position("buy") + _legacy_position("short"),
        base="cts_legacy",
        objects=("strategies_real.side",),
    ),
    Case(
        "the default of v3.1 that its code never used",
        "INSERT INTO pseudo_positions (symbol) VALUES ('BTCUSDT');",
        base="cts_legacy",
        objects=("pseudo_positions.status",),
    ),
    Case(
        "the present shape without its CHECK",
        _ORDERS.format(check="") + "INSERT INTO orders VALUES (1, 1, 1, 0, 'buy', 'canceled'),"
        " (2, 1, 1, 0, 'buy', 7), (3, 1, 1, 0, 'buy', x'00');",
        objects=("orders.status",),
        confidence="certain",
    ),
    Case(
        "a CHECK that lists nothing",
        _ORDERS.format(check=" CHECK (length(status) > 1)")
        + "INSERT INTO orders VALUES (1, 1, 1, 0, 'hold', 'open');",
        objects=("orders.side",),
    ),
)

NEAR_MISS = (
    Case(
        "every word known",
        _legacy_order(1) + _legacy_order(2, "partially_filled", "sell") + _legacy_position("long"),
        base="cts_legacy",
    ),
    Case(
        "v3.1 may have called long buy and open active",
        _legacy_position("buy", "active") + _legacy_position("sell", "closed"),
        base="cts_legacy",
    ),
    Case(
        "no word at all",
        "INSERT INTO strategies_real (symbol, status) VALUES ('BTCUSDT', NULL);",
        base="cts_legacy",
    ),
    Case(
        "a CHECK lists the words",
        "CREATE TABLE trades (id INTEGER PRIMARY KEY, order_id INTEGER, trading_pair_id INTEGER,"
        " price REAL, amount REAL, side TEXT CHECK (side IN ('buy', 'sell', 'gift')));"
        "INSERT INTO trades VALUES (1, 1, 1, 1, 1, 'gift');",
        status="not_applicable",
    ),
    Case("the CTS schema", base="cts", status="not_applicable"),
    Case(
        "freqtrade has words of its own",
        "INSERT INTO orders (ft_trade_id, ft_order_side, ft_pair, ft_is_open, order_id, status)"
        " VALUES (1, 'buy', 'BTC/USDT', 0, 'x', 'closed');",
        base="freqtrade",
        status="not_applicable",
    ),
    Case("hummingbot has words of its own", base="hummingbot", status="not_applicable"),
    Case(
        "a shop",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, status TEXT);"
        "INSERT INTO orders VALUES (1, 'shipped');",
        status="not_applicable",
    ),
)
