"""Trades that disagree with their order about side, pair or connection.

What it finds: a trade on another side, in another pair or on another connection than the order that
it belongs to.

Why a trader cares: a buy that is recorded as a sell moves the position the wrong way, by twice its
amount. In another pair it moves the wrong position.

What to do: look the trade up on the exchange by its id, and correct whichever of the two is wrong
with the program that owns the file.

Tolerance and false positives: capital letters do not count, nor do the signs in a symbol (BTC/USDT
and BTC-USDT are one pair). Where one of the two does not say, nothing is compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted


def _plain(column: str) -> str:
    """Return a pair's symbol without what each program writes in its own way."""
    for sign in "/-_:":
        column = f"replace({column}, '{sign}', '')"
    return f"upper({column})"


_SIDE: Final = "lower(t.side) <> lower(o.side)"
_PAIR: Final = (
    "(t.trading_pair_id <> o.trading_pair_id"
    f" AND {_plain('t.trading_pair_id')} <> {_plain('o.trading_pair_id')})"
)
_CONNECTION: Final = "t.connection_id <> o.connection_id"
_SQL: Final = f"""
    SELECT t.id, t.order_id,
           concat_ws(', ', CASE WHEN {_SIDE} THEN 'side' END, CASE WHEN {_PAIR} THEN 'pair' END,
                     CASE WHEN {_CONNECTION} THEN 'connection' END) AS differs_in,
           t.side, o.side AS side_of_order,
           t.trading_pair_id, o.trading_pair_id AS pair_of_order,
           t.connection_id, o.connection_id AS connection_of_order
    FROM trades AS t
    JOIN orders AS o ON o.id = t.order_id
    WHERE {_SIDE} OR {_PAIR} OR {_CONNECTION}
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such trades."""
    both = "side trading_pair_id connection_id"
    answer = ask(
        context,
        _SQL,
        {"trades": "id order_id", "orders": "id"},
        optional={"trades": both, "orders": both},
        key="trades",
    )
    if answer.total:
        trades = answer.table("trades")
        yield RULE.finding(
            object=f"{trades}.order_id",
            table=trades,
            cause="the trade differs from its order",
            title=(
                f"{counted(answer.total, 'trade')} on another side, pair or connection than the "
                "order"
            ),
            detail=(
                "What the trade says about itself is not what its order says. Positions made of "
                "trades and positions made of orders go different ways from here."
            ),
            recommendation=(
                "Look these trades up on the exchange and correct the trade or its order with the "
                "program that owns the file."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="TRD-04",
    title="Trade disagrees with its order",
    category="ledger",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
