"""Portfolios whose value is not cash and positions.

What it finds: an active portfolio whose `total_value` is not its cash plus what its open positions
are worth: the full value of a spot position, the unrealised profit of a derivative.

Why a trader cares: position sizes and loss limits are shares of this value.

What to do: value the portfolio again. If the difference stays, look for cash movements that were
not booked and for positions that are missing (POS-12, POS-13).

Tolerance and false positives: 0.01 and 0.5 % of the value, because prices and value are not of the
same moment. Not judged, and said so, are portfolios with an open position in another quote currency
than their own or settled in its base currency, because that needs a rate; with an open short on a
spot pair, because it is a convention whether its proceeds are cash; and those whose positions
changed after they were valued.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask_sorted, counted, raise_left_out
from cts_console.audit.trading.terms import INVERSE, SIGN

_SQL: Final = f"""
    SELECT id, total_value, cash_value, held, total_value - cash_value - held AS difference,
        valued_at, verdict
    FROM (
        SELECT *, CASE WHEN needs_rate THEN 'needs a rate' WHEN spot_short THEN 'spot short'
            WHEN abs(total_value - cash_value - held) <= 0.01 + 0.005 * abs(cash_value + held)
                THEN 'fits'
            WHEN coalesce(changed_at > valued_at, 0) THEN 'changed since'
            ELSE 'found' END AS verdict
        FROM (
            SELECT f.id, f.total_value, f.cash_value, f.valued_at,
                total(CASE WHEN p.status = 'open' THEN coalesce(c.contract_size, 1) * p.quantity
                    * (({SIGN}) * (coalesce(p.current_price, p.entry_price) - p.entry_price)
                        + CASE c.market_type WHEN 'spot' THEN p.entry_price ELSE 0 END) END)
                    AS held,
                coalesce(max(p.status = 'open' AND ({INVERSE}
                    OR coalesce(upper(c.quote_currency) <> upper(f.base_currency), 1))), 0)
                    AS needs_rate,
                coalesce(max(p.status = 'open' AND p.side = 'short' AND c.market_type = 'spot'), 0)
                    AS spot_short,
                max(CASE p.status WHEN 'open' THEN max(p.opened_at, p.updated_at - 300000)
                    ELSE p.closed_at END) AS changed_at
            FROM portfolios AS f
            LEFT JOIN positions AS p ON p.portfolio_id = f.id
            LEFT JOIN trading_pairs AS c ON c.id = p.trading_pair_id
            WHERE f.is_active = 1
            GROUP BY f.id
        )
    )
    WHERE verdict <> 'fits'
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such portfolios."""
    answers = ask_sorted(
        context,
        _SQL,
        {
            "portfolios": "id base_currency total_value cash_value is_active",
            "positions": "portfolio_id trading_pair_id side status quantity entry_price",
        },
        optional={
            "portfolios": "valued_at",
            "positions": "current_price opened_at closed_at updated_at",
            "trading_pairs": "id symbol base_currency quote_currency market_type contract_size",
        },
        key="portfolios",
    )
    if "found" in answers:
        answer = answers["found"]
        yield RULE.finding(
            object=answer.place("portfolios", "total_value"),
            table=answer.table("portfolios"),
            cause="not cash and positions",
            title=f"{counted(answer.total, 'portfolio')} not worth cash and positions",
            detail=(
                "The value that is kept is not the cash plus what the open positions are worth. "
                "Position sizes, drawdown and loss limits are counted from it."
            ),
            recommendation=(
                "Value these portfolios again. If the difference stays, look for deposits, "
                "withdrawals or positions that were not booked."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )
    reasons = {
        "needs a rate": "a position is in another currency or its pair is not known",
        "spot short": "it holds a short on a spot pair",
        "changed since": "its positions changed after it was valued",
    }
    raise_left_out(answers, reasons, "portfolio")


RULE = Rule(
    id="PF-01",
    title="Portfolio value is not cash and positions",
    category="ledger",
    severity="error",
    profile="standard",
    needs=Needs(),
    check=check,
)
