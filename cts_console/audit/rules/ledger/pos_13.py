"""Positions that only one side knows.

What it finds: a position that is open here but that the exchange does not report, and one that the
exchange reports but that is not open here.

Why a trader cares: the first was closed without the engine, by hand or by liquidation, and keeps a
slot and a pair occupied; its exit orders open something new. The second has no stop and nobody who
watches it.

What to do: look at the exchange. Record the end of what is gone; take over or close what is not
known here.

Tolerance and false positives: what changed here within two minutes before the exchange was last
heard is left alone or not judged, and so are rows whose sync failed and pairs with an order that
changed within those two minutes. The exchange counts as heard while the engine of the connection
runs or one of its positions was synced in the last minute. Otherwise the state of the last sync is
compared, if there is one, and the finding is "likely". A row of the exchange that stayed behind the
others of its connection is not judged (POS-14). In one-way mode, and where the mode is not
known, long and short net out. Spot accounts and spot pairs are not judged: they have balances, not
positions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, NotCheckedError, Rule
from cts_console.audit.trading import Answer, ask_sorted, counted
from cts_console.audit.trading.slots import CHANGED_ORDERS, NEEDS, OPTIONAL, OURS, THEIRS

# When a connection was last heard: now while its engine runs, else at its last sync.
_HEARD: Final = """(
    SELECT connection_id, max(at) AS at FROM (
        SELECT connection_id, coalesce(synced_at, updated_at) AS at FROM exchange_positions
        UNION ALL
        SELECT connection_id, :now FROM trade_engine_state WHERE status = 'running'
        AND coalesce(last_realtime_run_at, started_at, 0) >= :now - 300000
    ) GROUP BY connection_id
)"""
_NET: Final = (
    "(SELECT connection_id, trading_pair_id, slot, total(signed) AS size FROM {} GROUP BY 1, 2, 3)"
)
_ONLY_HERE: Final = f"""
    SELECT o.id, o.connection_id, o.trading_pair_id, o.side, o.quantity, o.updated_at,
        h.at AS exchange_heard_at,
        CASE WHEN t.connection_id IS NOT NULL
                OR abs(n.size) <= max(coalesce(o.amount_step, 0) / 2, 1e-9 * o.quantity)
                THEN 'fits'
            WHEN h.at IS NULL OR coalesce(o.updated_at, h.at) >= h.at - 120000
                OR coalesce(w.changed_at >= h.at - 120000, 0) THEN 'open question'
            WHEN h.at >= :now - 60000 THEN 'certain' ELSE 'likely' END AS verdict
    FROM {OURS} AS o
    JOIN {_NET.format(OURS)} AS n USING (connection_id, trading_pair_id, slot)
    LEFT JOIN {_NET.format(THEIRS)} AS t USING (connection_id, trading_pair_id, slot)
    LEFT JOIN {_HEARD} AS h USING (connection_id)
    LEFT JOIN {CHANGED_ORDERS} AS w USING (connection_id, trading_pair_id)
"""
_ONLY_THERE: Final = f"""
    SELECT t.id, t.connection_id, t.trading_pair_id, t.side, t.quantity, t.sync_status,
        t.told_at AS exchange_heard_at,
        CASE WHEN n.connection_id IS NOT NULL THEN 'fits'
            WHEN coalesce(t.told_at < h.at - 300000, 1)
                OR coalesce(t.sync_status IN ('stale', 'error'), 0)
                OR coalesce(w.changed_at >= t.told_at - 120000, 0)
                OR coalesce(b.closed_at >= t.told_at - 120000, 0) THEN 'open question'
            WHEN t.told_at >= :now - 60000 THEN 'certain' ELSE 'likely' END AS verdict
    FROM {THEIRS} AS t
    LEFT JOIN {_NET.format(OURS)} AS n USING (connection_id, trading_pair_id, slot)
    LEFT JOIN {_HEARD} AS h USING (connection_id)
    LEFT JOIN {CHANGED_ORDERS} AS w USING (connection_id, trading_pair_id)
    LEFT JOIN (
        SELECT connection_id, trading_pair_id, max(closed_at) AS closed_at
        FROM positions GROUP BY 1, 2
    ) AS b USING (connection_id, trading_pair_id)
"""
_HERE: Final = (
    "The exchange does not report these positions, so they were closed without the engine: by "
    "hand, or by liquidation. Here they keep their slot, and their exit orders would open "
    "something new."
)
_THERE: Final = (
    "The exchange reports these positions, but they are not open here. They have no stop and "
    "nobody watches them."
)


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield findings for positions that only we know, then for those that only the exchange knows.

    Each is one for what the exchange says now, one for what it said at the last sync.
    """
    needs = {**NEEDS, "positions": f"{NEEDS['positions']} closed_at"}
    optional = {
        **OPTIONAL,
        "trade_engine_state": "connection_id status last_realtime_run_at started_at",
    }
    here = ask_sorted(context, _ONLY_HERE, needs, optional=optional, key="positions")
    there = ask_sorted(context, _ONLY_THERE, needs, optional=optional, key="exchange_positions")
    if not here and not there:
        raise NotApplicableError("neither side has a position of derivatives")
    for answers, relation, title, detail in (
        (here, "positions", "that the exchange does not have", _HERE),
        (there, "exchange_positions", "at the exchange alone", _THERE),
    ):
        if "certain" in answers:
            yield _finding(answers["certain"], relation, title, detail)
        if "likely" in answers:
            yield _finding(answers["likely"], relation, f"{title}, as of the last sync", detail)
    open_questions = [
        answers["open question"].total for answers in (here, there) if "open question" in answers
    ]
    if open_questions:
        raise NotCheckedError(
            f"{counted(sum(open_questions), 'position')} known on one side left out: the other "
            "side was not heard since, or something is on its way"
        )


def _finding(answer: Answer, relation: str, title: str, detail: str) -> Finding:
    table = answer.table(relation)
    return RULE.finding(
        object=table,
        table=table,
        cause=title,
        title=f"{counted(answer.total, 'open position')} {title}",
        detail=detail,
        recommendation=(
            "Look at the exchange. Record the end of what is gone there; take over or close what "
            "is not known here."
        ),
        evidence=answer.evidence,
        sql=answer.sql,
        confidence="likely" if "last sync" in title else "certain",
    )


RULE = Rule(
    id="POS-13",
    title="Position that only one side knows",
    category="ledger",
    severity="critical",
    profile="standard",
    needs=Needs(),
    check=check,
)
