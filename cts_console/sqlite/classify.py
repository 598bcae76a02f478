"""Tell whose database a file is, from its application id and its tables, reading only.

Shapes: the CTS schema (`schema.md`), CTS v3.1 in the field, freqtrade's `tradesv3.sqlite`,
hummingbot's `*.sqlite`. A name alone proves nothing (every project has `orders`), so a shape is a
set of tables of which each must hold certain columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from cts_console.sqlite.connection import Connection
from cts_console.sqlite.identifiers import quote_text
from cts_console.sqlite.opening import read_header

Kind = Literal["cts", "cts_legacy", "freqtrade", "hummingbot", "other", "empty"]

APPLICATION_ID: Final = 0x43545343  # "CTSC"


@dataclass(frozen=True, slots=True)
class _Shape:
    kind: Kind
    tables: dict[str, frozenset[str]]


_SHAPES: Final[tuple[_Shape, ...]] = (
    # A file stopped anywhere in its first migrations is already one of ours.
    _Shape(
        "cts",
        {
            "migrations": frozenset(
                {"id", "name", "checksum", "applied_at", "duration_ms", "app_version"}
            ),
            "users": frozenset({"username", "password_hash", "display_name"}),
        },
    ),
    _Shape(
        "cts_legacy",
        {
            "exchange_connections": frozenset({"api_key", "api_secret"}),
            "trade_engine_state": frozenset({"connection_id", "status"}),
            "site_logs": frozenset({"timestamp", "level"}),
        },
    ),
    _Shape(
        "freqtrade",
        {
            "trades": frozenset({"pair", "is_open", "open_rate", "stake_amount"}),
            "orders": frozenset({"ft_trade_id", "order_id"}),
        },
    ),
    _Shape(
        "hummingbot",
        {
            "Order": frozenset({"market", "last_status"}),
            "TradeFill": frozenset({"market", "exchange_trade_id"}),
        },
    ),
)


def classify(connection: Connection) -> Kind:
    """Return whose database this is; `empty` has no table, view, trigger or index at all.

    Reads the header and the schema and nothing else. Raises `CtsError` where these cannot be read
    (damaged, locked).
    """
    header = read_header(connection)
    if header is None:
        return "empty"
    objects = connection.read_schema_rows(
        "SELECT name, type = 'table' AND rootpage > 0 FROM sqlite_schema "
        "WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    if not objects:
        return "empty"
    # Asking a view or a virtual table for its columns would run somebody else's SQL or module.
    tables = {str(name) for name, is_real_table in objects if is_real_table}
    if connection.read_int("PRAGMA application_id") == APPLICATION_ID:
        return "cts"
    if tables == {"migrations"} and _has(connection, "migrations", _SHAPES[0].tables["migrations"]):
        return "cts"
    for shape in _SHAPES:
        if all(
            name in tables and _has(connection, name, columns)
            for name, columns in shape.tables.items()
        ):
            return shape.kind
    return "other"


def _has(connection: Connection, table: str, columns: frozenset[str]) -> bool:
    rows = connection.read_schema_rows(
        f"SELECT name FROM temp.pragma_table_info({quote_text(table)})"
    )
    return columns <= {str(name) for (name,) in rows}
