"""Cases of PF-01: a portfolio that is not worth cash and positions."""

from tests.audit.case import Case
from tests.audit.rows import AT, ago, literal, position

_FOUND = ("portfolios.total_value",)


def _worth(total: float, cash: float, valued_at: object = None) -> str:
    return (
        f"UPDATE portfolios SET total_value = {total}, cash_value = {cash},"
        f" valued_at = {literal(valued_at)} WHERE id = 1;"
    )


DEFECT = (
    Case("no positions", _worth(1000.0, 900.0), base="cts", objects=_FOUND),
    Case(
        "spot at its price",
        _worth(1000.0, 900.0) + position(current_price=110.0),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "a swap counts its profit alone",
        _worth(1200.0, 1000.0) + position(trading_pair_id=2, current_price=110.0),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "a short that lost",
        _worth(1020.0, 1000.0) + position(trading_pair_id=2, side="short", current_price=110.0),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "valued after the last change",
        _worth(1000.0, 500.0, ago(10)) + position(updated_at=ago(30)),
        base="cts",
        objects=_FOUND,
    ),
    Case(
        "one found, another not judged",
        _worth(1000.0, 900.0)
        + "INSERT INTO portfolios (id, user_id, name, base_currency, total_value, cash_value)"
        " VALUES (2, 1, 'euros', 'EUR', 7, 7);" + position(portfolio_id=2),
        base="cts",
        objects=_FOUND,
    ),
)

NEAR_MISS = (
    Case("cash", _worth(1000.0, 1000.0), base="cts"),
    Case("spot at its price", _worth(1120.0, 900.0) + position(current_price=110.0), base="cts"),
    Case("spot at its entry, no price", _worth(1100.0, 900.0) + position(), base="cts"),
    Case(
        "a swap counts its profit alone",
        _worth(1020.0, 1000.0) + position(trading_pair_id=2, current_price=110.0),
        base="cts",
    ),
    Case(
        "a short that lost, ten to a contract",
        "UPDATE trading_pairs SET contract_size = 10 WHERE id = 2;"
        + _worth(800.0, 1000.0)
        + position(trading_pair_id=2, side="short", current_price=110.0),
        base="cts",
    ),
    Case("half a percent", _worth(1104.0, 900.0) + position(), base="cts"),
    Case(
        "closed positions do not count",
        _worth(1000.0, 1000.0) + position(status="closed", closed_at=ago(9000)),
        base="cts",
    ),
    Case(
        "not active",
        _worth(1000.0, 900.0) + "UPDATE portfolios SET is_active = 0;",
        base="cts",
    ),
    Case(
        "another currency",
        _worth(1000.0, 900.0) + "UPDATE portfolios SET base_currency = 'EUR';" + position(),
        base="cts",
        status="not_checked",
    ),
    Case(
        "a pair that is not known",
        _worth(1000.0, 900.0) + position(trading_pair_id=9),
        base="cts",
        status="not_checked",
    ),
    Case(
        "a short on a spot pair",
        _worth(1000.0, 900.0) + position(side="short"),
        base="cts",
        status="not_checked",
    ),
    Case(
        "a position was opened after it was valued",
        _worth(1000.0, 1000.0, ago(3600)) + position(opened_at=ago(600)),
        base="cts",
        status="not_checked",
    ),
    Case(
        "a position was closed after it was valued",
        _worth(1000.0, 900.0, AT + 86_400_000) + position(status="closed", closed_at=ago(600)),
        base="cts",
        status="not_checked",
    ),
    Case("freqtrade", base="freqtrade", status="not_applicable"),
    Case("legacy", base="cts_legacy", status="not_applicable"),
)
