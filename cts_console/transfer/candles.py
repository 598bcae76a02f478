"""Candles of an exchange's file: whose pair they are, and how long each lasts.

Neither is invented: a symbol must name one pair that the database knows, and the time frame must be
what the steps between the times say.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Final

from cts_console.schema import Schema
from cts_console.sqlite import Connection
from cts_console.transfer.mapping import plain_name
from cts_console.transfer.model import usage
from cts_console.transfer.values import UnfitError

PAIR: Final = "trading_pair_id"
TIMEFRAME: Final = "timeframe"
TIME: Final = "open_time"
_SYMBOL_NAMES: Final = ("symbol", "pair", "market", "instrument", "ticker")
_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS
_DAY_MS: Final = 24 * _HOUR_MS
_STEPS: Final = {
    1_000: "1s",
    **{n * _MINUTE_MS: f"{n}m" for n in (1, 3, 5, 15, 30)},
    **{n * _HOUR_MS: f"{n}h" for n in (1, 2, 4, 6, 8, 12)},
    _DAY_MS: "1d",
    3 * _DAY_MS: "3d",
    7 * _DAY_MS: "1w",
}
_SHARE: Final = 0.9


def find_symbol_column(columns: Sequence[str]) -> str | None:
    """Return the column of the file that names the traded pair, or None."""
    return next((name for name in columns if plain_name(name) in _SYMBOL_NAMES), None)


def pair_look_up(
    connection: Connection, schema: Schema, only: int | None
) -> Callable[[Any], int] | None:
    """Return what makes a pair's number of its symbol; None where there is no table of pairs.

    With `only`, every other pair's symbol is refused: rows of two pairs are never mixed.
    """
    pairs = schema.tables_by_name().get("trading_pairs")
    if pairs is None or not {"id", "symbol"} <= {c.name.lower() for c in pairs.columns}:
        return None
    known: dict[str, set[int]] = defaultdict(set)
    for number, symbol in connection.read_rows("SELECT id, symbol FROM main.trading_pairs"):
        if isinstance(number, int) and only in (None, number):
            known[plain_name(str(symbol))].add(number)

    def look_up(cell: Any) -> int:
        found = known.get(plain_name(str(cell)), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            ids = ", ".join(map(str, sorted(found)))
            raise UnfitError(f"{cell!r} is several trading pairs ({ids}): --set trading_pair_id=ID")
        raise UnfitError(
            f"{cell!r} is no known trading pair"
            if only is None
            else f"{cell!r} is not the symbol of trading pair {only}"
        )

    return look_up


def find_timeframe(times_ms: Sequence[int | None], groups: Sequence[Any]) -> tuple[str, str]:
    """Return the time frame that the steps between `times_ms` show, within each group, and why.

    Nine steps in ten must be the smallest one, the others multiples of it. Raises
    `CtsError("usage")` where they do not.
    """
    by_group: dict[Any, list[int]] = defaultdict(list)
    for time_ms, group in zip(times_ms, groups, strict=True):
        if time_ms is not None:
            by_group[group].append(time_ms)
    steps: Counter[int] = Counter()
    for times in by_group.values():
        ordered = sorted(set(times))
        steps.update(later - time for time, later in pairwise(ordered))
    smallest = min(steps, default=0)
    name = _STEPS.get(smallest)
    total = sum(steps.values())
    if name is None or steps[smallest] < _SHARE * total or any(step % smallest for step in steps):
        raise usage(
            "Which time frame?",
            "The times of the file do not follow each other in steps of one known time frame.",
            "Say which one it is: --set timeframe=5m.",
        )
    return name, f"timeframe is {name}: {steps[smallest]:,} of {total:,} steps are as long"
