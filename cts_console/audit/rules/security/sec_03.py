"""A password that is not kept as a proper hash.

What it finds: a user whose `password_hash` is empty, or is not a hash of the slow, salted kinds
(argon2, scrypt, bcrypt, PBKDF2, yescrypt).

Why a trader cares: whoever copies the file tries passwords against a fast hash by the billion. The
password of the console is often the password of the exchange.

What to do: let these users set a new password, with a program that stores it as argon2id.

Tolerance and false positives: the common ways to write such hashes are known, those of web
frameworks included; another one is reported although it may be good. An entry that begins with `!`
or `*` means that nobody can log in with a password. How strong a hash's own settings are is not
judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Finding
from cts_console.audit.rule import AuditContext, Needs, Rule
from cts_console.audit.trading import ask, counted

_MISSING: Final = """
    SELECT id, username FROM users WHERE trim(coalesce(password_hash, '')) = ''
"""
_WEAK: Final = """
    SELECT id, username,
      CASE WHEN length(password_hash) IN (32, 40, 56, 64, 96, 128)
          AND password_hash NOT GLOB '*[^0-9a-fA-F]*' THEN 'fast hash without a salt'
        ELSE 'no hash of a known kind' END AS kind
    FROM users
    WHERE trim(coalesce(password_hash, '')) <> ''
      AND password_hash NOT LIKE '$argon2%' AND password_hash NOT LIKE 'argon2%'
      AND password_hash NOT LIKE '$scrypt%' AND password_hash NOT LIKE 'scrypt%'
      AND password_hash NOT LIKE '$7$%' AND password_hash NOT LIKE '$y$%'
      AND password_hash NOT LIKE '$gy$%' AND password_hash NOT LIKE '$2_$%'
      AND password_hash NOT LIKE 'bcrypt%' AND password_hash NOT LIKE '$bcrypt%'
      AND password_hash NOT LIKE '$pbkdf2%' AND password_hash NOT LIKE 'pbkdf2%'
      AND password_hash NOT GLOB '[!*]*'
"""
_NEEDS: Final = {"users": "id username password_hash"}


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding for users without a hash and one for those with a weak one."""
    answer = ask(context, _MISSING, _NEEDS, key="users")
    if answer.total:
        users = answer.table("users")
        yield RULE.finding(
            object=f"{users}.password_hash",
            table=users,
            cause="missing",
            title=f"{counted(answer.total, 'user')} without a password hash",
            detail="Depending on the program these users log in without a password, or not at all.",
            recommendation="Let these users set a password, or disable them.",
            evidence=answer.evidence,
            sql=answer.sql,
        )
    answer = ask(context, _WEAK, _NEEDS, key="users")
    if answer.total:
        users = answer.table("users")
        yield RULE.finding(
            object=f"{users}.password_hash",
            table=users,
            cause="weak",
            title=f"{counted(answer.total, 'user')} with a weak password hash, or none at all",
            detail=(
                "What is stored is no slow, salted hash. Whoever has a copy of the file finds most "
                "of these passwords in hours, or reads them at once."
            ),
            recommendation=(
                "Let these users set a new password, with a program that stores it as argon2id, "
                "and change the same password wherever else it is used."
            ),
            evidence=answer.evidence,
            sql=answer.sql,
            confidence="likely",
        )


RULE = Rule(
    id="SEC-03",
    title="Weak or missing password hash",
    category="security",
    severity="error",
    profile="quick",
    needs=Needs(),
    check=check,
)
