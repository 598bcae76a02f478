"""Open positions whose unrealised profit is not what price and size come to.

What it finds: an open position whose `unrealized_pnl` is not current price less entry price, times
size and contract size (for a short position the other way round).

Why a trader cares: the portfolio's value, the drawdown and the risk limits are computed from it.

What to do: find out which program writes the number, and when. It may be left over from an older
price, or computed with another entry price or without the contract size.

Tolerance and false positives: 0.01 of the quote currency and 1e-3 of the profit, because both move
with every tick. A profit after the fees that were paid is accepted as well. Contracts that are
settled in the base currency are not judged. In files of other shapes the finding is "likely": what
their profit means is not written down there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask_sorted, counted, raise_left_out
from cts_console.audit.trading.terms import INVERSE, SIGN

_SQL: Final = f"""
    SELECT id, side, quantity, entry_price, current_price, unrealized_pnl, recomputed,
        CASE WHEN inverse THEN 'inverse' ELSE 'found' END AS verdict
    FROM (
        SELECT p.id, p.side, p.quantity, p.entry_price, p.current_price, p.unrealized_pnl,
            coalesce(p.fees_paid, 0) AS fees_paid, {INVERSE} AS inverse,
            {SIGN} * (p.current_price - p.entry_price) * p.quantity * coalesce(c.contract_size, 1)
                AS recomputed
        FROM positions AS p LEFT JOIN trading_pairs AS c ON c.id = p.trading_pair_id
        WHERE p.status = 'open'
    )
    WHERE min(abs(unrealized_pnl - recomputed), abs(unrealized_pnl - recomputed + fees_paid))
        > 0.01 + 1e-3 * abs(recomputed)
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for all such positions."""
    answers = ask_sorted(
        context,
        _SQL,
        {
            "positions": "id trading_pair_id side status quantity entry_price current_price "
            "unrealized_pnl"
        },
        optional={
            "positions": "fees_paid",
            "trading_pairs": "id symbol base_currency quote_currency market_type contract_size",
        },
        key="positions",
    )
    if "found" in answers:
        answer = answers["found"]
        yield RULE.finding(
            object=answer.place("positions", "unrealized_pnl"),
            table=answer.table("positions"),
            cause="not what price and size come to",
            title=f"{counted(answer.total, 'open position')} with another unrealised profit",
            detail=(
                "The unrealised profit that is kept is not what price, entry price and size of "
                "the same row come to. Value and drawdown of the portfolio are off by as much."
            ),
            recommendation="Find out which program writes it, from which price, and when.",
            evidence=answer.evidence,
            sql=answer.sql,
            confidence="likely" if answer.bound["positions"].is_translated else "certain",
        )
    reason = "the contract is settled in the base currency"
    raise_left_out(answers, {"inverse": reason}, "open position")


RULE = Rule(
    id="POS-11",
    title="Unrealised profit is not what price and size come to",
    category="ledger",
    severity="info",
    profile="standard",
    needs=Needs(),
    check=check,
)
