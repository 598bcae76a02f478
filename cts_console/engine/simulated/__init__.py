"""A simulated trading engine: a writer with a real engine's pattern, for invented data alone.

It knows no file names and starts no process: `cts_console.demo` decides which file it may write,
the command line runs it.
"""

from __future__ import annotations

from cts_console.engine.simulated.command import simulate_command
from cts_console.engine.simulated.options import (
    MOST_SYMBOLS,
    SOURCES,
    SimulationOptions,
    Source,
    check_options,
)
from cts_console.engine.simulated.prices import Bar, Series, Symbol, Walk, walk_symbols
from cts_console.engine.simulated.run import SimulationResult, run_engine

__all__ = [
    "MOST_SYMBOLS",
    "SOURCES",
    "Bar",
    "Series",
    "SimulationOptions",
    "SimulationResult",
    "Source",
    "Symbol",
    "Walk",
    "check_options",
    "run_engine",
    "simulate_command",
    "walk_symbols",
]
