"""Whose trades a file holds: one exchange connection of the database."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An exchange connection of a database."""

    account: Account
    """Which one."""
    is_enabled: bool
    """Whether it is in use; of one exchange, the only one that is goes without saying."""


def list_accounts(connection: Connection) -> tuple[KnownAccount, ...]:
    """Return every exchange connection of a CTS database."""
    return tuple(
        KnownAccount(
            Account(int(str(row[0])), str(row[1]), str(row[2]), int(str(row[3])), bool(row[4])),
            bool(row[5]),
        )
        for row in connection.read_rows(_SQL)
    )


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
    known = list_accounts(connection)
    if chosen is not None:
        account = next((each.account for each in known if each.account.id == chosen), None)
        if account is None:
            raise _refused(f"there is no connection {chosen}", known)
        if account.exchange != exchange:
            raise _refused(
                f"connection {chosen} is of {account.exchange}, and the file of {exchange}", known
            )
        return account
    enabled = [
        each.account for each in known if each.is_enabled and each.account.exchange == exchange
    ]
    if len(enabled) == 1:
        return enabled[0]
    many = "no enabled connection" if not enabled else f"{len(enabled)} enabled connections"
    raise _refused(f"it has {many} of {exchange}", known)


def _refused(what: str, known: tuple[KnownAccount, ...]) -> CtsError:
    names = [
        f"{each.account.id} {each.account.name!r} "
        f"({each.account.exchange}{'' if each.is_enabled else ', disabled'})"
        for each in known[:50]
    ]
    return CtsError(
        "usage",
        "Whose trades are they?",
        f"The account of the trades is not clear: {what}.",
        f"Name the connection; there are {', '.join(names) or 'none'}.",
    )
