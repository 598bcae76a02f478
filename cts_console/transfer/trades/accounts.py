"""Whose trades a file holds: one exchange connection of the database."""

from __future__ import annotations

from typing import Final

from cts_console.errors import CtsError
from cts_console.migrate import read_migration_status
from cts_console.sqlite import Connection, classify
from cts_console.transfer.trades.model import Account

_SQL: Final = """
SELECT c.id, c.name, e.name, e.id, c.is_testnet, c.is_enabled
FROM exchange_connections c JOIN exchanges e ON e.id = c.exchange_id
ORDER BY c.id
"""


def check_is_cts(connection: Connection) -> None:
    """Raise `CtsError` where the trades are not kept as CTS keeps them: foreign_file, or usage."""
    if classify(connection) != "cts":
        raise CtsError(
            "foreign_file",
            "Not a CTS database",
            f"{connection.path} has no CTS schema; a trade history cannot be compared with it.",
            "`cts-console init` makes one, and migrates one of version 3.1.",
        )
    pending = read_migration_status(connection).pending
    if pending:
        raise CtsError(
            "usage",
            "Not migrated",
            f"{connection.path} lacks {pending} migrations; its trades are not kept as they "
            "should be.",
            "Run `cts-console migrate` first.",
        )


def choose_account(connection: Connection, exchange: str, chosen: int | None) -> Account:
    """Return the connection `chosen`, or the only one of `exchange` that is enabled.

    Raises `CtsError("usage")` where there is none, another exchange's, or more than one to choose
    from; they are named.
    """
    rows = connection.read_rows(_SQL)
    known = {
        int(str(row[0])): (
            Account(int(str(row[0])), str(row[1]), str(row[2]), int(str(row[3])), bool(row[4])),
            bool(row[5]),
        )
        for row in rows
    }
    if chosen is not None:
        if chosen not in known:
            raise _refused(f"there is no connection {chosen}", list(known.values()))
        account = known[chosen][0]
        if account.exchange != exchange:
            raise _refused(
                f"connection {chosen} is of {account.exchange}, and the file of {exchange}",
                list(known.values()),
            )
        return account
    fitting = [account for account, enabled in known.values() if account.exchange == exchange]
    enabled = [account for account in fitting if known[account.id][1]]
    if len(enabled) == 1:
        return enabled[0]
    many = "no enabled connection" if not enabled else f"{len(enabled)} enabled connections"
    raise _refused(f"it has {many} of {exchange}", list(known.values()))


def _refused(what: str, known: list[tuple[Account, bool]]) -> CtsError:
    names = [
        f"{account.id} {account.name!r} ({account.exchange}{'' if enabled else ', disabled'})"
        for account, enabled in known[:50]
    ]
    return CtsError(
        "usage",
        "Whose trades are they?",
        f"The account of the trades is not clear: {what}.",
        f"Name the connection; there are {', '.join(names) or 'none'}.",
    )
