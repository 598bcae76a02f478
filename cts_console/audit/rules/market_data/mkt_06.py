"""A feed that has stopped.

What it finds: series of active pairs whose newest candle opened more than three intervals ago: one
finding per exchange, which says whether all of its series have stopped or some.

Why a trader cares: an engine that goes on computes its signals from an old price, and its stops
are compared with one that no longer exists.

What to do: see whether the recorder runs and its connection stands, and stop the engine until
candles arrive. Pairs that are not traded any more are made inactive.

Tolerance and false positives: a warning where an engine says that it runs on that exchange, an
information where none does: then the file may simply be old. Which pairs an engine trades is not
known, so a series that was loaded once for a backtest is counted as well. Candles from the future
(MKT-08) say nothing here. A timeframe that is not
one of the usual ones is told as not checked; so is a large table without an index over pair,
timeframe and opening time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotApplicableError, NotCheckedError, Rule
from cts_console.audit.series import (
    SERIES_SQL,
    Pair,
    Timeframe,
    check_order,
    is_indexed,
    read_pairs,
    read_timeframe,
)
from cts_console.audit.trading import Bound, ask, bound
from cts_console.sqlite import SqliteValue, quote_identifier

_STEPS: Final = 3
_BY_INDEX: Final = """
    SELECT s.pair, s.timeframe,
           (SELECT max(m.open_time) FROM {table} AS m
            WHERE m.trading_pair_id = s.pair AND m.timeframe = s.timeframe
              AND m.open_time <= {now}) AS newest
    FROM ({series}) AS s
"""
_BY_SCAN: Final = """
    SELECT trading_pair_id, timeframe, max(open_time) FILTER (WHERE open_time <= {now}) AS newest
    FROM {table} GROUP BY 1, 2
"""
_RUNNING: Final = """
    SELECT DISTINCT c.exchange_id FROM trade_engine_state AS s
    JOIN exchange_connections AS c ON c.id = s.connection_id
    WHERE s.status = 'running' AND c.exchange_id IS NOT NULL
"""
_FIRST_MS, _LAST_MS = 100_000_000_000, 100_000_000_000_000


@dataclass(frozen=True, slots=True)
class _Feed:
    """The newest candle of a series."""

    pair: str
    exchange_id: SqliteValue
    exchange: str
    timeframe: Timeframe
    newest_ms: float

    def is_stale(self, now_ms: int) -> bool:
        return self.newest_ms < now_ms - _STEPS * self.timeframe.step_ms


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding per exchange whose series have stopped."""
    there = _table(context)
    sql = " ".join(_sql(context, there).split())
    left_out: set[str] = set()
    exchanges: dict[tuple[SqliteValue, str], list[_Feed]] = {}
    for feed in _feeds(context, sql, left_out):
        exchanges.setdefault((feed.exchange_id, feed.exchange), []).append(feed)
    running = _running(context)
    for (exchange_id, _), feeds in sorted(exchanges.items(), key=lambda item: item[0][1]):
        stale = [feed for feed in feeds if feed.is_stale(context.now_ms)]
        if stale:
            runs = exchange_id in running
            yield _finding(there.table.name, stale, len(feeds), runs=runs, sql=sql)
    if left_out:
        raise NotCheckedError(f"{there.table.name}: {'; '.join(sorted(left_out))}")


def _table(context: AuditContext) -> Bound:
    there = bound(context, "market_data")
    if there is None:
        raise NotApplicableError("the file has no table of market data")
    if "timeframe" not in there.columns:
        raise NotApplicableError(f"{there.table.name} holds ticks, which have no interval")
    return there


def _sql(context: AuditContext, there: Bound) -> str:
    table = f"main.{quote_identifier(there.table.name)}"
    if is_indexed(there.table):
        return _BY_INDEX.format(
            table=table, series=SERIES_SQL.format(table=table), now=context.now_ms
        )
    check_order(context, there.table)
    return _BY_SCAN.format(table=table, now=context.now_ms)


def _feeds(context: AuditContext, sql: str, left_out: set[str]) -> Iterator[_Feed]:
    """Yield the feeds of active pairs; `left_out` takes why a series could not be judged."""
    pairs = read_pairs(context)
    for key, name, newest in context.connection.stream_rows(sql):
        pair = pairs.get(key, Pair(str(key), None, None, "", is_active=True))
        timeframe = read_timeframe(name)
        if not pair.is_active:
            continue
        if timeframe is None:
            left_out.add(f"the timeframe {str(name)!r} is not known")
        elif not isinstance(newest, int | float) or not _FIRST_MS < newest < _LAST_MS:
            left_out.add("a series has no opening time in milliseconds up to now")
        else:
            yield _Feed(pair.name, pair.exchange_id, pair.exchange, timeframe, newest)


def _running(context: AuditContext) -> set[SqliteValue]:
    """Return the exchanges on which an engine says that it runs."""
    answer = ask(
        context,
        _RUNNING,
        {},
        optional={
            "trade_engine_state": "connection_id status",
            "exchange_connections": "id exchange_id",
        },
    )
    return {row[0] for row in answer.rows}


def _finding(table: str, stale: list[_Feed], feeds: int, *, runs: bool, sql: str) -> Finding:
    everything = len(stale) == feeds
    where = f" of {stale[0].exchange}" if stale[0].exchange else ""
    title = (
        f"All {feeds:,} series{where} have stopped"
        if everything and feeds > 1
        else f"{len(stale):,} of {feeds:,} series{where} {'has' if len(stale) == 1 else 'have'} "
        "stopped"
    )
    stale.sort(key=lambda feed: (-feed.newest_ms, feed.pair, feed.timeframe.step_ms))
    return RULE.finding(
        object=f"{table} {stale[0].exchange}".strip(),
        table=table,
        cause="all series stopped" if everything else "some series stopped",
        title=title,
        detail=(
            f"Their newest candle opened at {_utc(stale[0].newest_ms)}, which is more than three "
            "intervals ago. "
            + (
                "An engine says that it runs on this exchange: it decides on old prices."
                if runs
                else "No engine says that it runs on this exchange, so the file may simply be old."
            )
        ),
        recommendation=(
            "See whether the recorder runs and is connected. Make pairs inactive that are not "
            "recorded any more."
        ),
        evidence=Evidence.of(
            ("pair", "timeframe", "newest_open_time"),
            [(feed.pair, feed.timeframe.name, feed.newest_ms) for feed in stale],
        ),
        sql=sql,
        confidence="likely",
        severity=None if runs else "info",
    )


def _utc(instant_ms: float) -> str:
    # Not `fromtimestamp`, which refuses years that a wrong unit brings.
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=instant_ms)
    return f"{instant:%Y-%m-%d %H:%M} UTC"


RULE = Rule(
    id="MKT-06",
    title="A feed that has stopped",
    category="market_data",
    severity="warning",
    profile="standard",
    needs=Needs(),
    check=check,
)
