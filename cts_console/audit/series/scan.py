"""One pass over a series: chunks of rows become columns of numbers, and are judged once.

A candle is judged when a day of its neighbours is there on both sides, so that where a chunk ends
makes no difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final

import numpy as np

from cts_console.audit.finding import MOST_EVIDENCE_ROWS
from cts_console.audit.series import checks
from cts_console.audit.series.checks import Flags, Floats, Places
from cts_console.audit.series.result import Series, Sightings
from cts_console.audit.series.timeframes import DAY_MS, read_timeframe
from cts_console.progress import CancelToken
from cts_console.sqlite import Row, SqliteValue

_CHUNK_ROWS: Final = 20_000
# Rows of all series between two turns of one: their pages fit into the cache of a connection.
_CACHED_ROWS: Final = 100_000
_LEAST_TURN_ROWS: Final = 2_000
_WIDTH: Final = 8
_TIME, _OPEN, _HIGH, _LOW, _CLOSE, _VOLUME, _TRADES = range(1, _WIDTH)
# Instants outside, of the years 1973 to 5138, are seconds or microseconds.
_FIRST_MS, _LAST_MS = 1e11, 1e14
# Of a timeframe of seconds a day is long: so many neighbours tell as much.
_MOST_NEIGHBOURS: Final = 1440
# Kept for one finding over all series, and for the gaps, of which each series has its own.
_MOST_SHOWN: Final = {"gaps": 200 * MOST_EVIDENCE_ROWS}


class _Tally:
    """Counts sightings in one series and keeps the first."""

    def __init__(self) -> None:
        self._total = 0
        self._rows: list[Row] = []

    def add(self, total: int, rows: Iterable[Row]) -> None:
        self._total += total
        self._rows += islice(rows, MOST_EVIDENCE_ROWS - len(self._rows))

    def told(self, shown: dict[str, int], kind: str) -> Sightings:
        """Return the sightings; `shown` says how many rows of each kind were kept before."""
        rows = self._rows[: max(0, _MOST_SHOWN.get(kind, MOST_EVIDENCE_ROWS) - shown[kind])]
        shown[kind] += len(rows)
        return Sightings(self._total, tuple(rows))


class Scan:
    """Reads series and shares the room for evidence among them."""

    def __init__(self, cancel: CancelToken, now_ms: int, chunk_rows: int = _CHUNK_ROWS) -> None:
        self._cancel = cancel
        self._now_ms = now_ms
        self._chunk_rows = chunk_rows
        self._shown: dict[str, int] = defaultdict(int)

    def read(
        self, pair: SqliteValue, name: SqliteValue, price_tick: float | None, rows: Iterator[Row]
    ) -> Series:
        """Read the candles of one series, in order of time, as `Series` says them."""
        (series,) = self.read_together([(pair, name, price_tick, rows)])
        return series

    def read_together(
        self,
        sources: Sequence[tuple[SqliteValue, SqliteValue, float | None, Iterator[Row]]],
        on_rows: Callable[[int], None] | None = None,
    ) -> list[Series]:
        """Read several series in turns, each in order of time.

        Candles of one moment lie side by side in the file, whatever their pair: read in turns,
        their pages are still in SQLite's cache when the next series comes to them. `on_rows` is
        told how many rows each turn read.
        """
        turn_rows = min(self._chunk_rows, max(_LEAST_TURN_ROWS, _CACHED_ROWS // len(sources)))
        scans = [
            (_SeriesScan(pair, name, tick, self._now_ms), rows)
            for pair, name, tick, rows in sources
        ]
        waiting = list(scans)
        while waiting:
            for turn in tuple(waiting):
                self._cancel.raise_if_cancelled()
                scan, rows = turn
                chunk = list(islice(rows, turn_rows))
                is_last = len(chunk) < turn_rows
                scan.take(chunk, is_last=is_last)
                if is_last:
                    waiting.remove(turn)
                if on_rows is not None:
                    on_rows(len(chunk))
        return [scan.result(self._shown) for scan, _ in scans]


class _SeriesScan:
    """One series while it is read."""

    def __init__(
        self, pair: SqliteValue, name: SqliteValue, price_tick: float | None, now_ms: int
    ) -> None:
        self._pair, self._name, self._price_tick = pair, name, price_tick
        self._now_ms = now_ms
        self._timeframe = read_timeframe(name)
        day = DAY_MS // self._timeframe.step_ms if self._timeframe else 0
        self._around = min(max(day, checks.NEIGHBOURS), _MOST_NEIGHBOURS)
        # The candles that are not judged yet, and before them those that they are held against.
        self._rows: list[Row] = []
        self._columns: Floats = np.empty((_WIDTH, 0))
        self._judged = 0
        self._earlier = (0.0, 0)
        self._last_time = np.nan
        self._candles = self._unreadable = self._missing = self._quiet_gaps = 0
        self._with_volume = self._with_trades = 0
        self._offset_ms: float | None = None
        self._run: Row | None = None
        self._run_length = 0
        self._gaps = _Tally()
        self._repeated = _Tally()
        self._contradictions = _Tally()
        self._outliers = _Tally()
        self._off_grid = _Tally()
        self._moved = _Tally()
        self._no_trades = _Tally()
        self._frozen = _Tally()

    def take(self, rows: list[Row], *, is_last: bool) -> None:
        """Add the next candles and judge those whose neighbours are known."""
        self._append(rows, _columns_of(rows))
        first, last = self._judged, len(self._rows)
        if not is_last:
            last = max(first, last - self._around)
        with np.errstate(all="ignore"):
            self._judge_grid(first, last)
            self._judge_prices(first, last, is_last=is_last)
            self._judge_volumes(first, last)
            self._judge_runs(first, last, is_last=is_last)
        self._candles += last - first
        self._forget(last)

    def result(self, shown: dict[str, int]) -> Series:
        """Return what the whole series showed."""
        # What was never filled in says nothing: the number of trades, or the volume of an index.
        counts_trades = 0 < self._with_volume <= 2 * self._with_trades
        moved = self._moved if self._with_volume else _Tally()
        no_trades = self._no_trades if counts_trades else _Tally()
        return Series(
            pair=self._pair,
            name=self._name,
            timeframe=self._timeframe,
            candles=self._candles,
            unreadable=self._unreadable,
            without_volume=self._candles - self._with_volume,
            missing=self._missing,
            gaps=self._gaps.told(shown, "gaps"),
            quiet_gaps=self._quiet_gaps,
            repeated=self._repeated.told(shown, "repeated"),
            contradictions=self._contradictions.told(shown, "contradictions"),
            outliers=self._outliers.told(shown, "outliers"),
            offset_ms=int(self._offset_ms or 0),
            off_grid=self._off_grid.told(shown, "off_grid"),
            moved_without_volume=moved.told(shown, "moved"),
            volume_without_trades=no_trades.told(shown, "no_trades"),
            frozen=self._frozen.told(shown, "frozen"),
        )

    def _append(self, rows: list[Row], columns: Floats) -> None:
        times = columns[_TIME]
        readable = (times > _FIRST_MS) & (times < _LAST_MS)
        if not readable.all():
            rows, columns = _kept(rows, columns, readable)
            self._unreadable += int(np.count_nonzero(~readable))
        times = columns[_TIME]
        again = times == np.concatenate(([self._last_time], times[:-1]))[: times.size]
        if again.any():
            self._note(self._repeated, np.flatnonzero(again), rows)
            rows, columns = _kept(rows, columns, ~again)
        if rows:
            self._last_time = columns[_TIME, -1]
        self._rows += rows
        self._columns = np.concatenate((self._columns, columns), axis=1)

    def _forget(self, judged: int) -> None:
        """Keep of the judged candles those that the next ones are held against."""
        gone = max(0, judged - self._around)
        volume = float(np.nansum(self._columns[_VOLUME, :gone]))
        self._earlier = (self._earlier[0] + volume, self._earlier[1] + gone)
        del self._rows[:gone]
        self._columns = self._columns[:, gone:]
        self._judged = judged - gone

    def _judge_grid(self, first: int, last: int) -> None:
        if self._timeframe is None:
            return
        before = max(0, first - 1)
        missing = checks.missing_slots(self._columns[_TIME, before:last], self._timeframe)
        # What is missing up to a candle from the future has not been yet.
        is_past = self._columns[_TIME, before + 1 : last] <= self._now_ms
        at = np.flatnonzero((missing > 0) & is_past) + 1
        if at.size:
            self._judge_gaps(at + before, missing[at - 1])
        off = checks.residuals(self._columns[_TIME, first:last], self._timeframe)
        if self._offset_ms is None:
            self._offset_ms = checks.common_offset(off)
        self._note(self._off_grid, first + np.flatnonzero(off != self._offset_ms))

    def _judge_gaps(self, at: Places, missing: Floats) -> None:
        """Count the gaps in front of the candles at `at`."""
        is_quiet = checks.quiet(self._columns[_VOLUME], at, self._around, self._earlier)
        self._quiet_gaps += int(np.count_nonzero(is_quiet))
        at, missing = at[~is_quiet], missing[~is_quiet]
        self._missing += int(missing.sum())
        self._gaps.add(
            at.size,
            (
                (self._rows[i - 1][_TIME], self._rows[i][_TIME], int(slots))
                for i, slots in zip(at, missing, strict=True)
            ),
        )

    def _judge_prices(self, first: int, last: int, *, is_last: bool) -> None:
        # The newest candle may be in the making.
        complete = last - 1 if is_last else last
        prices = self._columns[_OPEN : _CLOSE + 1, first:complete]
        if complete > first:
            wrong = checks.contradictions(*prices)
            self._note(self._contradictions, first + np.flatnonzero(wrong))
        at, z = checks.outliers(self._columns[_CLOSE], first, last, self._price_tick)
        self._outliers.add(
            at.size,
            ((*self._rows[i], round(float(value), 1)) for i, value in zip(at, z, strict=True)),
        )

    def _judge_volumes(self, first: int, last: int) -> None:
        columns = self._columns[:, first:last]
        volumes, trades = columns[_VOLUME], columns[_TRADES]
        has_volume = volumes > 0
        self._with_volume += int(np.count_nonzero(has_volume))
        self._with_trades += int(np.count_nonzero(has_volume & (trades > 0)))
        moved = (volumes == 0) & checks.moved(columns[_OPEN], columns[_CLOSE])
        self._note(self._moved, first + np.flatnonzero(moved))
        self._note(self._no_trades, first + np.flatnonzero(has_volume & (trades == 0)))

    def _judge_runs(self, first: int, last: int, *, is_last: bool) -> None:
        """Follow runs of equal candles; the one that is open goes on in the next chunk."""
        begin = max(first, 1)
        values = self._columns[_OPEN : _VOLUME + 1, begin - 1 : last]
        same = checks.same_as_before(values) & (values[-1, 1:] > 0)
        starts = np.flatnonzero(~same) + begin
        if first == 0 < last and self._run is None:
            starts = np.concatenate(([0], starts))
        if starts.size:
            self._end_run(self._run_length + int(starts[0]) - first, int(starts[0]) - 1)
            lengths = np.diff(starts)
            for k in np.flatnonzero(lengths >= checks.FROZEN):
                self._run = self._rows[starts[k]]
                self._end_run(int(lengths[k]), int(starts[k + 1]) - 1)
            self._run, self._run_length = self._rows[starts[-1]], last - int(starts[-1])
        else:
            self._run_length += last - first
        if is_last:
            self._end_run(self._run_length, last - 1)

    def _end_run(self, length: int, end: int) -> None:
        if self._run is not None and length >= checks.FROZEN:
            key, opened, *_ = self._run
            self._frozen.add(1, [(key, opened, self._rows[end][_TIME], length)])

    def _note(self, tally: _Tally, at: Places, rows: Sequence[Row] | None = None) -> None:
        """Count the candles at these places."""
        source = self._rows if rows is None else rows
        tally.add(at.size, (source[i] for i in at))


def _kept(rows: list[Row], columns: Floats, which: Flags) -> tuple[list[Row], Floats]:
    return [row for row, keep in zip(rows, which, strict=True) if keep], columns[:, which]


def _columns_of(rows: list[Row]) -> Floats:
    """Return rows as columns of numbers; what is no number is NaN."""
    try:
        flat = np.fromiter(chain.from_iterable(rows), np.float64, len(rows) * _WIDTH)
    except (TypeError, ValueError, OverflowError):
        flat = np.fromiter(map(_number, chain.from_iterable(rows)), np.float64, len(rows) * _WIDTH)
    return np.ascontiguousarray(flat.reshape(len(rows), _WIDTH).T)


def _number(value: SqliteValue) -> float:
    return float(value) if isinstance(value, int | float) else np.nan
