"""The candles in `market_data`, and how the series is made longer.

Every pair of the sample spans exactly twenty days, 5,760 slots of five minutes, so copies of it
join on the grid. Three things are looked after:

- **Time.** Copies follow the sample in steps of exactly twenty days for as long as they end before
  now; what is still missing then goes before it.
- **Price.** A copy is bent by up to its own drift, so that it starts and ends at the price at
  which it joins: no jump that is not in the sample. The sample itself is never touched.
- **Gaps.** Every copy keeps the true gaps. ETC/BTC and ZEC/BTC lack the very last slot of the
  sample, which would become a gap at each join; there one flat candle without volume is put.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cts_console.demo.accounts import DAY_MS, PAIR_IDS
from cts_console.demo.rows import TableRows
from cts_console.demo.sample import CANDLE_MS, Candle
from cts_console.errors import CtsError
from cts_console.progress import Progress, ProgressSampler
from cts_console.sqlite import Connection, Row

PERIOD_MS = 20 * DAY_MS
MOST_ROWS = 8_000_000
TIMEFRAME = "5m"

_CREATE_BLOCK = """
CREATE TEMP TABLE demo_block (
    place INTEGER PRIMARY KEY,
    trading_pair_id INTEGER NOT NULL,
    open_time INTEGER NOT NULL,
    open REAL NOT NULL,
    high REAL NOT NULL,
    low REAL NOT NULL,
    close REAL NOT NULL,
    volume REAL NOT NULL
)"""
_FILL_BLOCK = "INSERT INTO temp.demo_block VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)"
# In order of time: one place of insertion per pair and index, so the pages at work stay cached.
_REPEAT_BLOCK = """
INSERT INTO market_data (
    trading_pair_id, timeframe, open_time, open, high, low, close, volume, source, received_at
)
SELECT
    trading_pair_id, :timeframe, open_time + :shift_ms, open, high, low, close, volume,
    'backfill', open_time + :shift_ms + :candle_ms
FROM temp.demo_block
WHERE place BETWEEN :first AND :last
ORDER BY place"""


class Stretch(NamedTuple):
    """A copy of the series, or the part of one that is needed."""

    shift_ms: int
    """Distance from the sample: a multiple of twenty days, negative before it."""
    rows: int
    """How many rows of the copy, counted from the side of the sample."""


def derive_market_data(candles: Sequence[Candle]) -> TableRows:
    """Return the rows of `market_data` for the candles of the sample."""
    columns = ("trading_pair_id", "timeframe", "open_time", "open", "high", "low", "close")
    return TableRows(
        "market_data",
        (*columns, "volume", "source", "received_at"),
        [
            (PAIR_IDS[c.symbol], TIMEFRAME, *c[1:], "backfill", c.open_time + CANDLE_MS)
            for c in candles
        ],
    )


def check_rows(rows: int | None) -> None:
    """Raise `CtsError("usage")` where `rows` is not a number of rows that the demo can have."""
    if rows is not None and not 0 < rows <= MOST_ROWS:
        raise CtsError(
            "usage",
            "Too many rows" if rows > 0 else "Not a number of rows",
            f"The demo cannot have {rows:,} rows of market data.",
            f"Ask for 1 to {MOST_ROWS:,}; fewer than the sample holds gives the sample.",
        )


def apply_growth(
    connection: Connection,
    candles: Sequence[Candle],
    rows: int,
    now_ms: int,
    sampler: ProgressSampler,
) -> int:
    """Add copies until `market_data` has `rows` rows; return how many were added.

    Runs inside the caller's transaction; at most one block, not the whole series, is in memory.
    """
    stretches = list(plan_stretches(candles, rows, now_ms))
    done = len(candles)
    for forward in (True, False):
        own = [stretch for stretch in stretches if (stretch.shift_ms > 0) is forward]
        if not own:
            continue
        connection.execute(_CREATE_BLOCK)
        block_rows = connection.execute_many(_FILL_BLOCK, build_block(candles, forward=forward))
        for stretch in own:
            first = 1 if forward else block_rows - stretch.rows + 1
            done += connection.execute(
                _REPEAT_BLOCK,
                {
                    "timeframe": TIMEFRAME,
                    "candle_ms": CANDLE_MS,
                    "shift_ms": stretch.shift_ms,
                    "first": first,
                    "last": first + stretch.rows - 1,
                },
            )
            sampler.report(Progress(done, rows, "rows", "market data"))
        connection.execute("DROP TABLE temp.demo_block")
    return done - len(candles)


def plan_stretches(candles: Sequence[Candle], rows: int, now_ms: int) -> Iterator[Stretch]:
    """Yield the copies needed for `rows` rows: forward while they end before `now_ms`."""
    block_rows = len(candles) + len(_missing_ends(candles))
    missing = rows - len(candles)
    ends_at = candles[-1].open_time + CANDLE_MS
    forward = max(0, (now_ms - ends_at) // PERIOD_MS)
    number = 0
    while missing > 0:
        number += 1
        steps = number if number <= forward else forward - number
        yield Stretch(steps * PERIOD_MS, min(missing, block_rows))
        missing -= block_rows


def build_block(candles: Sequence[Candle], *, forward: bool) -> list[Row]:
    """Return the rows of one copy, unshifted and in order of time, with the seam to its neighbour.

    The seam is the missing end of the copy before (forward) or of this copy (backward).
    """
    begin, paths = candles[0].open_time, _paths(candles)
    copies = [_bent(candle, begin, *paths[candle.symbol], forward) for candle in candles]
    seam = []
    for symbol, open_time in _missing_ends(candles):
        # Forward the series has come to its last price there, backward to its first.
        price = paths[symbol][1 if forward else 0]
        shift = -PERIOD_MS if forward else 0
        seam.append(Candle(symbol, open_time + shift, price, price, price, price, 0.0))
    ordered = [*seam, *copies] if forward else [*copies, *seam]
    ordered.sort(key=lambda candle: (candle.open_time, candle.symbol))
    return [(PAIR_IDS[candle.symbol], *candle[1:]) for candle in ordered]


def _bent(candle: Candle, begin: int, first: float, last: float, forward: bool) -> Candle:
    """Return the candle of a copy: the drift taken out little by little, rounded to the tick."""
    share = (candle.open_time - begin) / PERIOD_MS
    factor = math.exp(math.log(last / first) * ((1 - share) if forward else -share))
    return candle._replace(
        open=round(candle.open * factor, 8),
        high=round(candle.high * factor, 8),
        low=round(candle.low * factor, 8),
        close=round(candle.close * factor, 8),
    )


def _paths(candles: Sequence[Candle]) -> dict[str, tuple[float, float]]:
    """Return the first open and the last close of every symbol."""
    first: dict[str, float] = {}
    last: dict[str, float] = {}
    for candle in candles:
        first.setdefault(candle.symbol, candle.open)
        last[candle.symbol] = candle.close
    return {symbol: (first[symbol], last[symbol]) for symbol in first}


def _missing_ends(candles: Sequence[Candle]) -> list[tuple[str, int]]:
    """Return the slots between the last candle of a symbol and the end of the sample."""
    latest = {candle.symbol: candle.open_time for candle in candles}
    end = candles[0].open_time + PERIOD_MS
    return [
        (symbol, open_time)
        for symbol, newest in latest.items()
        for open_time in range(newest + CANDLE_MS, end, CANDLE_MS)
    ]
