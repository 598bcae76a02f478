"""A connection trades live that should not.

What it finds: the live flag on a testnet connection, or on a connection whose last test did not
succeed or was never made; as a warning, a last successful test of more than 30 days ago.

Why a trader cares: a testnet connection that is marked live mixes play money with real results. A
connection that was never tested may have a key that cannot trade, or one that may also withdraw.

What to do: take the live flag away, run the connection's test, and set the flag again only where
the test succeeds.

Tolerance and false positives: a connection that is switched off counts as well, because its live
flag works on the day it is switched on. A successful test without a date is not called old.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cts_console.audit.finding import Finding, Severity
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

_SQL: Final = """
    SELECT id, name, is_testnet, last_test_result, last_test_at
    FROM exchange_connections
    WHERE is_live_trade = 1 AND {trouble}
"""


@dataclass(frozen=True, slots=True)
class _Trouble:
    """One reason why a live flag is wrong."""

    cause: str
    where: str
    column: str
    title: str
    severity: Severity


_TROUBLES: Final = (
    _Trouble(
        "live on a testnet",
        "is_testnet = 1",
        "is_testnet",
        "to a testnet with the live flag",
        "error",
    ),
    _Trouble(
        "live without a passed test",
        "is_testnet IS NOT 1 AND last_test_result IS NOT 'success'",
        "last_test_result",
        "with the live flag and no passed test",
        "error",
    ),
    _Trouble(
        "live with an old test",
        "is_testnet IS NOT 1 AND last_test_result = 'success' "
        "AND last_test_at < :now - 30 * 86400000",
        "last_test_at",
        "with the live flag and a last test of more than 30 days ago",
        "warning",
    ),
)


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for each reason."""
    for trouble in _TROUBLES:
        answer = ask(
            context,
            _SQL.format(trouble=trouble.where),
            {
                "exchange_connections": "id name is_live_trade is_testnet last_test_result "
                "last_test_at"
            },
            key="exchange_connections",
        )
        if answer.total:
            connections = answer.table("exchange_connections")
            yield RULE.finding(
                object=f"{connections}.{trouble.column}",
                table=connections,
                cause=trouble.cause,
                title=f"{counted(answer.total, 'connection')} {trouble.title}",
                detail=(
                    "The live flag lets an engine send real orders. Nothing recent shows that this "
                    "connection may do so: the account, the key and its rights are unproven."
                ),
                recommendation=(
                    "Take the live flag away, run the connection's test, and set it again where "
                    "the test succeeds on the account that is meant."
                ),
                evidence=answer.evidence,
                sql=answer.sql,
                severity=trouble.severity,
            )


RULE = Rule(
    id="ENG-04",
    title="Live flag on a testnet connection, or without a passed test",
    category="engine",
    severity="error",
    profile="quick",
    needs=Needs(),
    check=check,
)
