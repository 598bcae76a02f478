"""What a rule about series of candles gets: the results of all parts, and how to tell of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cts_console.audit.finding import MOST_EVIDENCE_ROWS, Evidence
from cts_console.audit.rule import AuditContext, NotCheckedError
from cts_console.audit.series.pairs import Pair, read_pairs
from cts_console.audit.series.plan import CANDLES, candle_table
from cts_console.audit.series.result import Series, Sightings
from cts_console.sqlite import Row, SqliteValue

CANDLE: tuple[str, ...] = (
    "open_time",
    "open",
    "high",
    "low",
    "close",
    "volume",
    "trade_count",
)


@dataclass(frozen=True, slots=True)
class Candles:
    """The series of a file."""

    table: str
    """The table that holds them."""
    key: str
    """What the table calls the first value of a candle: `id` or `rowid`."""
    series: tuple[Series, ...]
    """The series that were read."""
    pairs: Mapping[SqliteValue, Pair]
    """The pairs, by their id."""
    failures: tuple[str, ...]
    """Why parts were not read."""

    def pair(self, series: Series) -> str:
        """Return the symbol of a series, or the id of its pair where no symbol is known."""
        known = self.pairs.get(series.pair)
        return str(series.pair) if known is None else known.name

    def name(self, series: Series) -> str:
        """Return what a person calls a series: `ADA/BTC 5m`."""
        return f"{self.pair(series)} {series.name!s}"

    def evidence(
        self,
        pick: Callable[[Series], Sightings],
        columns: Sequence[str] = CANDLE,
        of: Iterable[Series] | None = None,
    ) -> Evidence:
        """Return the sightings of all series (or of those of `of`) as one evidence."""
        total, rows = 0, list[Row]()
        for series in self.series if of is None else of:
            seen = pick(series)
            total += seen.total
            for first, *rest in seen.rows[: MOST_EVIDENCE_ROWS - len(rows)]:
                rows.append((first, self.pair(series), series.name, *rest))
        return Evidence.of((self.key, "pair", "timeframe", *columns), rows, total)

    def told(self, notes: Iterable[str] = ()) -> None:
        """Raise `NotCheckedError` where something was left out; `notes` are the rule's own."""
        left_out = [*self.failures, *notes]
        for series in self.series:
            if series.unreadable:
                left_out.append(
                    f"{self.table} {self.name(series)}: {series.unreadable:,} rows whose "
                    "open_time is no time in milliseconds"
                )
        if left_out:
            raise NotCheckedError("; ".join(_shortened(left_out)))

    def unknown_timeframes(self) -> list[str]:
        """Return a note per timeframe that is none of the vocabulary: its grid is not known."""
        names = {str(series.name) for series in self.series if series.timeframe is None}
        return [f"{self.table}: the timeframe {name!r} is not known" for name in sorted(names)]


def read_candles(context: AuditContext) -> Candles:
    """Return the series of the file. Raises what `candle_table` raises."""
    there = candle_table(context)
    parts = context.results(CANDLES)
    found = [series for part in parts for series in part.value or ()]
    pairs = read_pairs(context)
    return Candles(
        table=there.table.name,
        key=there.key,
        series=tuple(sorted(found, key=lambda series: (str(series.pair), str(series.name)))),
        pairs=pairs,
        failures=tuple(f"{part.name}: {part.failure}" for part in parts if part.failure),
    )


def _shortened(notes: list[str]) -> list[str]:
    most = 5
    return notes if len(notes) <= most else [*notes[:most], f"and {len(notes) - most} more"]
