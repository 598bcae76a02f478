"""Cases of POS-03: a realised profit that is not what the trades made."""

from tests.audit.case import Case
from tests.audit.rows import ago, order, position, trade

_FOUND = ("positions.realized_pnl",)


def _closed(number: int = 1, **values: object) -> str:
    """Return a closed long, bought at 100 and sold at 110, and its trades; 20 before fees of 1."""
    fills = {key: values.pop(key) for key in ("fee_currency", "amount") if key in values}
    pair = {"trading_pair_id": values.get("trading_pair_id", 1), "position_id": number}
    buy, sell = ("sell", "buy") if values.get("side") == "short" else ("buy", "sell")
    return (
        position(
            number,
            **{
                "status": "closed",
                "closed_at": ago(3000),
                "realized_pnl": 19.0,
                "fees_paid": 1.0,
            }
            | values,
        )
        + trade(2 * number, side=buy, price=100.0, fee=0.5, **pair, **fills)
        + trade(2 * number + 1, side=sell, price=110.0, fee=0.5, executed_at=ago(3000), **pair)
    )


_GROSS = "".join(_closed(number, realized_pnl=20.0) for number in (2, 3))

DEFECT = (
    Case("too much", _closed(realized_pnl=25.0), base="cts", objects=_FOUND),
    Case("the wrong sign", _closed(realized_pnl=-19.0), base="cts", objects=_FOUND),
    Case(
        "a short with the sign of a long",
        _closed(side="short", realized_pnl=19.0),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "after fees where the others are before them",
        _closed() + _GROSS,
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "without the contract size",
        "UPDATE trading_pairs SET contract_size = 10 WHERE id = 2;" + _closed(trading_pair_id=2),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "one found, another left out",
        _closed(realized_pnl=25.0) + _closed(2, fee_currency="BNB"),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "more than a cent and a ten-thousandth",
        _closed(realized_pnl=19.02),
        base="cts",
        objects=_FOUND,
    ),
)

NEAR_MISS = (
    Case("after fees", _closed(), base="cts"),
    Case("before fees", _closed(realized_pnl=20.0), base="cts"),
    Case("after funding", _closed(realized_pnl=16.0, funding_paid=3.0), base="cts"),
    Case("before funding", _closed(realized_pnl=19.0, funding_paid=3.0), base="cts"),
    Case("a short", _closed(side="short", realized_pnl=-21.0), base="cts"),
    Case(
        "another connection has its own way",
        _closed() + _closed(2, realized_pnl=20.0, connection_id=2),
        base="cts",
    ),
    Case(
        "the contract size",
        "UPDATE trading_pairs SET contract_size = 10 WHERE id = 2;"
        + _closed(trading_pair_id=2, realized_pnl=199.0),
        base="cts",
    ),
    Case("within a cent", _closed(realized_pnl=19.009), base="cts"),
    Case(
        "fees in another currency",
        _closed(realized_pnl=25.0, fee_currency="BNB"),
        base="cts",
        status="not_checked",
    ),
    Case(
        "settled in the base currency",
        "UPDATE trading_pairs SET symbol = 'BTC/USD:BTC', base_currency = 'BTC',"
        " quote_currency = 'USD' WHERE id = 2;"
        + _closed(trading_pair_id=2, realized_pnl=0.1, fee_currency="BTC"),
        base="cts",
        status="not_checked",
    ),
    Case(
        "a rest is left",
        _closed(realized_pnl=25.0, amount=2.5),
        base="cts",
        status="not_checked",
    ),
    Case(
        "a pair that is not known",
        _closed(realized_pnl=25.0, trading_pair_id=9),
        base="cts",
        status="not_checked",
    ),
    Case(
        "opened before trades were recorded",
        _closed(realized_pnl=25.0, opened_at=ago(9000)),
        base="cts",
        status="not_checked",
    ),
    Case(
        "a trade of its order is not linked",
        _closed(realized_pnl=25.0) + order(position_id=1) + trade(99),
        base="cts",
        status="not_checked",
    ),
    Case("closed in this minute", _closed(realized_pnl=25.0, closed_at=ago(5)), base="cts"),
    Case("open", position(realized_pnl=7.0) + trade(position_id=1), base="cts"),
    Case("no trade at all", position(status="closed", closed_at=ago(9)), base="cts"),
    Case("freqtrade keeps fees as rates", base="freqtrade", status="not_checked"),
    Case("legacy", base="cts_legacy", status="not_applicable"),
)
