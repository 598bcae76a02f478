"""Work in the queue that hangs, keeps failing or is never begun.

What it finds: an item in processing for more than ten minutes, an item that failed five times or
more, and items that have waited for over an hour while nothing of their connection is taken up.

Why a trader cares: the pair behind such an item is not looked at. Its signals are old, and orders
that depend on them are late or wrong.

What to do: for a hung item, look at the worker's process; for a failing one, read its
`error_message`; for waiting ones, see why no worker takes them up.

Tolerance and false positives: a back-fill puts in far more items than an hour can finish. Items
that wait are therefore left alone where an item of the same connection was begun in the last ten
minutes: then the queue moves. While the application is closed, what was left in the queue waits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted


@dataclass(frozen=True, slots=True)
class _Trouble:
    """One way in which items do not get done."""

    cause: str
    column: str
    columns: str
    sql: str
    title: str
    detail: str
    recommendation: str


_TROUBLES: Final = (
    _Trouble(
        "hung in processing",
        "started_at",
        "id connection_id trading_pair_id status started_at",
        """
        SELECT id, connection_id, trading_pair_id, started_at
        FROM symbol_processing_queue
        WHERE status = 'processing' AND started_at < :now - 600000
        """,
        "in processing for more than ten minutes",
        "A worker took these items and has not finished them: it hangs or is gone.",
        "Look at the worker's process and start it again; the items then go back to the queue.",
    ),
    _Trouble(
        "never begun",
        "enqueued_at",
        "id connection_id trading_pair_id status enqueued_at started_at",
        """
        SELECT q.id, q.connection_id, q.trading_pair_id, q.enqueued_at
        FROM symbol_processing_queue AS q
        LEFT JOIN (
          SELECT connection_id, max(started_at) AS begun_at
          FROM symbol_processing_queue GROUP BY connection_id
        ) AS m ON m.connection_id = q.connection_id
        WHERE q.status = 'pending' AND q.enqueued_at < :now - 3600000
          AND coalesce(m.begun_at, 0) < :now - 600000
        """,
        "waiting for more than an hour while nothing is taken up",
        "No item of these connections was begun in the last ten minutes, so nobody works on them.",
        "See whether a worker runs for these connections, and why it takes nothing.",
    ),
    _Trouble(
        "keeps failing",
        "attempts",
        "id connection_id trading_pair_id status attempts",
        """
        SELECT id, connection_id, trading_pair_id, attempts
        FROM symbol_processing_queue
        WHERE status = 'failed' AND attempts >= 5
        """,
        "failed five times or more",
        "Trying again does not help these items: their pairs are not processed at all.",
        "Read their error_message and end the cause, for example a pair that is not listed.",
    ),
)


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for each way in which items do not get done."""
    for trouble in _TROUBLES:
        answer = ask(
            context,
            trouble.sql,
            {"symbol_processing_queue": trouble.columns},
            key="symbol_processing_queue",
        )
        if answer.total:
            queue = answer.table("symbol_processing_queue")
            yield RULE.finding(
                object=f"{queue}.{trouble.column}",
                table=queue,
                cause=trouble.cause,
                title=f"{counted(answer.total, 'queue item')} {trouble.title}",
                detail=trouble.detail,
                recommendation=trouble.recommendation,
                evidence=answer.evidence,
                sql=answer.sql,
            )


RULE = Rule(
    id="CRD-03",
    title="Hung or failing queue items",
    category="engine",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
