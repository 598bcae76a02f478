"""The way of `simulate`: from a path to a simulated engine, never into anybody's real ledger."""

from __future__ import annotations

import os
import random
from typing import Final

from cts_console.demo.creating import create_marked, sweep_building_folder
from cts_console.demo.replay import MOST_REPLAYED, REPLAY_TIMEFRAME, Sample
from cts_console.engine.simulated import (
    MOST_SYMBOLS,
    SimulationOptions,
    SimulationResult,
    Symbol,
    Walk,
    check_options,
    run_engine,
    walk_symbols,
)
from cts_console.errors import CtsError
from cts_console.migrate import read_migration_status, read_setting
from cts_console.progress import CancelToken, ProgressCallback
from cts_console.sqlite import Connection, classify, open_database, resolve_database_path

PURPOSES: Final = ("demo", "simulation")
"""The values of `database.purpose` that let invented data in."""
# Candles of a second fill a file fast; an engine that may write less has candles of a minute.
_LEAST_RATE_PER_SYMBOL: Final = 5


def run_simulation(
    path: str | os.PathLike[str],
    options: SimulationOptions,
    *,
    on_progress: ProgressCallback | None = None,
    cancel: CancelToken | None = None,
) -> SimulationResult:
    """Run a simulated engine on the database at `path` until its time is over or `cancel` says so.

    A file that does not exist is created with the mark `database.purpose` = `simulation`. One that
    exists is refused, with every byte as it was, unless it has that mark or `demo`.

    The write gate is not asked: the engine stands for the others, whom the gate protects, and its
    commits are short. Raises `CtsError`: usage (`options`), not_a_demo, disk_full, no_permission,
    locked, and what opening the file says. A stop is no error once the engine has begun.
    """
    is_replay = options.source == "replay"
    check_options(options, MOST_REPLAYED if is_replay else MOST_SYMBOLS)
    place = resolve_database_path(path, create=True)
    if not place.exists():
        made = create_marked(
            place, "simulation", "The simulation", on_progress=on_progress, cancel=cancel
        )
        if made is not None and made.errors:
            raise made.errors[0]
    with open_database(place) as connection:
        check_may_simulate(connection)
    sweep_building_folder(place)
    sample = Sample(options.symbols) if is_replay else None
    symbols = sample.symbols if sample else walk_symbols(options.symbols)
    with open_database(place, "read_write", cancel=cancel) as connection:
        check_may_simulate(connection)
        _check_ready(connection)
        return run_engine(
            connection,
            symbols,
            sample.make_series if sample else _make_walk,
            REPLAY_TIMEFRAME if sample else _choose_timeframe(options),
            options,
            on_progress=on_progress,
            cancel=cancel,
        )


def check_may_simulate(connection: Connection) -> None:
    """Raise `CtsError("not_a_demo")` unless the database was made for invented data."""
    if classify(connection) == "cts" and read_setting(connection, "database.purpose") in PURPOSES:
        return
    raise CtsError(
        "not_a_demo",
        "Not a database for invented data",
        f"{connection.path} does not carry the mark database.purpose = demo or simulation; "
        "no engine is simulated in it.",
        "Name a file that does not exist yet.",
    )


def _check_ready(connection: Connection) -> None:
    pending = read_migration_status(connection).pending
    if pending:
        raise CtsError(
            "usage",
            "The database is not up to date",
            f"{connection.path} lacks {pending} migrations.",
            "Run `cts-console init` on it first.",
        )
    mode = connection.read_value("PRAGMA journal_mode")
    if mode != "wal":
        mode = connection.read_value("PRAGMA journal_mode = wal")
    if mode != "wal":
        raise CtsError(
            "locked",
            "The database is not in WAL mode",
            f"{connection.path} stays in the journal mode {mode!r}.",
            "Close it everywhere else and try again.",
        )


def _choose_timeframe(options: SimulationOptions) -> str:
    rate = options.rows_per_s
    return "1s" if not rate or rate >= _LEAST_RATE_PER_SYMBOL * options.symbols else "1m"


def _make_walk(symbol: Symbol, rng: random.Random) -> Walk:
    return Walk(symbol.first_ticks, rng)
