"""What must be true before certain of our own migrations may run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cts_console.errors import CtsError
from cts_console.sqlite import Connection


def check_precondition(connection: Connection, file_name: str) -> None:
    """Raise the `CtsError` of the precondition of `file_name`; most files have none."""
    for name, check in _PRECONDITIONS:
        if name == file_name:
            check(connection)


def _no_plaintext_secrets(connection: Connection) -> None:
    holding = connection.read_int(
        "SELECT count(*) FROM exchange_connections "
        "WHERE coalesce(api_key, '') <> '' OR coalesce(api_secret, '') <> ''"
    )
    if holding:
        raise CtsError(
            "migration_failed",
            "API keys would be lost",
            f"{connection.path}: {holding} rows of exchange_connections hold an API key or secret, "
            "and 063 drops these columns; it was not applied.",
            "Move the keys into the system keyring first, then empty the two columns; rotate the "
            "keys at the exchange, since copies stay in backups.",
        )


_PRECONDITIONS: Final[tuple[tuple[str, Callable[[Connection], None]], ...]] = (
    ("063_drop_plaintext_api_secrets.sql", _no_plaintext_secrets),
)
