"""Positions of the exchange that are not brought up to date while the engine runs.

What it finds: while the engine of a connection runs, a position of the exchange that was found to
differ from ours, whose sync failed, or that was not synced for five minutes.

Why a trader cares: the engine decides on sizes and liquidation prices that are no longer true.

What to do: look for errors of the connection (the log, CRD-02, ENG-05), and whether the key may
still read positions.

Tolerance and false positives: only where the engine's status is running. A position of size zero
need not be synced. Spot accounts and spot pairs are not judged. A position that was never synced
counts from its last change.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule
from cts_console.audit.trading import ask_sorted, counted
from cts_console.audit.trading.slots import NEEDS, OPTIONAL, THEIRS

_SQL: Final = f"""
    SELECT t.id, t.connection_id, t.trading_pair_id, t.side, t.quantity, t.sync_status,
        t.told_at AS synced_at,
        CASE WHEN t.sync_status = 'mismatch' THEN 'that does not agree with ours'
            WHEN t.sync_status IN ('error', 'stale') THEN 'whose sync failed'
            WHEN t.told_at < :now - 300000 THEN 'not synced for five minutes'
            ELSE 'fits' END AS verdict
    FROM {THEIRS} AS t
    JOIN trade_engine_state AS s ON s.connection_id = t.connection_id
    WHERE s.status = 'running'
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per kind of trouble."""
    answers = ask_sorted(
        context,
        _SQL,
        {
            "exchange_positions": f"{NEEDS['exchange_positions']} synced_at sync_status",
            "trading_pairs": "id market_type",
            "trade_engine_state": "connection_id status",
        },
        optional={
            "exchange_positions": "updated_at",
            "exchange_connections": OPTIONAL["exchange_connections"],
            "trading_pairs": "amount_step",
        },
        key="exchange_positions",
    )
    if not answers:
        raise NotApplicableError("no engine runs over positions of derivatives")
    for cause, answer in sorted(answers.items()):
        if cause == "fits":
            continue
        yield RULE.finding(
            object=answer.place("exchange_positions", "sync_status"),
            table=answer.table("exchange_positions"),
            cause=cause,
            title=f"{counted(answer.total, 'position')} of the exchange {cause}",
            detail=(
                "The engine runs, but what it knows of these positions at the exchange is not up "
                "to date. It decides on sizes and liquidation prices that may have changed."
            ),
            recommendation=(
                "Look for errors of the connection, and whether its key may still read positions."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


RULE = Rule(
    id="POS-14",
    title="Position of the exchange not brought up to date",
    category="ledger",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
