"""What a simulated engine is told to do."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from cts_console.errors import CtsError

Source = Literal["walk", "replay"]
SOURCES: Final = ("walk", "replay")

MOST_ROWS_PER_S: Final = 1_000_000
MOST_COMMIT_ROWS: Final = 10_000
MOST_SYMBOLS: Final = 200
MOST_BURST: Final = 100


@dataclass(frozen=True, slots=True)
class SimulationOptions:
    """How much is written, and in which pattern."""

    rows_per_s: float = 200.0
    """Rows appended per second, on the average; 0 is as fast as it goes."""
    commit_rows: int = 10
    """Rows appended per commit; what belongs together stays together, so a few more at times."""
    seconds: float | None = None
    """How long; None until it is stopped."""
    symbols: int = 8
    """Symbols that are traded."""
    source: Source = "walk"
    """Where prices come from: a random walk, or the sample's candles."""
    burst: float = 1.0
    """How many times the average rate while it writes, with silence in between; 1 is even."""
    seed: int | None = None
    """Makes the same choices again; None makes others each time."""


def check_options(options: SimulationOptions, most_symbols: int = MOST_SYMBOLS) -> None:
    """Raise `CtsError("usage")` where a number is none that an engine could work with."""
    wrong = None
    if not 0 <= options.rows_per_s <= MOST_ROWS_PER_S:
        wrong = f"a rate from 0 (as fast as it goes) to {MOST_ROWS_PER_S:,} rows a second"
    elif not 1 <= options.commit_rows <= MOST_COMMIT_ROWS:
        wrong = f"1 to {MOST_COMMIT_ROWS:,} rows per commit"
    elif options.seconds is not None and not 0 < options.seconds < math.inf:
        wrong = "a number of seconds above 0"
    elif not 1 <= options.symbols <= most_symbols:
        wrong = f"1 to {most_symbols} symbols"
    elif not 1 <= options.burst <= MOST_BURST:
        wrong = f"a burst factor from 1 (even) to {MOST_BURST}"
    if wrong is not None:
        raise CtsError("usage", "Not possible", "No engine can be simulated so.", f"Give {wrong}.")
