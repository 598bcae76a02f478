"""Is the engine alive, with one limit for every sign: for cron and dead-man services.

A sign is asked for where this kind of file has it. One of which there is no row yet says nothing;
one that could not be read in time is no sign of life either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from cts_console.overview.questions import ask
from cts_console.overview.signs import (
    AHEAD_S,
    CANDLE_SQL,
    HEARTBEAT_SQL,
    LEASE_SQL,
    ORDER_SQL,
    TRADE_SQL,
    SignName,
    read_step_s,
    read_written_at_ms,
)
from cts_console.sqlite import Connection, Kind

DEFAULT_MAX_AGE_S: Final = 300.0
"""Five minutes: engines beat every few seconds, and alarms that cry wolf are switched off."""

State = Literal["fresh", "old", "none", "unknown"]


class _Probe(NamedTuple):
    name: SignName
    table: str
    """Without it this file has no such sign."""
    sql: str
    """Its newest moment, milliseconds since the epoch; of a candle the timeframe as well."""


def _text(column: str, table: str) -> str:
    """Return SQL for the newest moment of a column of naive UTC text."""
    return (
        f"SELECT CAST(unixepoch({column}, 'subsec') * 1000 AS INTEGER) FROM {table} "
        f"WHERE {column} IS NOT NULL ORDER BY rowid DESC LIMIT 1"
    )


_PROBES: Final[dict[Kind, tuple[_Probe, ...]]] = {
    "cts": (
        _Probe("heartbeat", "connection_coordination", HEARTBEAT_SQL),
        _Probe("lease", "connection_coordination", LEASE_SQL),
        _Probe("candle", "market_data", CANDLE_SQL),
        _Probe("order", "orders", ORDER_SQL),
        _Probe("trade", "trades", TRADE_SQL),
    ),
    "cts_legacy": (
        _Probe(
            "heartbeat",
            "connection_coordination",
            "SELECT CAST(unixepoch(max(last_heartbeat), 'subsec') * 1000 AS INTEGER) "
            "FROM connection_coordination",
        ),
        # Ticks, not candles: nothing has to be complete first.
        _Probe("candle", "market_data", _text("timestamp", "market_data")),
        _Probe("order", "orders", _text("created_at", "orders")),
        _Probe("trade", "trades", _text("executed_at", "trades")),
    ),
    "freqtrade": (
        _Probe("order", "orders", _text("order_date", "orders")),
        _Probe("trade", "orders", _text("order_filled_date", "orders")),
    ),
    "hummingbot": (
        _Probe("order", "Order", 'SELECT max(creation_timestamp) FROM "Order"'),
        _Probe("trade", "TradeFill", "SELECT max(timestamp) FROM TradeFill"),
    ),
}
_HAS_TABLE: Final = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"


@dataclass(frozen=True, slots=True)
class LifeSign:
    """One sign of life and its age."""

    name: SignName
    """What it is."""
    age_s: float | None
    """Seconds since it: of a lease since its end, of a candle since its close, both below 0 while
    they run; None where there is none or nobody knows."""
    limit_s: float
    """The age up to which it counts, seconds."""
    state: State
    """`fresh`; `old`, which a moment in the future counts as too; `none`: no row yet; `unknown`:
    it could not be read, or not in time."""


@dataclass(frozen=True, slots=True)
class Life:
    """Whether the engine of a file lives."""

    alive: bool
    """Heartbeat or lease, newest candle, order and trade are young enough, as far as this file has
    them. Where it has none of them at all, the last write decides."""
    signs: tuple[LifeSign, ...]
    """What this kind of file has."""
    last_commit_s: float | None
    """Seconds since the file or its log was last written, by the file system's clock."""


def read_life(connection: Connection, kind: Kind, now_ms: int, max_age_s: float) -> Life:
    """Return whether the engine lives, with `max_age_s` seconds as the limit of every sign.

    A candle may be older by one timeframe: the next one is not complete before. Raises
    `CtsError`: locked, cancelled.
    """
    signs = tuple(
        _read_sign(connection, probe, now_ms, max_age_s)
        for probe in _PROBES.get(kind, ())
        if connection.read_row(_HAS_TABLE, (probe.table,))
    )
    written_at_ms = read_written_at_ms(connection)
    written_s = None if written_at_ms is None else max(0.0, (now_ms - written_at_ms) / 1000)
    is_written = written_s is not None and written_s <= max_age_s
    return Life(_judge(signs, is_written), signs, written_s)


def life_document(life: Life) -> dict[str, Any]:
    """Return the document of `alive`."""
    return {
        "alive": life.alive,
        "ages_s": {
            sign.name: None if sign.age_s is None else round(sign.age_s, 1) for sign in life.signs
        },
        "last_commit_s": None if life.last_commit_s is None else round(life.last_commit_s, 1),
        "signs": [
            {"name": sign.name, "state": sign.state, "limit_s": sign.limit_s} for sign in life.signs
        ],
    }


def _read_sign(connection: Connection, probe: _Probe, now_ms: int, max_age_s: float) -> LifeSign:
    rows = ask(connection, probe.sql)
    if rows is None:
        return LifeSign(probe.name, None, max_age_s, "unknown")
    at_ms = rows[0][0] if rows else None
    if not isinstance(at_ms, int):
        return LifeSign(probe.name, None, max_age_s, "none")
    age_s, limit_s = (now_ms - at_ms) / 1000, max_age_s
    if probe.name == "candle" and len(rows[0]) > 1:
        step_s = read_step_s(str(rows[0][1]))
        age_s, limit_s = age_s - step_s, max_age_s + step_s
    # A lease and a candle that still grows end in the future; nothing else may.
    least_s = float("-inf") if probe.name == "lease" else -AHEAD_S - (limit_s - max_age_s)
    state: State = "fresh" if least_s <= age_s <= limit_s else "old"
    return LifeSign(probe.name, age_s, limit_s, state)


def _judge(signs: tuple[LifeSign, ...], is_written: bool) -> bool:
    states = {sign.name: sign.state for sign in signs}
    beats = [states.pop(name) for name in ("heartbeat", "lease") if name in states]
    if beats and "fresh" not in beats:
        return False
    if any(state in ("old", "unknown") for state in states.values()):
        return False
    # Rows that nobody has written yet prove nothing: then the last write has to.
    return bool(beats) or "fresh" in states.values() or is_written
