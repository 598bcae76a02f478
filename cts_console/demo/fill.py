"""Fill an initialised, marked database: one transaction, whole or absent."""

from __future__ import annotations

import time
from typing import Final

from cts_console.demo.derive import TABLES, derive_tables
from cts_console.demo.market import apply_growth, check_rows
from cts_console.demo.rows import TableRows
from cts_console.demo.sample import read_candles, read_executions
from cts_console.demo.upkeep import FILLED_KEY, derive_settings
from cts_console.errors import CtsError
from cts_console.migrate import read_setting
from cts_console.progress import CancelToken, Progress, ProgressCallback, ProgressSampler
from cts_console.sqlite import Connection, quote_identifier, transaction

EXCHANGE: Final = "binance"
"""The seeded exchange under which the pairs stand; the sample files do not name theirs."""

# Bounds the memory of a run with millions of rows; the pages at work are far fewer.
_RUN_PRAGMAS: Final = "PRAGMA cache_size = -64000; PRAGMA temp_store = MEMORY"
_ANALYZE: Final = "PRAGMA analysis_limit = 400; ANALYZE"


def apply_demo(
    connection: Connection,
    *,
    rows: int | None = None,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> dict[str, int]:
    """Fill the database and return how many rows each table got; zeros where it was filled.

    `connection` is a `read_write` one to a CTS database with all migrations and the mark
    `database.purpose` = `demo`; `rows` is about how many candles there shall be (the sample's
    57,546 at least, 8 million at most). Everything is one transaction, the statistics included,
    and the setting `demo.filled` is part of it: a fill that was stopped or killed left nothing.

    Raises `CtsError`: usage (`rows`), not_a_demo, cancelled, and what SQLite says (locked,
    disk_full, constraint).
    """
    check_rows(rows)
    with connection.guard(cancel=cancel):
        connection.execute(_RUN_PRAGMAS)
        with transaction(connection):
            check_marked(connection)
            if is_filled(connection):
                return dict.fromkeys(TABLES, 0)
            return _fill(connection, rows, ProgressSampler(on_progress))


def check_marked(connection: Connection) -> None:
    """Raise `CtsError("not_a_demo")` unless the database was made for invented data."""
    if read_setting(connection, "database.purpose") != "demo":
        raise CtsError(
            "not_a_demo",
            "Not a demo database",
            f"{connection.path} does not carry the mark database.purpose = demo; "
            "nothing invented goes into it.",
            "Name a file that does not exist yet.",
        )


def is_filled(connection: Connection) -> bool:
    """Return whether a fill of this database was committed."""
    return read_setting(connection, FILLED_KEY) is not None


def _fill(connection: Connection, rows: int | None, sampler: ProgressSampler) -> dict[str, int]:
    now_ms = time.time_ns() // 1_000_000
    candles = read_candles()
    total = max(rows or 0, len(candles))
    exchange_id = connection.read_int("SELECT id FROM exchanges WHERE name = ?", (EXCHANGE,))
    added: dict[str, int] = {}
    for table in derive_tables(candles, read_executions(), exchange_id):
        added[table.table] = _insert(connection, table)
        sampler.report(Progress(added.get("market_data", 0), total, "rows", table.table))
    added["market_data"] += apply_growth(connection, candles, total, now_ms, sampler)
    settings = derive_settings(added["market_data"])
    added[settings.table] = _insert(connection, settings)
    connection.execute(_ANALYZE)
    sampler.finish(Progress(added["market_data"], total, "rows", "complete"))
    return added


def _insert(connection: Connection, table: TableRows) -> int:
    columns = ", ".join(map(quote_identifier, table.columns))
    places = ", ".join("?" * len(table.columns))
    return connection.execute_many(
        f"INSERT INTO {quote_identifier(table.table)} ({columns}) VALUES ({places})", table.rows
    )
