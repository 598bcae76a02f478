"""Settings of a connection that lose data.

What it finds: a connection that works with `synchronous` OFF, or with a journal in memory or none.
As "info": WAL with `synchronous` NORMAL on a database with trading tables, where a power cut can
take the last commits.

Why a trader cares: after a power cut or a crash of the system such a file is damaged, or lacks the
last commits: fills that are at the exchange and nowhere else.

What to do: use `synchronous` FULL for orders and trades (the profile `durable`), and the journal
mode WAL.

Tolerance and false positives: the file keeps none of these settings, each program sets its own, and
SQLite tells no one about another connection's. So this looks at the audit's own connection, which
has what this SQLite gives to everybody who sets nothing, and the finding says so. While another
program has the file open, or the system does not tell, what that program set is not checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Evidence, Finding, Severity
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule
from cts_console.audit.trading import bound
from cts_console.maintenance import read_users

_SYNCHRONOUS: Final = ("OFF", "NORMAL", "FULL", "EXTRA")
_TRADING: Final = ("orders", "trades", "positions")
_OFF: Final = (
    "A commit does not wait for the disk at all: after a power cut the file is damaged, not just "
    "short of the last commits."
)
_JOURNAL: Final = (
    "What must be undone of a cut-off write is nowhere on the disk: a crash in the middle of a "
    "commit damages the file."
)
_NORMAL: Final = (
    "A power cut can take the last commits: fills that are at the exchange and nowhere else. The "
    "file stays whole."
)


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per setting of this connection that loses data."""
    level = context.connection.read_int("PRAGMA synchronous")
    synchronous = _SYNCHRONOUS[level] if 0 <= level < len(_SYNCHRONOUS) else str(level)
    mode = str(context.connection.read_value("PRAGMA journal_mode")).upper()
    if synchronous == "OFF":
        yield _finding("synchronous", synchronous, mode, _OFF, None)
    elif synchronous == "NORMAL" and mode == "WAL" and _is_trading(context):
        yield _finding("synchronous", synchronous, mode, _NORMAL, "info")
    if mode in ("OFF", "MEMORY"):
        yield _finding("journal_mode", synchronous, mode, _JOURNAL, None)
    users = read_users(context.path)
    if not users.alone:
        raise NotCheckedError(
            f"{users.describe()}: what another program sets for its connection is not in the file "
            f"(this connection: synchronous {synchronous}, journal_mode {mode})"
        )


def _is_trading(context: AuditContext) -> bool:
    return any(bound(context, relation) is not None for relation in _TRADING)


def _finding(
    name: str, synchronous: str, mode: str, meaning: str, severity: Severity | None
) -> Finding:
    value = synchronous if name == "synchronous" else mode
    return RULE.finding(
        object=name,
        cause=value,
        title=f"This connection works with {name} {value}",
        detail=(
            f"{meaning} It is what this SQLite gives to a connection that sets nothing; other "
            "programs may have set something else."
        ),
        recommendation=(
            "Set journal_mode WAL and synchronous FULL in the program that writes orders and "
            "trades; `cts-console pragma` shows the profile `durable`."
        ),
        evidence=Evidence.of(("synchronous", "journal_mode"), [(synchronous, mode)]),
        sql=f"PRAGMA {name}",
        severity=severity,
    )


RULE = Rule(
    id="PRG-03",
    title="Settings of a connection that lose data",
    category="pragmas",
    severity="warning",
    profile="quick",
    needs=Needs(),
    check=check,
)
