"""Somebody who was switched off can still act.

What it finds: a user who is disabled or locked and still holds a role other than `viewer`, or owns
a connection with the live flag.

Why a trader cares: access was meant to end. The role works again on the day the user is enabled by
mistake, and the live connection trades with the key of somebody who left.

What to do: take the roles away, and give the live connections a new owner and a new key, or switch
them off.

Tolerance and false positives: a user who was locked after wrong passwords, and will be unlocked,
shows here for that time. A user without a status is not judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, Rule
from cts_console.audit.trading import Answer, ask, bound, counted

_ROLES: Final = """
    SELECT u.id, u.username, u.status, group_concat(r.role, ', ') AS roles
    FROM users AS u JOIN user_roles AS r ON r.user_id = u.id
    WHERE u.status <> 'active' AND r.role <> 'viewer'
    GROUP BY u.id
"""
_LIVE: Final = """
    SELECT u.id, u.username, u.status, count(*) AS live_connections
    FROM users AS u JOIN exchange_connections AS c ON c.user_id = u.id
    WHERE u.status <> 'active' AND c.is_live_trade = 1
    GROUP BY u.id
"""
_USERS: Final = {"users": "id username status"}


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for users with roles and one for users with live connections."""
    has_roles = bound(context, "user_roles") is not None
    has_connections = bound(context, "exchange_connections") is not None
    if not has_roles and not has_connections:
        raise NotApplicableError("the file has no table of user roles or exchange connections")
    if has_roles:
        roles = ask(context, _ROLES, {**_USERS, "user_roles": "user_id role"}, key="users")
        yield from _findings(
            roles,
            "status",
            "holds a role",
            f"{counted(roles.total, 'disabled or locked user')} with a role",
        )
    if has_connections:
        live = ask(
            context,
            _LIVE,
            {**_USERS, "exchange_connections": "user_id is_live_trade"},
            key="users",
        )
        yield from _findings(
            live,
            "id",
            "owns live connections",
            f"{counted(live.total, 'disabled or locked user')} with live connections",
        )


def _findings(answer: Answer, column: str, cause: str, title: str) -> Iterable[Finding]:
    if not answer.total:
        return
    users = answer.table("users")
    yield RULE.finding(
        object=f"{users}.{column}",
        table=users,
        cause=cause,
        title=title,
        detail=(
            "These users are disabled or locked, and what they may do was not taken back: they, or "
            "the keys that they brought, can still act."
        ),
        recommendation=(
            "Take their roles away. Give their live connections another owner and a new key, or "
            "switch them off."
        ),
        evidence=answer.evidence,
        sql=answer.sql,
    )


RULE = Rule(
    id="SEC-04",
    title="Disabled user still holds a role or runs live connections",
    category="security",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
