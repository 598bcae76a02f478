"""What happened since an instant: in a trading database, and in any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cts_console.overview.questions import ask, ask_int
from cts_console.sqlite import Connection, quote_identifier

MOST_COUNTED: Final = 100_000
"""Rows that are counted one by one; more are told as "at least so many"."""
MOST_TABLES: Final = 256
"""Tables whose end is looked at."""
_TABLES_PER_QUESTION: Final = 64

_TRADES: Final = "SELECT 1 FROM trades WHERE executed_at >= ?"
_OPEN: Final = "SELECT 1 FROM positions WHERE status = 'open'"
_SITE_ERRORS: Final = (
    "SELECT 1 FROM site_logs WHERE level IN ('error', 'critical') AND created_at >= ?"
)
_TRADE_ERRORS: Final = (
    "SELECT 1 FROM trade_logs WHERE level IN ('error', 'critical') AND created_at >= ?"
)
# Amounts of different currencies have no sum.
_PROFITS: Final = f"""
SELECT coalesce(t.quote_currency, '?'), count(*), sum(p.realized_pnl)
FROM (SELECT trading_pair_id, realized_pnl FROM positions WHERE closed_at >= ?
      LIMIT {MOST_COUNTED}) AS p
LEFT JOIN trading_pairs AS t ON t.id = p.trading_pair_id
GROUP BY t.quote_currency ORDER BY count(*) DESC, t.quote_currency
"""
# One row per engine: of several stops it remembers the last.
_STOPS: Final = """
SELECT (SELECT count(*) FROM trade_engine_state WHERE stopped_at >= ?1)
     + (SELECT count(*) FROM preset_trade_engine WHERE stopped_at >= ?1)
"""
_TABLES: Final = f"""
SELECT name FROM temp.pragma_table_list AS l
WHERE schema = 'main' AND type = 'table' AND wr = 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
  AND NOT EXISTS (SELECT 1 FROM temp.pragma_table_xinfo(l.name) AS c
                  WHERE c.name = '_rowid_' COLLATE NOCASE)
LIMIT {MOST_TABLES}
"""


@dataclass(frozen=True, slots=True)
class Profit:
    """Realized profit and loss of positions in one currency."""

    currency: str
    """The quote currency of their pairs."""
    positions: int
    """Closed positions."""
    realized_pnl: float
    """Sum of `positions.realized_pnl` (net of fees and funding, as the schema defines it)."""


@dataclass(frozen=True, slots=True)
class TradingNews:
    """What happened in a CTS database since an instant. None is unknown.

    Counts stop at `MOST_COUNTED`, which reads "at least".
    """

    trades: int | None
    """Executions."""
    profits: tuple[Profit, ...] | None
    """Positions closed, by currency."""
    open_positions: int | None
    """Positions open now."""
    errors: int | None
    """Entries of the levels error and critical in `site_logs` and `trade_logs`."""
    engine_stops: int | None
    """Engines that stopped, each counted once."""


@dataclass(frozen=True, slots=True)
class Appended:
    """Rows at the end of one table that were not there before."""

    table: str
    """The table."""
    rows: int
    """How many; `MOST_COUNTED` means at least so many."""


def read_trading_news(connection: Connection, since_ms: int) -> TradingNews:
    """Return what a CTS database tells of the time since `since_ms` (epoch, milliseconds)."""
    profits = ask(connection, _PROFITS, (since_ms,))
    site = _count(connection, _SITE_ERRORS, since_ms)
    trade = _count(connection, _TRADE_ERRORS, since_ms)
    return TradingNews(
        trades=_count(connection, _TRADES, since_ms),
        profits=None
        if profits is None
        else tuple(
            Profit(str(currency), _whole(rows), float(pnl) if isinstance(pnl, int | float) else 0.0)
            for currency, rows, pnl in profits
        ),
        open_positions=_count(connection, _OPEN),
        errors=None if site is None or trade is None else site + trade,
        engine_stops=ask_int(connection, _STOPS, (since_ms,)),
    )


def read_largest(connection: Connection) -> dict[str, int]:
    """Return the largest rowid of each table, at most `MOST_TABLES` of them.

    SQLite finds it at the end of the b-tree. Tables without a rowid, and those that cannot be
    read, are left out.
    """
    names = [str(name) for (name,) in ask(connection, _TABLES) or ()]
    largest: dict[str, int] = {}
    for start in range(0, len(names), _TABLES_PER_QUESTION):
        chunk = names[start : start + _TABLES_PER_QUESTION]
        columns = ", ".join(f"(SELECT max(_rowid_) FROM main.{quote_identifier(n)})" for n in chunk)
        for row in ask(connection, f"SELECT {columns}") or ():
            largest.update((name, _whole(value)) for name, value in zip(chunk, row, strict=True))
    return largest


def read_appended(
    connection: Connection, before: Mapping[str, int], largest: Mapping[str, int]
) -> tuple[Appended, ...]:
    """Return the tables whose end moved between two readings of `read_largest`, most rows first.

    A rowid may be a time or another system's number, so the rows are counted. What was updated,
    deleted, or put in the middle is not seen; a table made since counts from its first row.
    """
    found = []
    for table, last in largest.items():
        first = before.get(table, 0)
        if last > first:
            rows = ask_int(
                connection,
                "SELECT count(*) FROM (SELECT 1 FROM main."
                f"{quote_identifier(table)} WHERE _rowid_ > ? LIMIT {MOST_COUNTED})",
                (first,),
            )
            found.append(Appended(table, rows if rows is not None else last - first))
    return tuple(sorted(found, key=lambda row: (-row.rows, row.table)))


def _count(connection: Connection, sql: str, since_ms: int | None = None) -> int | None:
    bindings = () if since_ms is None else (since_ms,)
    return ask_int(connection, f"SELECT count(*) FROM ({sql} LIMIT {MOST_COUNTED})", bindings)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
