"""Cases of TRD-01: trades without an order."""

from tests.audit.case import Case
from tests.audit.foreign_rows import PLAIN, legacy_order, legacy_trade
from tests.audit.rows import row

_KEY = (
    "CREATE TABLE orders ({parent}, trading_pair_id, amount, filled, status);"
    "CREATE TABLE trades (id INTEGER PRIMARY KEY, order_id REFERENCES orders (id),"
    " trading_pair_id, price, amount);"
)


def _trade(number: int = 1, **values: object) -> str:
    return row(
        "trades",
        **{"id": number, "order_id": 1, "trading_pair_id": 1, "price": 100.0, "amount": 2.0}
        | values,
    )


def _order(number: int = 1) -> str:
    return row("orders", id=number, trading_pair_id=1, amount=2.0, filled=2.0, status="filled")


DEFECT = (
    Case(
        "no foreign key",
        PLAIN + _order() + _trade() + _trade(2, order_id=2),
        objects=("trades.order_id",),
        severity="critical",
    ),
    Case(
        "a foreign key that SQLite cannot check",
        _KEY.format(parent="id INTEGER") + _order() + _trade(order_id=7),
        objects=("trades.order_id",),
        severity="critical",
    ),
    Case(
        "an order that was deleted: ON DELETE SET NULL",
        legacy_trade(order_id=None),
        base="cts_legacy",
        objects=("trades.order_id",),
        severity="warning",
    ),
    Case(
        "no order is named, no foreign key",
        PLAIN + _order() + _trade() + _trade(2, order_id=None),
        objects=("trades.order_id",),
        severity="warning",
    ),
    Case(
        "both",
        PLAIN + _trade() + _trade(2, order_id=None),
        objects=("trades.order_id", "trades.order_id"),
    ),
)

NEAR_MISS = (
    Case("each has its order", PLAIN + _order() + _trade() + _trade(2)),
    Case("numbers that are text", PLAIN + _order() + _trade(order_id=1.0)),
    Case(
        "a foreign key, which INT-02 answers",
        _KEY.format(parent="id INTEGER PRIMARY KEY") + _trade(order_id=7),
        status="not_applicable",
    ),
    Case(
        "a foreign key to a UNIQUE column",
        _KEY.format(parent="id INTEGER UNIQUE") + _trade(order_id=7),
        status="not_applicable",
    ),
    Case(
        "the legacy shape",
        legacy_order() + legacy_trade(),
        base="cts_legacy",
        status="not_applicable",
    ),
    Case("a CTS file", base="cts", status="not_applicable"),
    Case("no trades apart from the orders", base="freqtrade", status="not_applicable"),
    Case("hummingbot declares the key", base="hummingbot", status="not_applicable"),
)
