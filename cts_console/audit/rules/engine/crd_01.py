"""A lease that has run out and is still owned, or that two owned at once.

What it finds: a connection whose lease ended more than 30 seconds ago while an owner still stands
in it. And, as critical, two owners of one lease: entries of `audit_logs` about
`connection_coordination` whose details name an `owner` and `lease_expires_at`, where another owner
follows before the lease of the one before it had ended.

Why a trader cares: the lease is what keeps two processes from trading the same account. A dead
owner blocks the connection or, worse, still lives and no longer holds it. Two owners at once both
send orders.

What to do: look whether the owner's process lives. If it does not, let the next engine take the
lease over. After two owners at once, compare the orders of that time with the exchange.

Tolerance and false positives: 30 seconds for clocks and slow renewals. The audit log is asked about
the last 30 days, and only where it tells owners and ends of leases; an entry without an owner
between two others counts as a lease given back.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

_EXPIRED: Final = """
    SELECT id, connection_id, owner, lease_expires_at
    FROM connection_coordination
    WHERE owner IS NOT NULL AND lease_expires_at < :now - 30000
"""
_TWO_OWNERS: Final = """
    SELECT id, entity_id, previous_owner, previous_end, owner, created_at
    FROM (
      SELECT id, entity_id, created_at, owner,
        lag(owner) OVER lease AS previous_owner, lag(ends_at) OVER lease AS previous_end
      FROM (
        SELECT id, entity_id, created_at,
          CASE WHEN json_valid(details) THEN json_extract(details, '$.owner') END AS owner,
          CASE WHEN json_valid(details) THEN json_extract(details, '$.lease_expires_at') END
            AS ends_at
        FROM audit_logs
        WHERE entity_type = 'connection_coordination' AND outcome = 'ok'
          AND created_at >= :now - 30 * 86400000
      )
      WINDOW lease AS (PARTITION BY entity_id ORDER BY created_at, id)
    )
    WHERE owner <> previous_owner AND typeof(previous_end) = 'integer'
      AND created_at < previous_end
"""


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for the leases that ran out, and one for those with two owners."""
    yield from _expired(context)
    yield from _two_owners(context)


def _expired(context: AuditContext) -> Iterable[Finding]:
    answer = ask(
        context,
        _EXPIRED,
        {"connection_coordination": "id connection_id owner lease_expires_at"},
        key="connection_coordination",
    )
    if answer.total:
        leases = answer.table("connection_coordination")
        yield RULE.finding(
            object=f"{leases}.lease_expires_at",
            table=leases,
            cause="expired and owned",
            title=f"{counted(answer.total, 'lease')} run out and still owned",
            detail=(
                "The owner did not renew its lease and did not give it back. It died, or it hangs "
                "and may go on trading without holding the account."
            ),
            recommendation=(
                "Look whether the owner's process lives. End it if it hangs; the next engine then "
                "takes the lease over."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
        )


def _two_owners(context: AuditContext) -> Iterable[Finding]:
    answer = ask(
        context,
        _TWO_OWNERS,
        {},
        optional={"audit_logs": "id entity_type entity_id details outcome created_at"},
        key="audit_logs",
    )
    if answer.total:
        entries = answer.table("audit_logs")
        yield RULE.finding(
            object=f"{entries}.details",
            table=entries,
            cause="two owners within one lease",
            title=f"{counted(answer.total, 'lease')} taken while another owner still held it",
            detail=(
                "The audit log names a second owner before the lease of the first had ended: two "
                "processes could trade the same account at the same time."
            ),
            recommendation=(
                "Make sure that one process alone trades this account. Compare orders and "
                "positions of that time with the exchange: some may be there twice."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
            severity="critical",
            confidence="likely",
        )


RULE = Rule(
    id="CRD-01",
    title="Expired lease still owned",
    category="engine",
    severity="error",
    profile="quick",
    needs=Needs(),
    check=check,
)
